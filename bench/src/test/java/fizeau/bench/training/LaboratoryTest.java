// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.ProtocolCost;
import fizeau.bench.training.Check.Status;
import fizeau.bench.workload.GoodSeeds;
import fizeau.bench.workload.Workload;
import fizeau.reconstruct.DecoderSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The laboratory is fed variants that cheat, break and die; it must notice. */
@Tag("alone")
class LaboratoryTest {

    @TempDir
    private Path root;

    @Test
    void anHonestVariantIsTimedInEveryRound() {
        VariantSpec honest = FakeSessions.variant(FakeSessions.HONEST);
        RunFolder folder = Campaigns.folder(root);
        Campaign.Result result = Campaigns.run(Campaigns.plan(2, honest, honest), folder);
        assertThat(result.failures()).isEmpty();
        assertThat(result.gate()).allMatch(CorrectnessGate.Result::passed);
        assertThat(result.runs()).hasSize(2);
        TrainingOutcome outcome = result.runs().get(1).outcome();
        assertThat(outcome.seed()).isEqualTo(3);
        assertThat(outcome.losses()).hasSize(18);
        assertThat(outcome.losses()[17]).isLessThan(outcome.losses()[0]);
        assertThat(outcome.iterationNanos()).hasSize(18).doesNotContain(0);
        double windows = outcome.samples().stream()
                .mapToDouble(TrainingOutcome.Sample::seconds)
                .sum();
        assertThat(outcome.trainingSeconds()).isCloseTo(windows, within(1e-9));
        assertThat(Files.exists(folder.path().resolve("rounds/002-honest.json")))
                .isTrue();
        assertThat(Files.exists(folder.path().resolve("estimates/honest.npy"))).isTrue();
    }

    @Test
    void aVariantWithAnotherResultIsNotTimed() {
        VariantSpec honest = FakeSessions.variant(FakeSessions.HONEST);
        VariantSpec wrong = FakeSessions.variant(FakeSessions.WRONG);
        Campaign.Result result = Campaigns.run(Campaigns.plan(1, honest, honest, wrong), Campaigns.folder(root));
        assertThat(result.runsOf(FakeSessions.WRONG)).isEmpty();
        assertThat(result.runsOf(FakeSessions.HONEST)).hasSize(1);
        assertThat(result.failures())
                .singleElement()
                .satisfies(failure ->
                        assertThat(failure.reason()).contains("wrong").contains("differ"));
    }

