// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.training.TrainingOutcome;
import fizeau.bench.training.TrainingRun;
import java.util.List;

/** Raw samples as CSV: one line per iteration, and one per aperture position. Units are in the header. */
public final class SamplesCsv {

    private SamplesCsv() {}

    /** Every iteration of every training. */
    public static String iterations(List<TrainingRun> runs) {
        StringBuilder text = new StringBuilder("variant,round,seed,sample,iteration,nanos,loss\n");
        for (TrainingRun run : runs) {
            TrainingOutcome outcome = run.outcome();
            String start = run.variant() + ',' + run.round() + ',' + outcome.seed() + ',';
            int epochs = outcome.losses().length / outcome.samples().size();
            for (int i = 0; i < outcome.losses().length; i++) {
                text.append(start)
                        .append(i / epochs + 1)
                        .append(',')
                        .append(i + 1)
                        .append(',')
                        .append(outcome.iterationNanos()[i])
                        .append(',')
                        .append(outcome.losses()[i])
                        .append('\n');
            }
        }
        return text.toString();
    }

    /** Every aperture position of every training. Empty fields: unknown, or no clock tick in the window. */
    public static String samples(List<TrainingRun> runs) {
        StringBuilder text = new StringBuilder(
                "variant,round,seed,sample,window_seconds,begin_seconds,steal_share,collections,disturbed,psnr_db,ssim\n");
        for (TrainingRun run : runs) {
            int number = 0;
            for (TrainingOutcome.Sample sample : run.outcome().samples()) {
                number++;
                text.append(run.variant()).append(',').append(run.round()).append(',');
                text.append(run.outcome().seed()).append(',').append(number).append(',');
                text.append(sample.seconds())
                        .append(',')
                        .append(sample.beginSeconds())
                        .append(',');
                text.append(known(sample.stealShare()))
                        .append(',')
                        .append(sample.collections())
                        .append(',');
                text.append(sample.disturbed())
                        .append(',')
                        .append(known(sample.psnr()))
                        .append(',');
                text.append(sample.ssim()).append('\n');
            }
        }
        return text.toString();
    }

    private static String known(Double value) {
        return value == null ? "" : value.toString();
    }
}
