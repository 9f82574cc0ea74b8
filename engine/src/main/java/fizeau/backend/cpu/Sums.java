// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

/**
 * Reductions over float arrays. The JVM keeps the order of floating-point additions and so does not vectorise a plain
 * sum; eight independent partial sums keep the adders busy and round less, and where the values may be used up, folding them
 * is vectorised.
 */
final class Sums {

    /** So many numbers are added up in single precision: over four million, as a frame of 2048 has, it would lose 2e-5. */
    private static final int BLOCK = 4096;

    private static final int FAR = 1024;
    private static final int NEAR = 128;

    private Sums() {}

    static double sum(float[] a, int from, int to) {
        double sum = 0;
        for (int start = from; start < to; start += BLOCK) {
            sum += block(a, start, Math.min(to, start + BLOCK));
        }
        return sum;
    }

    private static double block(float[] a, int from, int to) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        int i = from;
        for (; i + 8 <= to; i += 8) {
            s0 += a[i];
            s1 += a[i + 1];
            s2 += a[i + 2];
            s3 += a[i + 3];
            s4 += a[i + 4];
            s5 += a[i + 5];
            s6 += a[i + 6];
            s7 += a[i + 7];
        }
        double rest = 0;
        for (; i < to; i++) {
            rest += a[i];
        }
        return ((double) s0 + s1) + ((double) s2 + s3) + (((double) s4 + s5) + ((double) s6 + s7)) + rest;
    }

    /** Adds an array to sums, element by element. */
    static void add(float[] values, float[] sums, int count) {
        for (int i = 0; i < count; i++) {
            sums[i] += values[i];
        }
    }

    /**
     * Sum of {@code a[i] * b[i]} for i below {@code count}.
     *
     * @param products receives intermediate sums, {@code count} floats
     */
    static float dot(float[] a, float[] b, float[] products, int count) {
        for (int i = 0; i < count; i++) {
            products[i] = a[i] * b[i];
        }
        return (float) fold(products, count);
    }

    /**
     * Sum of the first {@code count} values, which are used up: ends are added on to what lies a constant distance before
     * them. The JVM vectorises that only if the distance is known when it compiles, hence two loops that look the same.
     */
    static double fold(float[] values, int count) {
        int rest = count;
        while (rest > FAR) {
            int to = rest - FAR;
            for (int i = Math.max(0, to - FAR); i < to; i++) {
                values[i] += values[i + FAR];
            }
            rest = Math.max(to, FAR);
        }
        while (rest > NEAR) {
            int to = rest - NEAR;
            for (int i = Math.max(0, to - NEAR); i < to; i++) {
                values[i] += values[i + NEAR];
            }
            rest = Math.max(to, NEAR);
        }
        double sum = 0;
        for (int i = 0; i < rest; i++) {
            sum += values[i];
        }
        return sum;
    }
}
