// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exported files read as others would read them, and the Python peer on what it is given, where there is one. */
class OpsExportTest {
    private static final List<OperatorCase> CASES = List.of(
            new OperatorCase("tiny_linear", new OperatorShape.Linear(3, 5, 2)),
            new OperatorCase("tiny_block", new OperatorShape.ResidualBlock(1, 4, 5, 6)));

    @TempDir
    private Path root;

    @Test
    void arraysSourceAndValuesAreWritten() throws IOException {
        Path folder = root.resolve("new/export");
        OpsExport.Metadata metadata = new OpsExport(folder, "code", 9).write(CASES);
        assertThat(metadata.failed()).isFalse();
        JsonNode read = Json.readTree(folder.resolve("metadata.json")).path("benchmarks");
        assertThat(read).hasSize(2);
        assertThat(read.at("/0/workload").asText()).isEqualTo(CASES.get(0).workload(9));
        assertThat(folder.resolve(read.at("/0/source").asText()))
                .content()
                .startsWith("def forward(p0, p1, p2):\n")
                .contains("torch.linear(p0, p1, p2)");

        ByteBuffer file = ByteBuffer.wrap(
                        Files.readAllBytes(folder.resolve(read.at("/1/arrays").asText())))
                .order(ByteOrder.LITTLE_ENDIAN);
        int length = Math.toIntExact(file.getLong());
        assertThat((8 + length) % 8).isZero();
        byte[] text = new byte[length];
        file.get(text);
        JsonNode header = Json.parse(new String(text, StandardCharsets.UTF_8), JsonNode.class);
        List<Parameter> parameters = CASES.get(1).shape().parameters(9);
        long at = 0;
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            JsonNode entry =
                    header.path(read.at("/1/parameters/" + i + "/tensor").asText());
            assertThat(entry.path("dtype").asText()).isEqualTo("F32");
            assertThat(entry.path("shape").toString())
                    .isEqualTo(parameter.dims().toString().replace(" ", ""));
            assertThat(entry.at("/data_offsets/0").asLong()).isEqualTo(at);
            at += 4 * parameter.count();
            assertThat(entry.at("/data_offsets/1").asLong()).isEqualTo(at);
            for (long k = 0; k < parameter.count(); k++) {
                assertThat(file.getFloat()).isEqualTo(parameter.values().at(k));
            }
        }
        assertThat(file.hasRemaining()).isFalse();
    }

    @Test
    void withoutTorchTheTraceSaysWhyAndTheRestIsThere() {
        OpsExport export = new OpsExport(root, "code", 9);
        OpsExport.Metadata traced = export.trace(export.write(CASES), Path.of("no-python-of-this-name"));
        assertThat(traced.failed()).isTrue();
        assertThat(traced.toText(root)).contains("tiny_block.safetensors", "not traced: torch for Python is not here");
        assertThat(Json.readTree(root.resolve("metadata.json"))
                        .at("/benchmarks/1/error")
                        .asText())
                .contains("cannot be started");
    }

    @Test
    void pythonTracesAndCompilesWhatWasWritten() throws IOException {
        OperatorPeer python = new OperatorPeer(Path.of("python3"));
        assumeTrue(
                python.unavailability().isEmpty(), () -> python.unavailability().get());
        OpsExport export = new OpsExport(root.resolve("export"), "code", 9);
        OpsExport.Metadata traced = export.trace(export.write(CASES), Path.of("python3"));
        assertThat(traced.failed()).as(traced.toText(root)).isFalse();
        assertThat(root.resolve("export/tiny_block_jit.pt")).isNotEmptyFile();
        assertThat(root.resolve("export/tiny_block_pytorch.pt")).isNotEmptyFile();
        try (var files = Files.list(root.resolve("export"))) {
            assertThat(files).hasSize(2 * 4 + 1);
        }

        MadeUpOps made = new MadeUpOps(root);
        RunFolder folder = made.folder("peers", new OpsFolders(root));
        List<OperatorCase> one = CASES.subList(1, 2);
        made.run(folder, MadeUpOps.settings(one, "compile", false, Path.of("python3"), 1), job -> null);
        MethodRow row = new MethodFiles(folder.path()).read(Method.COMPILE).get("tiny_block");
        assertThat(row.measured()).as("%s", row.error()).isTrue();
        assertThat(row.agreement().worstAbsolute()).isPositive();
        assertThat(row.roundMediansMs()).hasSize(MadeUpOps.ROUNDS).allMatch(millis -> millis > 0);
    }
}
