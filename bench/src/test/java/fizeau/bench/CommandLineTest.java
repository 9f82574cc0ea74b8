// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.params.provider.ValueSource;

/** What people type wrong, and what they are told. */
class CommandLineTest {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "compare --sampels 3 | --sampels",
                "compare --samples 0 | --samples 0 is not possible: use 1 to",
                "compare --epochs 0 | --epochs 0 is not possible: use 1 to",
                "compare --epochs many | 'many' is not an int",
                "compare --object-size 0 | --object-size 0",
                "compare --image-size -5 | --image-size -5",
                "compare --object-size 600 | larger than --image-size 512",
                "compare --aperture-radius 0.1 --pattern-radius 30 | leaves no spectrum samples",
                "compare --aperture-radius -1 | --aperture-radius -1",
                "compare --pattern-radius 0 | --pattern-radius 0",
                "compare --pattern zigzag | pattern zigzag is unknown: use one of fermat",
                "compare --workload huge | workload huge is unknown: use doc or progressive or quick",
                "compare --plan best | plan best is unknown: use auto, fft",
                "compare --rounds 0 | --rounds 0 is not possible: use 1 to",
                "compare --min-time -1 | --min-time -1.0 s must be 0 or more",
                "compare --max-seconds -1 | --max-seconds -1.0 must be 0",
                "compare --warmup-seconds -1 | --warmup-seconds -1.0 must be 0 (one pass) or more",
                "compare --threads 0 | --threads 0 is not possible: use 1 to",
                "compare --precision fp64 | precision fp64 is unknown: use fp32, tf32, bf16",
                "compare --precision fp16 | precision fp16 is not offered",
                "compare --precision tf32 | --precision tf32 exists on a GPU at the library level only",
                "compare --level library | --level library is a choice on a GPU: use it with --device cuda",
                "compare --device cuda --level best | level best is unknown: use fused or library",
                "compare --device tpu | --device tpu is unknown: use auto, cpu",
                "compare --device cuda | --device cuda cannot be used",
                "compare --object no-such-file.png | no-such-file.png",
                "compare extra | extra",
                "optimized --samples 0 | --samples 0",
                "baseline --epochs 0 | --epochs 0",
                "verify | --golden",
                "verify --golden no-such-folder | no-such-folder",
                "verify --golden no-such-folder --device tpu | --device tpu is unknown: use auto, cpu or cuda[:n]",
                "measure --device cuda:x | --device cuda:x is unknown: use auto, cpu or cuda[:n]",
                "report no-such.json | no-such.json does not exist: name a result.json",
                "gate no-such.json | --against",
                "run-variant no-such-job.json report.json | no-such-job.json",
                "dance | dance"
            })
    void badInputIsToldInOneSentence(String command, String words) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(command.strip().split(" ")));
        if (List.of("compare", "baseline", "optimized").contains(arguments.get(0))) {
            arguments.addAll(List.of("--out", folder.resolve("results").toString()));
        }
        assertThat(run(arguments)).as("exit code; standard error: %s", err).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(words);
        assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aPictureThatCannotBeDecodedIsToldAndNothingIsWritten() throws IOException {
        Path picture = Files.writeString(folder.resolve("noise.png"), "this is no picture");
        Path results = folder.resolve("results");
        assertThat(run(List.of("compare", "--object", picture.toString(), "--out", results.toString())))
                .isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("noise.png").hasLineCount(1);
        assertThat(results).doesNotExist();
    }

    @Test
    void anOutputFolderThatCannotBeMadeIsTold() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(run(List.of("compare", "--out", file.resolve("below").toString())))
                .isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--out").hasLineCount(1);
    }

    @Test
    void noCommandListsThem() {
        assertThat(run(List.of())).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("compare, baseline, optimized")
                .doesNotContain("run-variant")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "compare --help",
                "baseline --help",
                "optimized --help",
                "verify --help",
                "doctor --help",
                "report --help",
                "gate --help"
            })
    void helpIsEverywhere(String command) {
        assertThat(run(List.of(command.split(" ")))).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("Usage: bench/run");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    private int run(List<String> arguments) {
        return Main.run(new Surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                folder.resolve("results"),
                arguments));
    }
}
