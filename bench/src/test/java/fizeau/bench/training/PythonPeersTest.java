// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.bench.eager.PeerJob;
import fizeau.bench.eager.PythonPeer;
import fizeau.bench.files.RunFolder;
import fizeau.bench.stats.Summary;
import fizeau.bench.training.Check.Status;
import fizeau.bench.workload.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
class PythonPeersTest {
    private static final VariantSpec BASELINE = FakeVariants.honest(VariantSpec.BASELINE);
    private static final VariantSpec OPTIMIZED = FakeVariants.honest(VariantSpec.OPTIMIZED);

    @TempDir
    Path root;

    /** A peer whose every iteration takes {@code millis}. */
    private PythonPeers peerOf(String millis) throws Exception {
        String times = IntStream.range(0, PythonPeers.leftOut(List.of(), "").iterations(Campaigns.workload()))
                .mapToObj(i -> millis)
                .collect(Collectors.joining(", "));
        return script("""
                [ "$2" = --probe ] && exit 0
                cat > "$4" <<'END'
                {"version": 1, "python": "3.11", "torch": "9.8", "mode": "eager", "threads": 1, "measure_once": false,
                 "losses": [1.0], "iteration_ms": [%s], "warm_up_seconds": 0.5, "training_seconds": 2.0}
                END
                """.formatted(times));
    }

    private PythonPeers script(String body) throws Exception {
        Path script = root.resolve("python");
        Files.writeString(script, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return PythonPeers.of(new PythonPeer(Optional.of(script), Map.of()), List.of(PeerJob.Mode.EAGER));
    }

    private TrainingRecord run(PythonPeers peers) {
        RunFolder folder = Campaigns.folder(root);
        Campaign.Plan plan = Campaigns.plan(2, BASELINE, BASELINE, OPTIMIZED).with(peers);
        return FakeVariants.record(folder, Campaigns.run(plan, folder));
    }

    private static Check fairness(TrainingRecord record) {
        return record.checks().stream()
                .filter(check -> check.name().equals("baselineIsFair"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aPeerOfEveryRoundStandsBesideTheVariants() throws Exception {
        TrainingRecord record = run(peerOf("4.0"));
        PeerRecord peer = record.peers().get(0);
        assertThat(peer.name()).isEqualTo("python-eager");
        assertThat(peer.kind()).isEqualTo("measured");
        assertThat(peer.torch()).isEqualTo("9.8");
        assertThat(peer.rounds()).extracting(PeerRecord.Round::round).containsExactly(1, 2);
        assertThat(peer.medianIterationMs()).isEqualTo(4.0);
        double[] baselines = record.variants().get("baseline").rounds().stream()
                .mapToDouble(VariantRecord.Round::medianIterationMs)
                .toArray();
        // all positions of this small workload are among the first four, so the medians are those of the whole
        assertThat(peer.baselineOverPeer().ratio()).isCloseTo(Summary.median(baselines) / 4, within(1e-9));
        assertThat(record.missing()).isEmpty();
        assertThat(record.variants()).containsOnlyKeys("baseline", "optimized");
    }

    /** On a GPU the peers are the opponents and train all there is; on the CPU that would take minutes. */
    @Test
    void onAGpuPeersTrainAtEveryPosition() throws Exception {
        Workload usual = new Workload("progressive", 16, 32, 4, "fermat", 8, 20, 50, 1e-3, 1, "built-in", "a digest");
        Path script = Files.writeString(root.resolve("python"), "#!/bin/sh\nexit 0\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        PythonPeer python = new PythonPeer(Optional.of(script), Map.of());
        List<PeerJob.Mode> modes = List.of(PeerJob.Mode.EAGER);
        assertThat(PythonPeers.of(python, modes, "cuda").iterations(usual)).isEqualTo(20 * 50);
        assertThat(PythonPeers.of(python, modes).iterations(usual)).isEqualTo(4 * 50);
    }

    @Test
    void aBaselineThatIsSlowerThanItsPeerFailsTheCheckOfFairness() throws Exception {
        assertThat(fairness(run(peerOf("1e-6"))).status()).isEqualTo(Status.FAIL);
        assertThat(fairness(run(peerOf("1e6"))).status()).isEqualTo(Status.PASS);
    }

    @Test
    void aPeerThatFailsInItsTrainingIsUnavailableAndStopsNothing() throws Exception {
        TrainingRecord record = run(script("[ \"$2\" = --probe ] && exit 0; echo 'torch ran out of luck'; exit 9"));
        assertThat(record.peers().get(0).kind()).isEqualTo("unavailable");
        assertThat(record.peers().get(0).reason()).contains("exited with 9", "torch ran out of luck");
        assertThat(fairness(record).status()).isEqualTo(Status.NOT_APPLICABLE);
        assertThat(record.failed()).isFalse();
    }

    @Test
    void aPythonWithoutTorchIsNotAskedTwice() throws Exception {
        Path count = root.resolve("count");
        TrainingRecord record = run(script("echo x >> " + count + "; echo 'no torch here'; exit 3"));
        assertThat(record.peers().get(0).reason()).contains("no torch here");
        assertThat(Files.readAllLines(count)).hasSize(1);
    }
}
