// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.eager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fizeau.backend.TrainingSpec;
import fizeau.optics.HexagonalAperture;
import fizeau.optics.Shape;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zeroturnaround.exec.ProcessExecutor;
import org.zeroturnaround.exec.ProcessResult;

class PythonPeerTest {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private static PeerJob job(TrainingSpec spec, float[] parameters) {
        return new PeerJob(
                spec,
                EagerFixture.random(spec.object().count(), 11),
                parameters,
                List.of(EagerFixture.FIRST, EagerFixture.SECOND),
                3,
                0,
                false,
                PeerJob.Mode.EAGER,
                1,
                "cpu");
    }

    private static PeerJob job() {
        return job(EagerFixture.SPEC, EagerFixture.parameters());
    }

    private static PythonPeer peer(Path python) {
        return new PythonPeer(Optional.of(python), Map.of());
    }

    /** Runs the script as it stands among the resources. */
    private static ProcessResult python(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("python3", "src/main/resources/peers/progressive_peer.py"));
        command.addAll(List.of(arguments));
        return new ProcessExecutor(command)
                .environment("PYTHONDONTWRITEBYTECODE", "1")
                .readOutput(true)
                .timeout(1, TimeUnit.MINUTES)
                .execute();
    }

    private static boolean hasPython() {
        try {
            return new ProcessExecutor("python3", "-c", "import sys; assert sys.version_info >= (3, 8)")
                            .execute()
                            .getExitValue()
                    == 0;
        } catch (Exception absent) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({"16, 8, true", "16, 8, false", "32, 13, true", "48, 10, false", "512, 128, true"})
    void scriptLaysTheDecoderOutAsTheEngineDoes(int inputSize, int outputSize, boolean batchNorm) throws Exception {
        assumeTrue(hasPython(), "python3 is not here");
        DecoderSpec decoder = new DecoderSpec(inputSize, outputSize, batchNorm);
        DecoderLayout layout = DecoderLayout.of(decoder);
        TrainingSpec spec = new TrainingSpec(
                Shape.square(outputSize), Shape.square(2 * outputSize), EagerFixture.SPEC.aperture(), decoder, 1e-3);
        Path file = job(spec, new float[layout.parameterCount()]).write(folder);
        ProcessResult result = python(file.toString(), "--check");
        assertThat(result.getExitValue()).as(result.outputUTF8()).isZero();
        JsonNode check = new ObjectMapper().readTree(result.outputUTF8());
        assertThat(check.get("parameter_count").asInt()).isEqualTo(layout.parameterCount());
        assertThat(check.get("samples").asInt()).isEqualTo(2);
        List<Integer> counts = new ArrayList<>();
        for (JsonNode shape : check.get("parameter_shapes")) {
            int count = 1;
            for (JsonNode edge : shape) {
                count *= edge.asInt();
            }
            counts.add(count);
        }
        assertThat(counts)
                .isEqualTo(layout.segments().stream()
                        .map(DecoderLayout.Segment::count)
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "'\"mode\":\"eager\"', '\"mode\":\"fast\"', fast",
        "'\"threads\":1', '\"threads\":0', threads 0",
        "'\"iterations\":3', '\"iterations\":true', iterations",
        "'\"object\":[8,8]', '\"object\":[8,9]', output",
        "'\"frame\":[15,12]', '\"frame\":[7,12]', frame",
        "'\"version\":1', '\"version\":2', version 2",
        "'\"version\":1', '\"version\":1,\"colour\":3', colour",
        "'parameters.f32', 'object.f32', parameters_file",
        "'centres.f32', 'nowhere.f32', nowhere.f32"
    })
    void scriptRefusesABadJobInOneSentence(String found, String instead, String named) throws Exception {
        assumeTrue(hasPython(), "python3 is not here");
        Path file = job().write(folder);
        String text = Files.readString(file);
        assertThat(text).contains(found);
        Files.writeString(file, text.replace(found, instead));
        ProcessResult result = python(file.toString(), "--check");
        assertThat(result.getExitValue()).isEqualTo(2);
        assertThat(result.outputUTF8().lines()).hasSize(1);
        assertThat(result.outputUTF8()).contains(named);
    }

    @Test
    void scriptSaysWhenTorchIsMissing() throws Exception {
        assumeTrue(hasPython(), "python3 is not here");
        Path without = Files.createDirectory(folder.resolve("without"));
        Files.writeString(without.resolve("torch.py"), "raise ImportError('hidden for this test')\n");
        Path result = folder.resolve("result.json");
        Path file = job().write(folder);
        ProcessResult run = new ProcessExecutor(
                        "python3",
                        "src/main/resources/peers/progressive_peer.py",
                        file.toString(),
                        "--result",
                        result.toString())
                .environment("PYTHONPATH", without.toString())
                .environment("PYTHONDONTWRITEBYTECODE", "1")
                .readOutput(true)
                .execute();
        assertThat(run.getExitValue()).isEqualTo(3);
        assertThat(run.outputUTF8()).contains("no torch").contains("hidden for this test");
        assertThat(result).doesNotExist();
    }

    @Test
    void scriptNeedsAJobAndAResult() throws Exception {
        assumeTrue(hasPython(), "python3 is not here");
        assertThat(python().getExitValue()).isEqualTo(2);
        assertThat(python("job.json").getExitValue()).isEqualTo(2);
        assertThat(python("nowhere.json", "--check").outputUTF8()).contains("nowhere.json");
    }

    /** Where torch is, the peer must train as the session does; elsewhere this says why it was skipped. */
    @Test
    void peerTrainsAsTheSessionDoes() {
        PythonPeer peer = new PythonPeer(Optional.empty(), Map.of("OMP_WAIT_POLICY", "passive"));
        Optional<String> reason = peer.unavailability();
        assumeTrue(reason.isEmpty(), () -> reason.orElse(""));
        PeerOutcome outcome = peer.run(job(), folder, LIMIT);
        assertThat(outcome).isInstanceOf(PeerOutcome.Trained.class);
        PeerOutcome.Trained trained = (PeerOutcome.Trained) outcome;
        float[] losses = new float[3];
        try (EagerTrainingSession session = new EagerTrainingSession(
                EagerFixture.SPEC, EagerFixture.object(), EagerFixture.parameters(), false, 1)) {
            session.beginSample(EagerFixture.FIRST);
            session.iterate(3, losses);
            compare(trained.losses().subList(0, 3), losses);
            session.endSample();
            session.beginSample(EagerFixture.SECOND);
            session.iterate(3, losses);
            compare(trained.losses().subList(3, 6), losses);
        }
        assertThat(trained.iterationMillis()).hasSize(6);
        assertThat(trained.trainingSeconds()).isPositive();
    }

    /** Asked for a card that torch does not see, it says so before anything is trained. */
    @Test
    void aMissingCardIsUnavailable() {
        PythonPeer peer = new PythonPeer(Optional.empty(), Map.of("CUDA_VISIBLE_DEVICES", ""));
        Optional<String> reason = peer.unavailability();
        assumeTrue(reason.isEmpty(), () -> reason.orElse(""));
        assertThat(peer.unavailability("cuda:1"))
                .hasValueSatisfying(why -> assertThat(why).contains("exited with 3", "CUDA devices, no cuda:1"));
    }

    private static void compare(List<Double> peers, float[] ours) {
        for (int i = 0; i < ours.length; i++) {
            assertThat(peers.get(i)).isCloseTo(ours[i], within(1e-4));
        }
    }

    @Test
    void absentPythonIsUnavailable() {
        PythonPeer peer = peer(folder.resolve("no-python"));
        assertThat(peer.unavailability())
                .hasValueSatisfying(reason -> assertThat(reason).contains("no-python"));
        assertThat(peer.run(job(), folder, LIMIT))
                .isInstanceOfSatisfying(
                        PeerOutcome.Unavailable.class,
                        outcome -> assertThat(outcome.reason()).contains("no-python"));
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void readsWhatThePeerWrote() throws Exception {
        Path python = fake("""
                cat > "$4" <<'END'
                {"version": 1, "python": "3.11", "torch": "2.10", "mode": "eager", "threads": 2, "measure_once": true,
                 "losses": [1.5, 0.5], "iteration_ms": [20.0, 10.0], "warm_up_seconds": 0.25, "training_seconds": 3.5,
                 "device": "a card", "peak_device_bytes": 4096}
                END
                """);
        assertThat(peer(python).run(job(), folder, LIMIT))
                .isEqualTo(new PeerOutcome.Trained(
                        "3.11",
                        "2.10",
                        "eager",
                        2,
                        true,
                        List.of(1.5, 0.5),
                        List.of(20.0, 10.0),
                        0.25,
                        3.5,
                        "a card",
                        4096L));
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void failureGivesThePeersLastWords() throws Exception {
        Path python = fake("echo first; echo 'python 3.11 has no torch: gone' >&2; exit 3");
        assertThat(peer(python).unavailability())
                .hasValueSatisfying(reason -> assertThat(reason).contains("exited with 3", "has no torch: gone"));
        assertThat(peer(python).run(job(), folder, LIMIT)).isInstanceOf(PeerOutcome.Unavailable.class);
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void slowPeerIsEnded() throws Exception {
        Path python = fake("exec sleep 60");
        assertThat(peer(python).run(job(), folder, Duration.ofMillis(300)))
                .isInstanceOfSatisfying(
                        PeerOutcome.Unavailable.class,
                        outcome -> assertThat(outcome.reason()).contains("was ended"));
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void lackOfAResultIsUnavailable() throws Exception {
        assertThat(peer(fake("exit 0")).run(job(), folder, LIMIT)).isInstanceOf(PeerOutcome.Unavailable.class);
    }

    private Path fake(String body) throws Exception {
        Path script = folder.resolve("python");
        Files.writeString(script, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }

    @Test
    void refusesWhatThePeerCannotDo() {
        TrainingSpec spec = new TrainingSpec(
                EagerFixture.OBJECT, EagerFixture.FRAME, new HexagonalAperture(3), EagerFixture.SPEC.decoder(), 1e-3);
        assertThatThrownBy(() -> job(spec, EagerFixture.parameters()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("circular");
    }
}
