// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people type wrong after {@code ablate} and {@code caches}, and what they are told. */
class AblationCommandsTest {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ablate --rounds 0 | --rounds 0 is not possible: use 1 to",
                "ablate --samples 0 | --samples 0 is not possible: use 1 to",
                "ablate --threads 0 | --threads 0 is not possible: use 1 to",
                "ablate --device cuda | --device cuda cannot be used",
                "ablate --device tpu | --device tpu is unknown",
                "ablate --no-fft-cache | --no-fft-cache",
                "ablate --workload huge | workload huge is unknown: use doc or progressive or quick",
                "caches --sizes 65 | --sizes 65 is not possible: use multiples of 4 from 64 to 4096",
                "caches --sizes 8192 | --sizes 8192 is not possible",
                "caches --sizes big | 'big' is not an int",
                "caches --rounds 0 | --rounds 0 is not possible: use 1 to",
                "caches --seconds-per-call 0 | --seconds-per-call 0.0 is not possible",
                "caches --max-seconds -1 | --max-seconds -1.0 must be 0",
                "caches --threads 100000 | --threads 100000 is not possible"
            })
    void badInputIsToldInOneSentence(String command, String words) {
        List<String> arguments = new ArrayList<>(List.of(command.strip().split(" ")));
        arguments.addAll(List.of("--out", folder.resolve("results").toString()));
        assertThat(run(arguments)).isEqualTo(Main.BAD_INPUT);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(words);
        assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anAblationTakesTheShortWorkloadUnlessToldOtherwise() {
        assertThat(run(List.of("ablate", "--help"))).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8).replaceAll("\\s+", " "))
                .contains("about eight minutes")
                .contains("Default: short");
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
