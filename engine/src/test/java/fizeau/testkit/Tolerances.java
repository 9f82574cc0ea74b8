// SPDX-License-Identifier: Apache-2.0
package fizeau.testkit;

import fizeau.optics.Shape;

/**
 * The one place where tests say how equal is equal. A transform spreads its rounding errors over the whole image, so that
 * values are compared relative to the largest expected one, not to each single one.
 */
public final class Tolerances {

    /** Relative to the peak: plain double-precision arithmetic on a few thousand terms. */
    public static final double DOUBLE = 1e-12;

    /** Relative to the peak: a value rounded to single precision once or a few times. */
    public static final double SINGLE = 1e-6;

    /**
     * Relative to the peak: an adjoint that multiplies by the phase of a single-precision field, whose error grows where
     * the field is faint.
     */
    public static final double PHASES = 5e-5;

    /** Relative to the peak: one pass through a decoder in single precision, some ten layers with batch norm. */
    public static final double DECODER = 2e-5;

    /** Relative to the peak of a tensor: a decoder's gradient, in which such errors add up twice over. */
    public static final double DECODER_GRADIENT = 2e-4;

    /** Relative to the peak: the losses of a first sample, in which training has not yet parted on rounding. */
    public static final double FIRST_LOSSES = 3e-6;

    /** Relative to the peak: the estimate after such a sample. */
    public static final double FIRST_ESTIMATE = 1e-4;

    /**
     * Relative to the peak: losses of later samples at a learning rate of 1e-4. Three times the worst of 360 runs over
     * frames, starts, plans and thread counts; one step changes them by ten times as much.
     */
    public static final double LATER_LOSSES = 2e-4;

    /** Relative to the peak: the estimate after such samples. */
    public static final double LATER_ESTIMATE = 1e-2;

    private Tolerances() {}

    /** Relative to the peak: {@code passes} single-precision transforms of {@code shape} one after the other. */
    public static double singlePrecisionTransforms(Shape shape, int passes) {
        double stages = 1 + Math.log(shape.count()) / Math.log(2);
        return SINGLE * passes * (1 + stages / 8);
    }

    /** Fails, naming index and both values, unless every entry differs by at most {@code tolerance} times the peak. */
    public static void assertClose(double[] actual, double[] expected, double tolerance) {
        if (actual.length != expected.length) {
            throw new AssertionError("got " + actual.length + " values, expected " + expected.length);
        }
        double peak = 0;
        for (double value : expected) {
            peak = Math.max(peak, Math.abs(value));
        }
        double limit = tolerance * peak;
        int worst = -1;
        double worstDifference = limit;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs(actual[i] - expected[i]);
            // Written so that a NaN on either side counts as a difference.
            if (!(difference <= worstDifference)) {
                worst = i;
                worstDifference = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
            }
        }
        if (worst >= 0) {
            throw new AssertionError("at index " + worst + ": got " + actual[worst] + ", expected " + expected[worst]
                    + ", difference " + worstDifference + " above " + limit + " (" + tolerance + " x peak " + peak
                    + ")");
        }
    }

    /** As {@link #assertClose(double[], double[], double)}, for a single-precision result. */
    public static void assertClose(float[] actual, double[] expected, double tolerance) {
        assertClose(widen(actual), expected, tolerance);
    }

    /** As {@link #assertClose(double[], double[], double)}, for two single-precision results. */
    public static void assertClose(float[] actual, float[] expected, double tolerance) {
        assertClose(widen(actual), widen(expected), tolerance);
    }

    private static double[] widen(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }
}
