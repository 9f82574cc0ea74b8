// SPDX-License-Identifier: Apache-2.0
package fizeau.testkit;

import java.util.Random;

/** Images of independent random values from fixed seeds, in both precisions. */
public final class RandomImages {

    private RandomImages() {}

    /** Values in [0, 1): amplitudes. */
    public static float[] amplitudes(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }

    /** Values in [-1, 1): fields and gradients. */
    public static float[] signed(int count, long seed) {
        float[] values = amplitudes(count, seed);
        for (int i = 0; i < count; i++) {
            values[i] = 2 * values[i] - 1;
        }
        return values;
    }

    /** The same values in double precision. */
    public static double[] widen(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    /** The values rounded to single precision. */
    public static float[] narrow(double[] values) {
        float[] single = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            single[i] = (float) values[i];
        }
        return single;
    }
}
