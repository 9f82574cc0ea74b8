// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import fizeau.bench.pinn.PinnOutcome.Checkpoint;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.stats.Judgement;
import fizeau.bench.stats.Ratio;
import java.util.List;

/**
 * What one variant did on one equation and seed.
 *
 * @param kind {@code measured} or {@code unavailable}
 * @param reason why it is unavailable; null otherwise
 * @param threads in words; null when unavailable, as all that follows
 * @param wallSeconds of the timed epochs
 * @param iterationsPerSecond epochs over that
 * @param wallSeconds1000 of 1000 epochs
 * @param wall1000Kind {@code measured} where 1000 epochs were run, otherwise {@code derived}
 * @param setupSeconds median: true solutions and weights
 * @param firstStepSeconds median: loading, compiling, one step
 * @param warmUpSeconds median
 * @param stepMillis median of the medians of the steps
 * @param speedup over the reference, of wall times; null for the reference itself and without it
 * @param lossDifference largest relative difference to the reference's first losses at full size; null as {@code speedup}
 * @param errorDifference largest relative difference of relative L2 errors at the checkpoints to the reference's, or to
 *     those of the first variant where that did not run; null for that variant
 * @param checkpoints errors along the way of the first run
 * @param losses of the first run
 * @param runs reports without their outcomes' curves, for phases, memory and interference
 */
public record PinnResult(
        String variant,
        String kind,
        String reason,
        String threads,
        Figure wallSeconds,
        Figure iterationsPerSecond,
        Figure wallSeconds1000,
        String wall1000Kind,
        Double setupSeconds,
        Double firstStepSeconds,
        Double warmUpSeconds,
        Double stepMillis,
        Ratio speedup,
        Judgement judgement,
        Double lossDifference,
        Double errorDifference,
        List<Checkpoint> checkpoints,
        List<Double> losses,
        List<Run> runs) {

    /** One run: where its time went, and what disturbed it. */
    public record Run(
            int round, JobReport.Phases phases, MemoryUse memory, Interference interference, List<Double> stepMillis) {

        /** Of the timed epochs. */
        public double seconds() {
            return phases.timed();
        }
    }

    static PinnResult unavailable(String variant, String reason) {
        return new PinnResult(
                variant,
                "unavailable",
                reason,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                List.of());
    }

    public boolean measured() {
        return reason == null;
    }
}
