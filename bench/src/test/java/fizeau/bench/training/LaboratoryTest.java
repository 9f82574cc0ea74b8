// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.bench.files.RunFolder;
import fizeau.bench.training.Check.Status;
import fizeau.bench.workload.GoodSeeds;
import fizeau.reconstruct.DecoderSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The laboratory is fed variants that cheat, break and die; it must notice. */
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

    @Test
    void anHonestVariantPassesBothChecks() {
        assertThat(check("workInsideClock", FakeSessions.HONEST).status()).isEqualTo(Status.PASS);
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
        Map<String, VariantRecord> variants =
                new Comparison(Campaigns.workload(), Campaigns.protocol(1), result).variants();
        return new Acceptance(Campaigns.workload(), variants, List.of())
                .of(null, null, List.of(), result.gate()).stream()
                        .filter(check -> check.name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }
}
