// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

/**
 * A DFT of a power of two across rows: element i of every row belongs to one transform. In place, unscaled, radix-2
 * decimation in time; every butterfly is one pass over four rows, which the JVM vectorises.
 */
final class RowDft {
    private final int radix;
    private final float sign;

    /** @param inverse whether the exponent is positive (the adjoint of the forward transform) */
    RowDft(int radix, boolean inverse) {
        this.radix = radix;
        this.sign = inverse ? 1 : -1;
    }

    /** Transforms {@code count} columns of {@code radix} rows; the arrays are reordered within {@code re} and {@code im}. */
    void transform(float[][] re, float[][] im, int count) {
        reverseBits(re);
        reverseBits(im);
        for (int size = 2; size <= radix; size *= 2) {
            int half = size / 2;
            for (int start = 0; start < radix; start += size) {
                for (int k = 0; k < half; k++) {
                    int a = start + k;
                    int b = a + half;
                    if (k == 0) {
                        plain(re[a], im[a], re[b], im[b], count);
                    } else if (2 * k == half) {
                        quarter(re[a], im[a], re[b], im[b], sign, count);
                    } else {
                        double angle = sign * 2 * Math.PI * k / size;
                        turned(re[a], im[a], re[b], im[b], (float) Math.cos(angle), (float) Math.sin(angle), count);
                    }
                }
            }
        }
    }

    private void reverseBits(float[][] rows) {
        int bits = Integer.numberOfTrailingZeros(radix);
        for (int i = 1; i < radix; i++) {
            int reversed = Integer.reverse(i) >>> (Integer.SIZE - bits);
            if (i < reversed) {
                swap(rows, i, reversed);
            }
        }
    }

    private static void swap(float[][] rows, int a, int b) {
        float[] row = rows[a];
        rows[a] = rows[b];
        rows[b] = row;
    }

    /** (a, b) becomes (a + b, a - b). */
    private static void plain(float[] aRe, float[] aIm, float[] bRe, float[] bIm, int count) {
        for (int i = 0; i < count; i++) {
            float a = aRe[i];
            float b = bRe[i];
            aRe[i] = a + b;
            bRe[i] = a - b;
        }
        for (int i = 0; i < count; i++) {
            float a = aIm[i];
            float b = bIm[i];
            aIm[i] = a + b;
            bIm[i] = a - b;
        }
    }

    /** The same with b turned by a quarter: multiplied by {@code sign * i}. */
    private static void quarter(float[] aRe, float[] aIm, float[] bRe, float[] bIm, float sign, int count) {
        for (int i = 0; i < count; i++) {
            float tRe = -sign * bIm[i];
            float tIm = sign * bRe[i];
            bRe[i] = aRe[i] - tRe;
            bIm[i] = aIm[i] - tIm;
            aRe[i] += tRe;
            aIm[i] += tIm;
        }
    }

    private static void turned(float[] aRe, float[] aIm, float[] bRe, float[] bIm, float cos, float sin, int count) {
        for (int i = 0; i < count; i++) {
            float tRe = cos * bRe[i] - sin * bIm[i];
            float tIm = cos * bIm[i] + sin * bRe[i];
            bRe[i] = aRe[i] - tRe;
            bIm[i] = aIm[i] - tIm;
            aRe[i] += tRe;
            aIm[i] += tIm;
        }
    }
}
