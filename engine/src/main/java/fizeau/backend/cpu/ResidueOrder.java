// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

/**
 * The frequencies {@code 0 .. count - 1} of a box sorted by their remainder modulo a radix. A transform of length n to all
 * n positions needs, for positions that differ by {@code n / radix}, the same sums over each class of remainders, combined
 * by a small DFT; so the matrix products shrink by the radix (one step of Cooley and Tukey, 1965).
 *
 * @param count frequencies in the box
 * @param radix 1, 2, 4 or 8; divides the length of the transform
 */
record ResidueOrder(int count, int radix) {

    /** Below this many frequencies a class is too thin for a matrix product to be fast. */
    private static final int SMALLEST_CLASS = 8;

    /** The largest radix that divides {@code length} and leaves classes worth a matrix product. */
    static ResidueOrder fitting(int count, int length) {
        int radix = 8;
        while (radix > 1 && (length % radix != 0 || count / radix < SMALLEST_CLASS)) {
            radix /= 2;
        }
        return new ResidueOrder(count, radix);
    }

    /** Number of frequencies with a remainder. */
    int size(int remainder) {
        return (count - remainder + radix - 1) / radix;
    }

    /** Position of the first frequency of a remainder. */
    int start(int remainder) {
        int start = 0;
        for (int r = 0; r < remainder; r++) {
            start += size(r);
        }
        return start;
    }

    /** The frequency at a position of the order. */
    int frequency(int remainder, int index) {
        return remainder + radix * index;
    }
}
