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

/** What {@code pinn} refuses. */
class PinnCommandsTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--equation heat | equation heat is unknown: use allen_cahn, burgers, convection, helmholtz2D",
                "--variant magic | variant magic is unknown: use eager, jit, fused, shared, compile",
                "--samples 0 | --samples 0 is not possible",
                "--grid 3 | --grid 3 is not possible",
                "--num-runs 0 | --rounds 0 is not possible",
                "--benchmark-epochs 0 | --benchmark-epochs 0 is not possible",
                "--benchmark-epochs 200 --full | contradicts --full",
                "--all --equation burgers | leave --equation out",
                "--device cuda:0 | --device cuda:0 cannot be used",
                "--python /nowhere/python | is no program that can be run",
                "--checkpoint /nowhere.json | is no file that can be read",
                "--checkpoint /dev/null | is neither a JSON checkpoint nor an archive of torch.save",
                "--variant compile --no-compile | --no-compile leaves no variant",
                "--seeds one | one"
            })
    void pinnRefusesInOneSentence(String options, String words) {
        List<String> arguments = new ArrayList<>(List.of("pinn"));
        arguments.addAll(List.of(options.strip().split(" ")));
        arguments.addAll(List.of("--out", folder.resolve("results").toString()));
        assertThat(run(arguments)).isEqualTo(Main.BAD_INPUT);
        assertThat(err()).contains(words);
        assertThat(err().lines()).hasSize(1);
    }

    @Test
    void aMissingCheckpointSkipsItsCellAndFailsTheRun() throws IOException {
        Path outputs = Files.createDirectories(folder.resolve("outputs"));
        List<String> arguments = List.of(
                "pinn",
                "--phase1_checkpoint",
                outputs.toString(),
                "--variant",
                "fused",
                "--seeds",
                "3",
                "--out",
                folder.resolve("results").toString());
        assertThat(run(arguments)).isEqualTo(Main.FAILED);
        assertThat(out()).contains("burgers-seed3 was skipped: no best.pt and no checkpoint_epoch_N.pt in");
    }

    private int run(List<String> arguments) {
        return Main.run(new Surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                folder.resolve("results"),
                arguments));
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
