// SPDX-License-Identifier: Apache-2.0
package fizeau.random;

/**
 * Standard normal numbers by Marsaglia's polar method over {@link MersenneTwister}, together with the uniform numbers of 53
 * bits that it is made of. Draws what NumPy's legacy {@code RandomState(seed)} draws by {@code randn} and {@code rand}.
 * Not safe for use by several threads.
 */
public final class NormalGenerator {
    private final MersenneTwister bits;
    private double spare;
    private boolean hasSpare;

    /** A generator for a seed; only its low 32 bits count. */
    public NormalGenerator(long seed) {
        this.bits = new MersenneTwister(seed);
    }

    /** A number in [0, 1), a multiple of 2^-53, from two 32-bit outputs. */
    public double nextUniform() {
        long high = bits.nextInt() >>> 5;
        long low = bits.nextInt() >>> 6;
        return ((high << 26) + low) * 0x1.0p-53;
    }

    /** A number of mean 0 and variance 1. Each pair of draws yields two; the second is kept for the next call. */
    public double nextNormal() {
        if (hasSpare) {
            hasSpare = false;
            return spare;
        }
        double x;
        double y;
        double squared;
        do {
            x = 2 * nextUniform() - 1;
            y = 2 * nextUniform() - 1;
            squared = x * x + y * y;
        } while (squared >= 1 || squared == 0);
        double scale = Math.sqrt(-2 * Math.log(squared) / squared);
        spare = scale * x;
        hasSpare = true;
        return scale * y;
    }
}
