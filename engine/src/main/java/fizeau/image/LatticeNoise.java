// SPDX-License-Identifier: Apache-2.0
package fizeau.image;

/** Smooth noise in space: random numbers on the integer lattice, cubically eased between. Integer hash, no state. */
final class LatticeNoise {
    private final int seed;

    LatticeNoise(int seed) {
        this.seed = seed;
    }

    /** One octave, -1 to 1, features about one unit wide. */
    double at(double x, double y, double z) {
        double x0 = Math.floor(x);
        double y0 = Math.floor(y);
        double z0 = Math.floor(z);
        int ix = (int) x0;
        int iy = (int) y0;
        int iz = (int) z0;
        double fx = ease(x - x0);
        double fy = ease(y - y0);
        double fz = ease(z - z0);
        double near = mix(
                fy,
                mix(fx, node(ix, iy, iz), node(ix + 1, iy, iz)),
                mix(fx, node(ix, iy + 1, iz), node(ix + 1, iy + 1, iz)));
        double far = mix(
                fy,
                mix(fx, node(ix, iy, iz + 1), node(ix + 1, iy, iz + 1)),
                mix(fx, node(ix, iy + 1, iz + 1), node(ix + 1, iy + 1, iz + 1)));
        return mix(fz, near, far);
    }

    /** Sum of octaves, each with twice the frequency and half the amplitude of the one before; about -1 to 1. */
    double fractal(double x, double y, double z, int octaves) {
        double sum = 0;
        double amplitude = 0.5;
        double frequency = 1;
        for (int octave = 0; octave < octaves; octave++) {
            // A shift for each octave keeps the lattices' zeros apart.
            double shift = 17.31 * octave;
            sum += amplitude * at(x * frequency + shift, y * frequency + shift, z * frequency + shift);
            amplitude /= 2;
            frequency *= 2;
        }
        return sum;
    }

    private static double ease(double t) {
        return t * t * (3 - 2 * t);
    }

    private static double mix(double share, double from, double to) {
        return from + share * (to - from);
    }

    /** Finaliser of MurmurHash3 over the lattice coordinates. */
    private double node(int x, int y, int z) {
        int h = seed + x * 0x8da6b343 + y * 0xd8163841 + z * 0xcb1ab31f;
        h = (h ^ h >>> 16) * 0x85ebca6b;
        h = (h ^ h >>> 13) * 0xc2b2ae35;
        h ^= h >>> 16;
        return h * 0x1p-31;
    }
}
