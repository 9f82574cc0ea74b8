// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperatorCommandTest {
    private static final int ROWS = 2 * 2 * 2; // masks, batches, directions
    private static final int METHODS = 15;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(List<String> arguments) {
        return Main.run(new Surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                folder.resolve("results"),
                arguments));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "operator --sizes 0 | --image-size 0 is not possible",
                "operator --batches 0 | --batches 0 is not possible",
                "operator --object-size 600 --sizes 512 | larger than --image-size 512",
                "operator --plan best | plan best is unknown",
                "operator --peers numpy | --peers numpy is unknown: use eager, lean, compile, jax or none",
                "operator --seconds-per-row 0 | --seconds-per-row 0.0",
                "operator --warm-up -1 | --warm-up -1.0 s is not possible",
                "operator --longest-call -1 | --longest-call -1.0",
                "operator --batch-memory 0 | --batch-memory 0 MiB is not possible",
                "operator --rounds 0 | --rounds 0 is not possible",
                "operator --threads 0 | --threads 0 is not possible",
                "operator --device tpu | --device tpu is unknown",
                "operator --device cuda --sizes 32 --object-size 8 --aperture-radius 2 --pattern-radius 6 | --device cuda cannot be used"
            })
    void badInputIsToldInOneSentenceAndLeavesNothing(String command, String words) throws IOException {
        assertThat(run(List.of(command.strip().split(" "))))
                .as("standard error: %s", err)
                .isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(words);
        assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
        assertThat(out.size()).isZero();
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    /** A whole small table without a GPU and without Python: files, record, and the same report again from the record. */
    @Test
    void aSmallTableIsWholeAndCanBeRenderedAgain() throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "operator",
                "--sizes",
                "32",
                "--batches",
                "1,2",
                "--object-size",
                "8",
                "--aperture-radius",
                "2",
                "--pattern-radius",
                "6",
                "--rounds",
                "2",
                "--warm-up",
                "0.1",
                "--seconds-per-row",
                "0.01",
                "--peers",
                "none",
                "--device",
                "cpu"));
        assertThat(run(arguments)).as("standard error: %s", err).isZero();
        String report = out.toString(StandardCharsets.UTF_8);
        assertThat(report)
                .contains("cpu matrix", "cpu pruned", "cpu fft", "of the floor", "left out by --peers")
                .contains("no GPU has shown it: left out by --device cpu")
                .contains("at least 10 times PyTorch eager: unavailable")
                .contains("2 rounds prove nothing about speed");
        Path run;
        try (var runs = Files.list(folder.resolve("results/operator"))) {
            run = runs.findFirst().orElseThrow();
        }
        JsonNode record = Json.readTree(run.resolve("result.json"));
        assertThat(record.path("schema").asText()).isEqualTo("fizeau.operator/1");
        assertThat(record.path("rows")).hasSize(ROWS * METHODS);
        assertThat(Json.readTree(run.resolve("manifest.json")).path("state").asText())
                .isEqualTo("complete");
        assertThat(Files.readAllLines(run.resolve("operator.csv"))).hasSize(1 + ROWS * METHODS);
        out.reset();
        assertThat(run(List.of("report", run.toString()))).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(report);
        Path pages = folder.resolve("pages");
        out.reset();
        assertThat(run(List.of(
                        "report", run.toString(), "--format", "markdown,html,csv,latex", "--out", pages.toString())))
                .as("standard error: %s", err)
                .isZero();
        assertThat(Files.readString(pages.resolve("report.md"))).contains("Measurement operator", "unavailable");
        assertThat(Files.readString(pages.resolve("report.html"))).contains("Measurement operator");
    }
}