    @Test
    void aVariantThatThrowsDoesNotHideTheOthers() {
        VariantSpec honest = FakeSessions.variant(FakeSessions.HONEST);
        VariantSpec broken = FakeSessions.variant(FakeSessions.BROKEN);
        Campaign.Result result = Campaigns.run(Campaigns.plan(1, honest, honest, broken), Campaigns.folder(root));
        assertThat(result.runsOf(FakeSessions.HONEST)).hasSize(1);
        assertThat(result.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.reason()).contains("the sixth gear is missing"));
    }

    @Test
    void aVariantThatSleepsIsFoundIdle() {
        assertThat(check("processorBusy", FakeSessions.SLEEPING).status()).isEqualTo(Status.FAIL);
    }

    @Test
    void aVariantThatForgetsToWaitIsFound() {
        Check check = check("workInsideClock", FakeSessions.FORGETFUL);
        assertThat(check.status()).isEqualTo(Status.FAIL);
        assertThat(check.note()).contains("forgetful");
    }

    /** As a busy machine makes it: one estimate takes long, and nothing was left to do. */
    @Test
    void oneLateEstimateIsNoWorkLeftOver() {
        Check check = check("workInsideClock", FakeSessions.LATE);
        assertThat(check.status()).as(check.note()).isEqualTo(Status.PASS);
    }

    @Test
    void anHonestVariantPassesBothChecks() {
        assertThat(check("workInsideClock", FakeSessions.HONEST).status()).isEqualTo(Status.PASS);
    }

    @Test
    void aVariantWhoseIterationsComeInTwoGroupsIsFound() {
        VariantSpec bimodal = FakeSessions.variant(FakeSessions.BIMODAL);
        Workload few = Campaigns.workload();
        Workload many = new Workload("custom", 16, 32, 4, "fermat", 8, 3, 40, 1e-3, 1, "built-in", few.objectDigest());
        Campaign.Plan plan = new Campaign.Plan(
                many, List.of(bimodal), bimodal, List.of(1L), Campaigns.protocol(1), 1, false, PythonPeers.none());
        Check check = oneMode(Campaigns.run(plan, Campaigns.folder(root)));
        assertThat(check.status()).isEqualTo(Status.FAIL);
        assertThat(check.note())
                .contains("iterations of bimodal come in two groups")
                .contains("in the slower");
        assertThat(check.value()).isGreaterThan(3);
    }

    @Test
    void roundsThatStrayFarAreInconsistent() {
        Campaign.Result steady = rounds("steady", 1.0, 1.05, 0.97, 1.02, 0.99);
        assertThat(named("repeatsConsistent", checks(steady, null)).status()).isEqualTo(Status.PASS);
        Campaign.Result moody = rounds("moody", 1.0, 1.3, 0.9, 1.2, 1.0);
        Check check = named("repeatsConsistent", checks(moody, null));
        assertThat(check.status()).isEqualTo(Status.FAIL);
        assertThat(check.value()).isCloseTo(0.164317 / 1.08 / Math.sqrt(5), within(1e-4));
        assertThat(named("repeatsConsistent", checks(rounds("once", 1.0), null)).status())
                .isEqualTo(Status.NOT_APPLICABLE);
    }

    @Test
    void moreRoundsMakeUpForNoiseAndFewerMustRepeatBetter() {
        assertThat(consistency(1.0, 1.25, 0.9, 1.15, 1.0)).isEqualTo(Status.FAIL);
        assertThat(consistency(1.0, 1.25, 0.9, 1.15, 1.0, 1.0, 1.25, 0.9, 1.15, 1.0))
                .isEqualTo(Status.PASS);
        assertThat(consistency(0.91, 1.0, 1.09, 0.91, 1.09)).isEqualTo(Status.PASS);
        assertThat(consistency(0.91, 1.0, 1.09)).isEqualTo(Status.FAIL);
    }

    private Status consistency(double... seconds) {
        return named("repeatsConsistent", checks(rounds("x" + seconds.length, seconds), null))
                .status();
    }

    @Test
    void aMachineThatDriftsUnderAllVariantsAlikeKeepsTheirRatio() {
        Campaign.Result drifting = together(
                rounds(VariantSpec.OPTIMIZED, 1.0, 1.3, 0.9, 1.2, 1.0), rounds("slow", 6.1, 7.7, 5.5, 7.1, 6.0));
        Check ratio = named("repeatsConsistent", checks(drifting, null));
        assertThat(ratio.status()).isEqualTo(Status.PASS);
        assertThat(ratio.value()).isLessThan(0.02);
        assertThat(ratio.note())
                .contains("slow over optimized")
                .contains("worst of the times: 0.0680, the times of optimized");
    }

    @Test
    void timesThatRepeatAreConsistentAndSoIsTheirRatioThen() {
        Campaign.Result steady = together(
                rounds(VariantSpec.OPTIMIZED, 1.09, 0.92, 1.0, 1.09, 0.92), rounds("slow", 5.5, 6.5, 6.0, 5.5, 6.5));
        Check check = named("repeatsConsistent", checks(steady, null));
        assertThat(check.status()).isEqualTo(Status.PASS);
        assertThat(check.note()).contains("the times of").contains("worst of the ratios");
    }

    @Test
    void noiseThatEachProcessHasForItselfIsInconsistent() {
        Campaign.Result moody = together(
                rounds(VariantSpec.OPTIMIZED, 1.0, 1.3, 0.9, 1.2, 1.0), rounds("slow", 6.0, 6.0, 6.0, 6.0, 6.0));
        assertThat(named("repeatsConsistent", checks(moody, null)).status()).isEqualTo(Status.FAIL);
    }

    @Test
    void aVariantWhoseProcessesLandInTwoModesIsFound() {
        Campaign.Result result = rounds("moody", 0.80, 1.25, 0.81, 0.80, 1.26);
        Check check = oneMode(result);
        assertThat(check.status()).isEqualTo(Status.FAIL);
        assertThat(check.note()).contains("rounds of moody come in two groups").contains("40 % in the slower");
        assertThat(oneMode(rounds("steady", 0.80, 0.82, 0.81, 0.79, 0.80)).note())
                .doesNotContain("rounds of steady");
    }

    @Test
    void theNoiseFloorOfEveryVariantIsDerivedFromItsRounds() {
        Campaign.Result result = rounds("steady", 0.80, 0.82, 0.81, 0.79, 0.80);
        VariantRecord steady = variants(result).get("steady");
        assertThat(steady.noiseFloor().kind()).isEqualTo("derived");
        assertThat(steady.noiseFloor().rounds()).isEqualTo(5);
        assertThat(steady.noiseFloor().share()).isBetween(0.01, 0.82 / 0.79 - 1 + 1e-9);
        assertThat(named("noiseFloor", checks(result, null)).value())
                .isEqualTo(steady.noiseFloor().share());
    }

    @Test
    void whatTheProtocolTakesIsMeasuredInEveryProcess() {
        VariantSpec honest = FakeSessions.variant(FakeSessions.HONEST);
        Campaign.Result result = Campaigns.run(Campaigns.plan(2, honest, honest), Campaigns.folder(root));
        assertThat(result.runs()).allSatisfy(run -> {
            ProtocolCost cost = run.report().protocolCost();
            assertThat(cost.clockNanos()).isPositive();
            assertThat(cost.iterationsPerWindow()).isEqualTo(6);
            assertThat(cost.wholeShare()).isGreaterThan(cost.insideShare());
        });
        assertThat(named("protocolCost", checks(result, null)).value())
                .isEqualTo(
                        variants(result).get(FakeSessions.HONEST).protocolCost().insideShare());
    }

    @Test
    void aVariantAgainstItselfMakesNoDifference() {
        VariantSpec once = FakeVariants.honest(VariantSpec.OPTIMIZED);
        VariantSpec again = once.withName(VariantSpec.OPTIMIZED_AGAIN);
        Campaign.Result result = Campaigns.run(Campaigns.plan(2, once, once, again), Campaigns.folder(root));
        assertThat(result.runs()).hasSize(4);
        List<Check> checks = checks(result, twins(result));
        assertThat(named("noDifferenceClaimed", checks).status()).isEqualTo(Status.PASS);
        assertThat(checks).extracting(Check::name).doesNotContain("speedup", "psnrDifference", "firstLosses");
    }

    @Test
    void aDifferenceBetweenTheSameVariantTwiceIsAFailureOfTheLaboratory() {
        Campaign.Result both = together(
                rounds(VariantSpec.OPTIMIZED, 1.0, 1.01, 0.99, 1.0, 1.0),
                rounds(VariantSpec.OPTIMIZED_AGAIN, 1.3, 1.31, 1.29, 1.3, 1.3));
        Check check = named("noDifferenceClaimed", checks(both, twins(both)));
        assertThat(check.status()).isEqualTo(Status.FAIL);
        assertThat(check.correctness()).isTrue();
        assertThat(check.note()).contains("SLOWER");
    }

    @Test
    void repeatedLookUpsAreCountedAndTheRealLoopIsShownBeside() {
        VariantSpec honest = FakeSessions.variant(FakeSessions.HONEST);
        Campaign.Result result = Campaigns.run(Campaigns.plan(1, honest, honest), Campaigns.folder(root));
        Map<String, VariantRecord> variants = new LinkedHashMap<>();
        variants.put(
                VariantSpec.OPTIMIZED,
                new Comparison(Campaigns.workload(), Campaigns.protocol(1), result)
                        .variants()
                        .get(FakeSessions.HONEST));
        List<Check> checks =
                new Acceptance(Campaigns.workload(), variants, List.of()).of(null, null, List.of(), result.gate());
        assertThat(checks)
                .filteredOn(check -> check.name().equals("hitRate"))
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.status()).isEqualTo(Status.PASS);
                    assertThat(check.value()).isCloseTo(15.0 / 18, within(1e-12));
                });
        assertThat(checks)
                .filteredOn(check -> check.name().equals("realLoopHitRate"))
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.status()).isEqualTo(Status.INFO);
                    assertThat(check.value()).isZero();
                });
    }

    @Test
    void seedsAreGoodAndTheSameForEveryVariantOfARound() {
        VariantSpec honest = FakeSessions.variant("honest-a");
        VariantSpec other = FakeSessions.variant("honest-b");
        Campaign.Result result = Campaigns.run(Campaigns.plan(3, honest, honest, other), Campaigns.folder(root));
        List<SeedQuality> qualities =
                new Comparison(Campaigns.workload(), Campaigns.protocol(3), result).qualities("honest-a");
        assertThat(qualities).extracting(SeedQuality::seed).containsExactly(1L, 3L, 4L);
        assertThat(qualities).allSatisfy(quality -> {
            assertThat(quality.sameInitialWeights()).isTrue();
            assertThat(quality.psnrDifference()).isZero();
            assertThat(quality.lossDifference()).isZero();
        });
    }

    @Test
    void theReferencesGoodSeedsAreFoundByRule() {
        DecoderSpec standard = new DecoderSpec(512, 128, true);
        assertThat(GoodSeeds.first(5, 0, standard)).containsExactly(1L, 3L, 4L, 5L, 7L);
        assertThat(GoodSeeds.first(1, 14, standard)).doesNotContain(14L);
    }

    private Check check(String name, String behaviour) {
        VariantSpec variant = FakeSessions.variant(behaviour);
        Campaign.Result result = Campaigns.run(Campaigns.plan(1, variant, variant), Campaigns.folder(root));
        return named(name, checks(result, null));
    }

    /** An honest variant whose rounds took these times on a quiet machine, if one believes the record. */
    private Campaign.Result rounds(String name, double... seconds) {
        VariantSpec variant = FakeVariants.honest(name);
        Campaign.Result one = Campaigns.run(Campaigns.plan(1, variant, variant), Campaigns.folder(root));
        TrainingRun first = one.runs().get(0);
        List<TrainingRun> runs = new ArrayList<>();
        for (int round = 1; round <= seconds.length; round++) {
            JobReport report = new JobReport(
                    name,
                    round,
                    first.report().phases(),
                    first.report().memory(),
                    Interference.NONE,
                    first.report().protocolCost(),
                    first.report().outcome());
            runs.add(new TrainingRun(report, lasting(first.outcome(), seconds[round - 1])));
        }
        return new Campaign.Result(
                one.specs(),
                runs,
                List.of(),
                one.gate(),
                one.threadTrials(),
                seconds.length,
                one.failures(),
                one.remarks());
    }

    /** Two variants of one run of five rounds. */
    private static Campaign.Result together(Campaign.Result one, Campaign.Result other) {
        List<TrainingRun> runs = new ArrayList<>(one.runs());
        runs.addAll(other.runs());
        return new Campaign.Result(
                List.of(one.specs().get(0), other.specs().get(0)),
                runs,
                List.of(),
                one.gate(),
                Map.of(),
                5,
                List.of(),
                List.of());
    }

    private static TrainingOutcome lasting(TrainingOutcome outcome, double seconds) {
        return new TrainingOutcome(
                outcome.seed(),
                outcome.initialDigest(),
                outcome.description(),
                seconds,
                outcome.settleSeconds(),
                outcome.iterationNanos(),
                outcome.losses(),
                outcome.samples(),
                outcome.quality(),
                outcome.caches(),
                outcome.plans());
    }

    private static Map<String, VariantRecord> variants(Campaign.Result result) {
        return comparison(result).variants();
    }

    private static Comparison comparison(Campaign.Result result) {
        return new Comparison(Campaigns.workload(), Campaigns.protocol(result.rounds()), result);
    }

    private static Speedup twins(Campaign.Result result) {
        return comparison(result)
                .speedup(VariantSpec.OPTIMIZED_AGAIN, VariantSpec.OPTIMIZED)
                .orElseThrow();
    }

    private static List<Check> checks(Campaign.Result result, Speedup speedup) {
        return new Acceptance(Campaigns.workload(), variants(result), List.of())
                .of(speedup, null, List.of(), result.gate());
    }

    private static Check oneMode(Campaign.Result result) {
        return named("oneMode", checks(result, null));
    }

    private static Check named(String name, List<Check> checks) {
        return checks.stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
