// SPDX-License-Identifier: Apache-2.0
package fizeau.fourier;

/**
 * The values {@code exp(-2 pi i m / n)} for all m, scaled by {@code 1 / sqrt(n)}: every factor of a centred, orthonormal
 * matrix DFT of length n is one of them. Evaluated in double precision from exponents reduced to one octant's symmetry by
 * the library functions, rounded once.
 */
public final class RootsOfUnity {
    private final int n;
    private final float[] real;
    private final float[] imaginary;

    private RootsOfUnity(int n) {
        this.n = n;
        this.real = new float[n];
        this.imaginary = new float[n];
        double scale = 1 / Math.sqrt(n);
        for (int m = 0; m < n; m++) {
            double angle = -2 * Math.PI * m / n;
            real[m] = (float) (scale * Math.cos(angle));
            imaginary[m] = (float) (scale * Math.sin(angle));
        }
    }

    public static RootsOfUnity of(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("transform length " + n + " must be at least 1");
        }
        return new RootsOfUnity(n);
    }

    public int length() {
        return n;
    }

    /** Real part of {@code exp(-2 pi i exponent / n) / sqrt(n)}. */
    public float real(long exponent) {
        return real[(int) Math.floorMod(exponent, (long) n)];
    }

    /** Imaginary part of {@code exp(-2 pi i exponent / n) / sqrt(n)}. */
    public float imaginary(long exponent) {
        return imaginary[(int) Math.floorMod(exponent, (long) n)];
    }
}
