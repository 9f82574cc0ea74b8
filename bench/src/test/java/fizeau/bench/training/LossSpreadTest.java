// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.backend.Precision;
import fizeau.backend.TrainingLevel;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.RoundLoop;
import fizeau.bench.training.Check.Status;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A variant trains again from the same weights: what repeats, what strays, and what cannot be told. */
class LossSpreadTest {
    private static final VariantSpec PLAIN = FakeVariants.honest(VariantSpec.OPTIMIZED);
    private static final VariantSpec BY_RULE = PLAIN.at(TrainingLevel.FUSED, Precision.FP32, true);

    @TempDir
    private Path root;

    private LossSpread spread(VariantSpec spec, RoundLoop.Executor executor) {
        RunFolder folder = Campaigns.folder(root);
        Campaign campaign = new Campaign(Campaigns.plan(1, spec, spec), folder, executor, Campaigns.quiet());
        return campaign.lossSpread(campaign.run(Campaigns.object()));
    }

    /** What a process reports, changed. */
    private static RoundLoop.Executor changing(String name, UnaryOperator<Trial.Outcomes> change) {
        return (job, progress) -> {
            JobReport report = Campaigns.inThisProcess(job, progress);
            return job.variant().equals(name)
                    ? new JobReport(
                            report.variant(),
                            report.round(),
                            report.phases(),
                            report.memory(),
                            report.interference(),
                            Json.tree(change.apply(Json.value(report.outcome(), Trial.Outcomes.class))))
                    : report;
        };
    }

    /** The second of the later losses of a variant. */
    private static UnaryOperator<Trial.Outcomes> later(String variant, float factor) {
        return outcomes -> {
            outcomes.of(variant).laterLosses()[1] *= factor;
            return outcomes;
        };
    }

    @Test
    void aVariantThatRepeatsHasNone() {
        LossSpread spread = spread(BY_RULE, Campaigns::inThisProcess);
        assertThat(spread.largest()).isZero();
        assertThat(spread.withinProcess()).isZero();
        assertThat(spread.betweenProcesses()).isZero();
        assertThat(spread.losses())
                .as("30 at the first position, 3 at each of 3")
                .isEqualTo(39);
        assertThat(spread.deterministic()).isTrue();
        assertThat(spread.check().status()).isEqualTo(Status.PASS);
        assertThat(spread(PLAIN, Campaigns::inThisProcess).check().status()).isEqualTo(Status.INFO);
    }

    @Test
    void aDifferenceBetweenProcessesIsAFailureOfAVariantThatWasAskedToRepeat() {
        LossSpread spread = spread(BY_RULE, changing("repeat-2", later(VariantSpec.OPTIMIZED, 1.001f)));
        assertThat(spread.betweenProcesses()).isCloseTo(1e-3, within(1e-6));
        assertThat(spread.withinProcess()).isZero();
        assertThat(spread.largest()).isEqualTo(spread.betweenProcesses());
        Check check = spread.check();
        assertThat(check.failed()).isTrue();
        assertThat(check.correctness()).isTrue();
        assertThat(check.note()).contains("of 39 losses", "0 again in one process and 0.0010 in another", "asked for");
    }

    @Test
    void aDifferenceWithinAProcessIsStatedOfTheDefault() {
        LossSpread spread = spread(PLAIN, changing("repeat-1", later(VariantSpec.OPTIMIZED_AGAIN, 0.99f)));
        assertThat(spread.withinProcess()).isCloseTo(1e-2, within(1e-6));
        assertThat(spread.betweenProcesses()).isZero();
        assertThat(spread.largest()).isEqualTo(spread.withinProcess());
        assertThat(spread.check().status()).isEqualTo(Status.INFO);
    }

    /** What cannot be told is not taken for equal. */
    @Test
    void aLossThatIsNoNumberOrAProcessThatDiesLeavesItUnknown() {
        LossSpread odd = spread(BY_RULE, changing("repeat-2", later(VariantSpec.OPTIMIZED, Float.NaN)));
        assertThat(odd.largest()).isNull();
        assertThat(odd.check().failed()).isTrue();
        LossSpread dead = spread(BY_RULE, (job, progress) -> {
            if (job.variant().startsWith("repeat")) {
                throw new JobFailedException(new JobFailure(job.variant(), 0, "its process ended", false));
            }
            return Campaigns.inThisProcess(job, progress);
        });
        assertThat(dead.reason()).isEqualTo("its process ended");
        assertThat(dead.check().note()).contains("not known: its process ended");
        assertThat(dead.check().failed()).isTrue();
    }

    @Test
    void onlyTheOptimisedVariantIsAsked() {
        VariantSpec baseline = FakeVariants.honest(VariantSpec.BASELINE);
        assertThat(spread(baseline, Campaigns::inThisProcess)).isNull();
    }
}
