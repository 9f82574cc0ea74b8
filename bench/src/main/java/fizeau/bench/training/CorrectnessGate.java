// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.backend.Precision;
import java.util.Locale;

/**
 * Holds the losses of a variant against those of the reference. From the same weights they are the same up to rounding, but
 * Adam turns the sign of a tiny gradient into a full step, so that rounding grows from step to step: the reference itself
 * moves by up to 0.4 % within 30 steps when its weights move by one rounding error. How far it moves is measured, and a
 * variant passes when it is no further away than some times that, or than one in a thousand.
 */
public final class CorrectnessGate {

    /** How many losses are compared at the first position. */
    public static final int LOSSES = 30;

    /** Mean relative difference that always passes. */
    public static final double TOLERANCE = 1e-3;

    /**
     * The same over several positions, where each new position starts Adam, and with it the growth, anew. One rounding error
     * moved the reference by 0.3e-3 to 3.1e-3 there, depending on the object and the number of positions.
     */
    public static final double LATER_TOLERANCE = 5e-3;

    /** Before any step nothing has grown yet: largest relative difference of the very first loss. */
    public static final double FIRST_LOSS_TOLERANCE = 1e-5;

    /**
     * Rounded factors are allowed half a unit of their last place before any step, and so many after some. A simulation of the
     * decoder in TF32 and bf16 strayed by a twentieth of a half unit before, and by a half or less after.
     */
    private static final double GROWTH = 2;

    /** One draw of the reference's own movement says little: five seeds gave values a factor of four apart. */
    private static final double FLOOR_FACTOR = 5;

    /**
     * What the comparison of one variant found. Differences are means of relative differences.
     *
     * @param variant which was held against {@code reference}
     * @param passed whether it may be timed
     * @param firstLoss relative difference before any step
     * @param difference of the losses at the first position; null when there was none to compare
     * @param tolerance what was allowed there
     * @param laterDifference of the losses over several positions
     * @param laterTolerance what was allowed there
     * @param floor how far the reference moves at the first position when its weights move by one rounding error
     * @param reason one sentence
     */
    public record Result(
            String variant,
            String reference,
            boolean passed,
            Double firstLoss,
            Double difference,
            double tolerance,
            Double laterDifference,
            double laterTolerance,
            double floor,
            String reason) {}

    private CorrectnessGate() {}

    /** Judges the trial of a variant by the trial of its reference. */
    public static Result judge(Trial.Outcomes trial, String referenceName, String variantName) {
        Trial.Outcome reference = trial.of(referenceName);
        Trial.Outcome variant = trial.of(variantName);
        if (reference.failure() != null || variant.failure() != null) {
            Trial.Outcome failed = variant.failure() != null ? variant : reference;
            return new Result(
                    variantName,
                    referenceName,
                    false,
                    null,
                    null,
                    TOLERANCE,
                    null,
                    LATER_TOLERANCE,
                    0,
                    failed.variant() + " failed: " + failed.failure());
        }
        double floor = difference(reference.firstLosses(), trial.movedFirstLosses(), LOSSES);
        double laterFloor = difference(reference.laterLosses(), trial.movedLaterLosses(), Integer.MAX_VALUE);
        double rounding = rounding(variant.spec());
        double startTolerance = FIRST_LOSS_TOLERANCE + rounding;
        double tolerance = Math.max(TOLERANCE, FLOOR_FACTOR * floor) + GROWTH * rounding;
        double laterTolerance = Math.max(LATER_TOLERANCE, FLOOR_FACTOR * laterFloor) + GROWTH * rounding;
        double start = difference(reference.firstLosses(), variant.firstLosses(), 1);
        double first = difference(reference.firstLosses(), variant.firstLosses(), LOSSES);
        double later = difference(reference.laterLosses(), variant.laterLosses(), Integer.MAX_VALUE);
        // comparisons that are false for a loss that is no number
        boolean passed = start <= startTolerance && first <= tolerance && later <= laterTolerance;
        return new Result(
                variantName,
                referenceName,
                passed,
                finite(start),
                finite(first),
                tolerance,
                finite(later),
                laterTolerance,
                floor,
                String.format(
                        Locale.ROOT,
                        "losses of %s differ from those of %s by %.1g of their value before any step (%.0g is allowed),"
                                + " by %.2g over %d steps (%.2g) and by %.2g over several positions (%.2g)",
                        variantName,
                        referenceName,
                        start,
                        startTolerance,
                        first,
                        Math.min(LOSSES, reference.firstLosses().length),
                        tolerance,
                        later,
                        laterTolerance));
    }

    /** What is allowed of the first losses where nothing is known of how far the reference moves. */
    static double tolerance(VariantSpec spec) {
        return TOLERANCE + GROWTH * rounding(spec);
    }

    /** Half a unit in the last place of factors, where a variant rounds them; 0 in single precision. */
    private static double rounding(VariantSpec spec) {
        return spec != null && spec.rounds()
                ? Math.scalb(1.0, -Precision.parse(spec.precision()).factorBits())
                : 0;
    }

    /**
     * Mean relative difference of the first {@code count} losses; not a number if a loss is none, or if one is missing.
     */
    static double difference(float[] reference, float[] losses, int count) {
        if (reference.length != losses.length || reference.length == 0) {
            return Double.NaN;
        }
        int compared = Math.min(count, losses.length);
        double sum = 0;
        for (int i = 0; i < compared; i++) {
            sum += Math.abs((double) losses[i] - reference[i]) / Math.abs((double) reference[i]);
        }
        return sum / compared;
    }

    private static Double finite(double number) {
        return Double.isFinite(number) ? number : null;
    }
}
