// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.bench.files.Json;
import fizeau.bench.protocol.JobReport;

/** The report of one training with its outcome decoded. */
public record TrainingRun(JobReport report, TrainingOutcome outcome) {

    public static TrainingRun of(JobReport report) {
        return new TrainingRun(report, Json.value(report.outcome(), TrainingOutcome.class));
    }

    public String variant() {
        return report.variant();
    }

    public int round() {
        return report.round();
    }

    /** Times of all iterations, milliseconds. */
    public double[] iterationMillis() {
        double[] millis = new double[outcome.iterationNanos().length];
        for (int i = 0; i < millis.length; i++) {
            millis[i] = outcome.iterationNanos()[i] * 1e-6;
        }
        return millis;
    }
}
