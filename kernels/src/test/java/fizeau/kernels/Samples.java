// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;

/** Seeded test data, conversions and the one comparison of single against double precision. */
final class Samples {

    private Samples() {}

    /** Values in {@code [low, high)}, each exactly a float, so that both precisions start alike. */
    static float[] uniform(long seed, int count, double low, double high) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(low, high);
        }
        return values;
    }

    /** 0 and 1, about four fifths of them 1. */
    static float[] mask(long seed, int count) {
        float[] values = uniform(seed, count, 0, 1);
        for (int i = 0; i < count; i++) {
            values[i] = values[i] < 0.8f ? 1 : 0;
        }
        return values;
    }

    static double[] doubles(float[] values) {
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[i];
        }
        return result;
    }

    static float[] floats(double[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (float) values[i];
        }
        return result;
    }

    /** Every element within {@code tolerance} times the largest expected magnitude. */
    static void assertClose(String what, float[] actual, double[] expected, double tolerance) {
        assertClose(what, doubles(actual), expected, tolerance);
    }

    static void assertClose(String what, double[] actual, double[] expected, double tolerance) {
        assertThat(actual).as(what + ": number of elements").hasSameSizeAs(expected);
        double peak = 0;
        for (double value : expected) {
            peak = Math.max(peak, Math.abs(value));
        }
        assertThat(peak).as(what + ": peak of the reference").isPositive();
        for (int i = 0; i < actual.length; i++) {
            // Not "greater than": NaN must fail too.
            assertThat(Math.abs(actual[i] - expected[i]) <= tolerance * peak)
                    .as(
                            "%s: element %d is %s, expected %s within %s of the peak %s",
                            what, i, actual[i], expected[i], tolerance, peak)
                    .isTrue();
        }
    }
}
