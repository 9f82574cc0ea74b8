// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.backend.Precision;
import fizeau.backend.TrainingLevel;
import fizeau.backend.selection.DeviceName;
import fizeau.bench.eager.PeerOutcome;
import fizeau.bench.files.Json;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.workload.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Targets of made-up trainings and peers, reduced to ratios as those of real ones are. */
class TrainingTargetsTest {
    private static final int ROUNDS = 5;
    private static final DeviceName GPU = DeviceName.parse("cuda");
    private static final VariantSpec FUSED = VariantSpec.optimized("cuda", 1).onCuda(GPU, true);
    private static final VariantSpec LIBRARY = FUSED.at(TrainingLevel.LIBRARY, Precision.FP32, false);
    private static final long OURS_BYTES = 40_000_000;

    private static Workload workload(String name, boolean fixedLatent) {
        return new Workload(name, 16, 32, 4, "fermat", 8, 20, 50, 1e-3, 1, "built-in", "a digest", 32, fixedLatent);
    }

    /** Trainings whose every iteration takes {@code millis}, in a round a little more than in the round before. */
    private static List<TrainingRun> ours(VariantSpec spec, Workload workload, double millis) {
        List<TrainingRun> runs = new ArrayList<>();
        for (int round = 1; round <= ROUNDS; round++) {
            long[] nanos = new long[workload.iterations()];
            Arrays.fill(nanos, Math.round(1e6 * drifting(millis, round)));
            TrainingOutcome outcome = new TrainingOutcome(
                    round,
                    "a digest",
                    "made up",
                    workload.iterations() * drifting(millis, round) * 1e-3,
                    0,
                    nanos,
                    new float[workload.iterations()],
                    List.of(),
                    new TrainingOutcome.Quality(20.0, 0.8, 0.1, 0.01, 0.9),
                    Map.of(),
                    Map.of());
            runs.add(TrainingRun.of(new JobReport(
                    spec.name(),
                    round,
                    new JobReport.Phases(0, 0, 0, 0, true, 1),
                    new MemoryUse(null, OURS_BYTES, 0),
                    Interference.NONE,
                    Json.tree(outcome))));
        }
        return runs;
    }

    /** What is reduced of such trainings on a GPU. */
    static VariantRecord summary(Workload workload, double millis, String precision) {
        VariantSpec spec = FUSED.at(TrainingLevel.LIBRARY, Precision.parse(precision), false);
        Comparison comparison = new Comparison(
                workload,
                Campaigns.protocol(ROUNDS),
                new Campaign.Result(
                        List.of(spec),
                        ours(spec, workload, millis),
                        List.of(),
                        List.of(),
                        Map.of(),
                        ROUNDS,
                        List.of(),
                        List.of()));
        return comparison.variants().get(VariantSpec.OPTIMIZED);
    }

    private static List<PeerRun> peer(String mode, double millis, Long bytes) {
        List<PeerRun> runs = new ArrayList<>();
        for (int round = 1; round <= ROUNDS; round++) {
            List<Double> times = Collections.nCopies(200, drifting(millis, round));
            runs.add(new PeerRun(
                    "python-" + mode,
                    round,
                    new PeerOutcome.Trained(
                            "3.0", "1.0", mode, 1, false, List.of(1.0), times, 0.5, 0.4, "a card", bytes),
                    null));
        }
        return runs;
    }

    /** What meets ours and peers alike leaves their ratio alone. */
    private static double drifting(double millis, int round) {
        return millis * (1 + 0.01 * round);
    }

