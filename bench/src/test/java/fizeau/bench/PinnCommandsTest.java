// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.pinn.ErrorAgreement;
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
                "--device cuda:0 | --device cuda cannot be used",
                "--python /nowhere/python | is no program that can be run",
                "--checkpoint /nowhere.json | is no file that can be read",
                "--checkpoint /dev/null | is neither a JSON checkpoint nor an archive of torch.save",
                "--variant compile --no-compile | --no-compile leaves no variant",
                "--config configs/heat_phase2.yaml | use --equation with allen_cahn, burgers, convection, helmholtz2D",
                "--config burgers.yaml --all | --config names one equation: leave out --all",
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

    /** As the original's users write it, in fewer points and epochs. */
    @Test
    void theOriginalsSpellingsWork() throws IOException {
        Path list = folder.resolve("list.json");
        assertThat(tiny(
                        "--config",
                        "configs/convection_phase2.yaml",
                        "--benchmark_epochs",
                        "5",
                        "--num_runs",
                        "1",
                        "--variant",
                        "fused",
                        "--use_compile",
                        "--no_compile",
                        "--synthetic_init",
                        "--allow_missing",
                        "--phase1_checkpoint",
                        Files.createDirectories(folder.resolve("outputs")).toString(),
                        "--memory",
                        "--output",
                        list.toString()))
                .as(err())
                .isZero();
        assertThat(out())
                .contains("convection, seed 0, fused")
                .contains("Wall time for 1000 epochs (estimated):")
                .contains("--config convection_phase2.yaml named the equation and was not read")
                .contains("memory: first phase 28,151 parameters")
                .contains("second phase 15,351 parameters (351 train)")
                .containsPattern("fused +(\\d+\\.\\d\\d|-) ");
        JsonNode written = Json.readTree(list);
        assertThat(written.path("epochs").asInt()).isEqualTo(5);
        assertThat(written.at("/convection/it_per_sec_mean").asDouble()).isPositive();
        assertThat(written.at("/convection/wall_time_1000_kind").asText()).isEqualTo("derived");
        assertThat(written.at("/convection/per_seed/seed_0/runs").asInt()).isEqualTo(1);
        assertThat(written.has("burgers")).isFalse();
    }

    @Test
    void evaluationTakesErrorsAfterTheEpochsOfTheOriginal() throws IOException {
        assertThat(tiny("--evaluate", "--num-runs", "1", "--variant", "eager,fused", "--json"))
                .as(err())
                .isZero();
        JsonNode results = Json.parse(out(), JsonNode.class).at("/cells/0/results");
        for (JsonNode result : results) {
            List<Integer> epochs = new ArrayList<>();
            result.path("checkpoints")
                    .forEach(point -> epochs.add(point.path("epoch").asInt()));
            assertThat(epochs).containsExactly(0, 50, 250, 500, 750, 1000);
            assertThat(result.path("wall1000Kind").asText()).isEqualTo("measured");
        }
        double fused = results.at("/1/checkpoints/5/mean").asDouble();
        double eager = results.at("/0/checkpoints/5/mean").asDouble();
        assertThat(results.at("/1/errorDifference").asDouble())
                .isGreaterThanOrEqualTo(Math.abs(fused - eager) / eager)
                .isLessThan(ErrorAgreement.TOLERANCE);
    }

    @Test
    void aFullRunMeasuresWhatOthersDerive() {
        assertThat(tiny("--full", "--num-runs", "1", "--variant", "shared"))
                .as(err())
                .isZero();
        assertThat(out())
                .contains("Wall time for 1000 epochs (measured):")
                .contains("work      1000 epochs")
                .doesNotContain("--full measures them");
    }

    private int tiny(String... options) {
        List<String> arguments =
                new ArrayList<>(List.of("pinn", "--samples", "2", "--grid", "8", "--warmup-seconds", "0.2"));
        arguments.addAll(List.of(options));
        return run(arguments);
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
