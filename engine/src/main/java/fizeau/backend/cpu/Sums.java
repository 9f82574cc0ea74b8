// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

/**
 * Reductions over float arrays. The JVM keeps the order of floating-point additions and so does not vectorise a plain
 * sum; eight independent partial sums keep the adders busy and round less.
 */
final class Sums {

    /** So many numbers are added up in single precision: over four million, as a frame of 2048 has, it would lose 2e-5. */
    private static final int BLOCK = 4096;

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

    /** Sum of {@code a[i] * b[i]} for i below {@code count}. */
    static float dot(float[] a, float[] b, int count) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        int i = 0;
        for (; i + 8 <= count; i += 8) {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
            s4 += a[i + 4] * b[i + 4];
            s5 += a[i + 5] * b[i + 5];
            s6 += a[i + 6] * b[i + 6];
            s7 += a[i + 7] * b[i + 7];
        }
        for (; i < count; i++) {
            s0 += a[i] * b[i];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    }
}
