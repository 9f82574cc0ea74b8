// SPDX-License-Identifier: Apache-2.0
package fizeau.random;

/**
 * MT19937 seeded by {@code init_genrand}, as in Matsumoto and Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998). The
 * libraries' generators seed by array instead, which gives another stream. Not safe for use by several threads.
 */
public final class MersenneTwister {
    private static final int N = 624;
    private static final int M = 397;
    private static final int UPPER = 0x80000000;
    private static final int LOWER = 0x7fffffff;
    private static final int TWIST = 0x9908b0df;

    private final int[] state = new int[N];
    private int next = N;

    /** A generator for a seed; only its low 32 bits count. */
    public MersenneTwister(long seed) {
        state[0] = (int) seed;
        for (int i = 1; i < N; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
    }

    /** The next 32 bits. */
    public int nextInt() {
        if (next == N) {
            refill();
        }
        int y = state[next++];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >>> 18);
    }

    /** A float in [0, 1) from the low 24 bits of one 32-bit output, as the reference implementation draws it. */
    public float nextUniform24() {
        return (nextInt() & 0xFFFFFF) * 0x1.0p-24f;
    }

    private void refill() {
        for (int i = 0; i < N; i++) {
            int y = (state[i] & UPPER) | (state[(i + 1) % N] & LOWER);
            state[i] = state[(i + M) % N] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : TWIST);
        }
        next = 0;
    }
}