    private static List<PeerRun> both(List<PeerRun> one, List<PeerRun> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    private static PeerRun missing(String mode, String reason) {
        return new PeerRun("python-" + mode, 0, null, reason);
    }

    private static List<TrainingTarget> targets(
            String device, VariantSpec spec, Workload workload, double millis, List<PeerRun> peers) {
        Comparison comparison = new Comparison(
                workload,
                Campaigns.protocol(ROUNDS),
                new Campaign.Result(
                        List.of(spec),
                        ours(spec, workload, millis),
                        peers,
                        List.of(),
                        Map.of(),
                        ROUNDS,
                        List.of(),
                        List.of()));
        return TrainingTargets.of(device, workload, comparison.variants(), comparison.peers(), List.of());
    }

    private static List<TrainingTarget> targets(VariantSpec spec, double millis, double eager, double graphs) {
        return targets(
                "cuda:0",
                spec,
                workload("progressive", false),
                millis,
                both(peer("eager", eager, 100_000_000L), peer("max-autotune", graphs, 90_000_000L)));
    }

    private static List<String> verdicts(List<TrainingTarget> targets) {
        return targets.stream().map(TrainingTarget::verdict).toList();
    }

    @Test
    void theFusedLevelIsHeldAgainstBothPeersTheClockAndTheirMemory() {
        List<TrainingTarget> met = targets(FUSED, 0.1, 2.1, 0.35);
        assertThat(verdicts(met)).containsExactly("met", "met", "met", "unavailable", "met");
        assertThat(met.get(0).value()).isCloseTo(21, within(1e-3));
        assertThat(met.get(0).reason()).contains("python-eager takes 2.163 ms", "first 4 positions", "interval ");
        assertThat(met.get(1).value()).isCloseTo(3.5, within(1e-3));
        assertThat(met.get(1).reason()).startsWith("python-max-autotune");
        assertThat(met.get(2).value()).as("the median of the rounds").isCloseTo(0.103, within(1e-9));
        assertThat(met.get(2).unit()).isEqualTo("s");
        assertThat(met.get(3).reason()).startsWith("this ran at the fused level: --level library has it");
        assertThat(met.get(4).value()).isCloseTo(0.4, within(1e-9));
        assertThat(met.get(4).reason()).contains("40.0 MB of ours", "100.0 MB of torch's");

        List<TrainingTarget> missed = targets(FUSED, 0.12, 2.3, 0.35);
        assertThat(verdicts(missed)).containsExactly("missed", "missed", "missed", "unavailable", "met");
        assertThat(missed.get(0).value()).isCloseTo(19.1667, within(1e-3));
    }

    @Test
    void theLibraryLevelHasATargetOfItsOwn() {
        List<TrainingTarget> library = targets(LIBRARY, 0.5, 2.1, 0.35);
        assertThat(verdicts(library)).containsExactly("unavailable", "unavailable", "unavailable", "met", "met");
        assertThat(library.get(3).value()).isCloseTo(4.2, within(1e-3));
        assertThat(library.get(0).reason()).contains("--level fused");
        assertThat(verdicts(targets(LIBRARY, 0.6, 2.1, 0.35)).get(3)).isEqualTo("missed");
    }

    /** Each level is held against what is said of it, memory against the one that holds more. */
    @Test
    void oneRunOfBothLevelsIsHeldAgainstAllTargets() {
        VariantSpec beside = LIBRARY.withName(VariantSpec.LIBRARY_LEVEL);
        List<TrainingTarget> both = bothLevels(FUSED, beside, 0.1, 0.5, List.of());
        assertThat(verdicts(both)).containsExactly("met", "met", "met", "met", "met");
        assertThat(both.get(0).value()).isCloseTo(21, within(1e-3));
        assertThat(both.get(3).value()).isCloseTo(4.2, within(1e-3));
        assertThat(both.get(4).reason()).contains("MB of ours at the ");
        assertThat(verdicts(bothLevels(FUSED, beside, 0.5, 0.1, List.of())))
                .as("a fast library makes no fused level")
                .containsExactly("missed", "missed", "missed", "met", "met");
        // beside a rounding one, the library level in single precision is what is judged
        VariantSpec rounding = FUSED.at(TrainingLevel.LIBRARY, Precision.TF32, false);
        List<TrainingTarget> rounded = bothLevels(rounding, beside, 0.01, 0.6, List.of());
        assertThat(verdicts(rounded)).containsExactly("unavailable", "unavailable", "unavailable", "missed", "met");
        assertThat(rounded.get(3).value()).isCloseTo(3.5, within(1e-3));
    }

    @Test
    void aLevelThatIsMissingSaysWhy() {
        List<TrainingTarget> targets = bothLevels(
                FUSED,
                null,
                0.1,
                0.5,
                List.of(new DeviceFindings.MissingLevel("library-level", "library", "libcudnn.so.9 is missing")));
        assertThat(verdicts(targets)).containsExactly("met", "met", "met", "unavailable", "met");
        assertThat(targets.get(3).reason()).isEqualTo("libcudnn.so.9 is missing");
    }

    private static List<TrainingTarget> bothLevels(
            VariantSpec optimized,
            VariantSpec beside,
            double millis,
            double besideMillis,
            List<DeviceFindings.MissingLevel> missing) {
        Workload workload = workload("progressive", false);
        List<TrainingRun> runs = new ArrayList<>(ours(optimized, workload, millis));
        List<VariantSpec> specs = new ArrayList<>(List.of(optimized));
        if (beside != null) {
            specs.add(beside);
            runs.addAll(ours(beside, workload, besideMillis));
        }
        Comparison comparison = new Comparison(
                workload,
                Campaigns.protocol(ROUNDS),
                new Campaign.Result(
                        specs,
                        runs,
                        both(peer("eager", 2.1, 100_000_000L), peer("max-autotune", 0.35, 90_000_000L)),
                        List.of(),
                        Map.of(),
                        ROUNDS,
                        List.of(),
                        List.of()));
        return TrainingTargets.of("cuda", workload, comparison.variants(), comparison.peers(), missing);
    }

    /** The default mode of torch.compile captures nothing: it can show that the target is missed, not that it is met. */
    @Test
    void aCompiledPeerWithoutGraphsMeetsNothing() {
        Workload workload = workload("progressive", false);
        List<PeerRun> none = List.of(missing("max-autotune", "no compiler is here"));
        TrainingTarget fast = targets("cuda", FUSED, workload, 0.1, both(peer("compile", 0.9, null), none))
                .get(1);
        assertThat(fast.verdict()).isEqualTo("unavailable");
        assertThat(fast.reason()).isEqualTo("python-max-autotune: no compiler is here");
        TrainingTarget slow = targets("cuda", FUSED, workload, 0.1, both(peer("compile", 0.2, null), none))
                .get(1);
        assertThat(slow.verdict()).isEqualTo("missed");
        assertThat(slow.value()).isCloseTo(2, within(1e-3));
        // of two that ran the faster one counts
        TrainingTarget both = targets(
                        "cuda",
                        FUSED,
                        workload,
                        0.1,
                        both(peer("compile", 0.25, null), peer("max-autotune", 0.9, null)))
                .get(1);
        assertThat(both.verdict()).isEqualTo("missed");
        assertThat(both.reason()).startsWith("python-compile takes");
    }

    @Test
    void whatIsNotThereIsUnavailableWithItsReason() {
        Workload workload = workload("progressive", false);
        List<TrainingTarget> noPython =
                targets("cuda", FUSED, workload, 0.1, List.of(missing("eager", "python3 has no torch")));
        assertThat(verdicts(noPython))
                .containsExactly("unavailable", "unavailable", "met", "unavailable", "unavailable");
        assertThat(noPython.get(0).reason()).isEqualTo("python-eager: python3 has no torch");
        assertThat(noPython.get(0).value()).isNull();
        assertThat(noPython.get(1).reason()).contains("was not asked for", "--peers eager,compile,max-autotune");
        assertThat(noPython.get(4).reason()).isEqualTo("python-eager: python3 has no torch");
        assertThat(targets("cuda", FUSED, workload, 0.1, peer("eager", 2, null))
                        .get(4)
                        .reason())
                .contains("did not say how much memory");
        assertThat(TrainingTargets.of("cuda", workload, Map.of(), List.of(), List.of()))
                .hasSize(5)
                .allSatisfy(target -> assertThat(target.reason()).isEqualTo("the optimized variant was not timed"));
    }

    /** What makes the work another one than the targets are stated for. */
    @Test
    void otherWorkIsNotJudged() {
        List<PeerRun> eager = peer("eager", 100, 100_000_000L);
        assertThat(targets("cuda", FUSED, workload("custom", false), 0.001, eager))
                .allSatisfy(target -> assertThat(target.reason()).endsWith("and this is custom"));
        assertThat(targets("cuda", FUSED, workload("progressive", true), 0.001, eager))
                .allSatisfy(target -> assertThat(target.reason()).endsWith("this one is fixed"));
        VariantSpec rounding = FUSED.at(TrainingLevel.LIBRARY, Precision.TF32, false);
        assertThat(targets("cuda", rounding, workload("progressive", false), 0.001, eager))
                .allSatisfy(target -> assertThat(target.reason()).endsWith("products are rounded to tf32"));
    }

    @Test
    void aProcessorHasNoTargets() {
        VariantSpec cpu = VariantSpec.optimized("cpu", 2);
        assertThat(targets("cpu", cpu, workload("progressive", false), 0.001, peer("eager", 100, null)))
                .isEmpty();
    }
}
