// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.bench.PretendCommand.Answer;
import fizeau.bench.files.Json;
import fizeau.kernels.PretendCuda;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Inference on the pretend driver from the command line, child processes and records included. */
@ExtendWith(PretendCudaExtension.class)
class CudaInferCommandTest {
    private final PretendCuda machine;

    @TempDir
    private Path folder;

    CudaInferCommandTest(PretendCuda machine) {
        this.machine = machine;
    }

    /** A batch that the card holds and one that it does not, after which a larger one is not tried. */
    @Test
    void theEngineIsMeasuredAndTheOthersSayWhyNot() throws Exception {
        Path python = folder.resolve("python");
        Files.writeString(python, "#!/bin/sh\necho no torch here >&2\nexit 1\n");
        assertThat(python.toFile().setExecutable(true)).isTrue();
        JsonNode record = run(
                Main.FAILED, // because of the batch that does not fit
                "--framework",
                "libtorch,engine,pytorch",
                "--batch-sizes",
                "2,100000,200000",
                "--python",
                python.toString());
        assertThat(record.path("device").asText()).isEqualTo("cuda");
        Map<String, JsonNode> rows = new HashMap<>();
        record.path("rows")
                .forEach(row -> rows.put(
                        row.path("framework").asText() + " "
                                + row.path("batchSize").asText(),
                        row));
        JsonNode engine = rows.get("engine 2");
        assertThat(engine.path("kind").asText()).as(engine.toString()).isEqualTo("measured");
        assertThat(engine.at("/memory/device").asLong()).isGreaterThan(4 * 13_906);
        assertThat(engine.path("library").asText()).contains("cuDNN 99999", "one graph");
        assertThat(engine.path("profile").toString()).contains("convolution 3x3 + norm + activation (cuDNN");
        assertThat(engine.path("speedup").isObject()).isFalse();
        assertThat(rows.get("engine 100000").path("kind").asText()).isEqualTo("failed");
        assertThat(rows.get("engine 100000").path("reason").asText())
                .contains("out of memory: batch 100000 needs at least");
        assertThat(rows.get("engine 200000").path("reason").asText())
                .contains("left out because batch 100000 was out of memory");
        assertThat(rows.get("libtorch 2").path("kind").asText()).isEqualTo("unavailable");
        assertThat(rows.get("libtorch 2").path("reason").asText()).contains("computes on the CPU only");
        assertThat(rows.get("pytorch 2").path("kind").asText()).isEqualTo("unavailable");
        assertThat(record.path("remarks").toString()).contains("not rounded for tensor cores");
    }

    /** The record of a command that ends with this code. */
    private JsonNode run(int code, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("infer", "--device", "cuda", "--json"));
        arguments.addAll(List.of("--model", "resnet_tiny", "--preset", "quick", "--rounds", "1"));
        arguments.addAll(List.of("--iterations", "3", "--warmup", "1", "--max-seconds", "1"));
        arguments.addAll(List.of("--out", folder.resolve("results").toString()));
        arguments.addAll(List.of(more));
        Answer answer = new PretendCommand(machine, folder).installed().run(arguments);
        assertThat(answer.code()).as(answer.err()).isEqualTo(code);
        return Json.parse(answer.out(), JsonNode.class);
    }
}
