// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import java.util.Locale;

/**
 * Holds the losses of a variant against those of the reference: from the same initial weights they are the same up to
 * rounding, which the training amplifies from step to step.
 */
public final class CorrectnessGate {

    /** How many losses are compared. */
    public static final int LOSSES = 30;

    /** Largest relative difference. */
    public static final double TOLERANCE = 1e-3;

    /**
     * What the comparison of one variant found.
     *
     * @param variant which was held against {@code reference}
     * @param passed whether it may be timed
     * @param largestDifference largest relative difference of a loss; null when there was none to compare
     * @param tolerance what was allowed
     * @param reason one sentence
     */
    public record Result(
            String variant,
            String reference,
            boolean passed,
            Double largestDifference,
            double tolerance,
            String reason) {}

    private CorrectnessGate() {}

    /** Judges a trial of a variant by the trial of its reference. */
    public static Result judge(Trial.Outcome reference, Trial.Outcome variant) {
        if (reference.failure() != null || variant.failure() != null) {
            Trial.Outcome failed = variant.failure() != null ? variant : reference;
            return new Result(
                    variant.variant(),
                    reference.variant(),
                    false,
                    null,
                    TOLERANCE,
                    failed.variant() + " failed: " + failed.failure());
        }
        double first = largestDifference(reference.firstLosses(), variant.firstLosses(), LOSSES);
        double later = largestDifference(reference.laterLosses(), variant.laterLosses(), Integer.MAX_VALUE);
        double largest = Math.max(first, later);
        boolean passed = largest <= TOLERANCE; // false for a loss that is no number
        return new Result(
                variant.variant(),
                reference.variant(),
                passed,
                Double.isFinite(largest) ? largest : null,
                TOLERANCE,
                String.format(
                        Locale.ROOT,
                        "losses of %s and %s differ by %.2g of their value at most, %.0g is allowed",
                        variant.variant(),
                        reference.variant(),
                        largest,
                        TOLERANCE));
    }

    /** Largest relative difference of the first {@code count} losses; not a number if a loss is none, or if one is missing. */
    static double largestDifference(float[] reference, float[] losses, int count) {
        if (reference.length != losses.length || reference.length == 0) {
            return Double.NaN;
        }
        double largest = 0;
        for (int i = 0; i < Math.min(count, losses.length); i++) {
            double difference = Math.abs((double) losses[i] - reference[i]) / Math.abs((double) reference[i]);
            if (Double.isNaN(difference)) {
                return Double.NaN;
            }
            largest = Math.max(largest, difference);
        }
        return largest;
    }
}
