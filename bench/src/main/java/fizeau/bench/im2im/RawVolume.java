// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import java.util.Arrays;

/**
 * A picture as a microscope stores it: unsigned numbers of 16 bits.
 *
 * @param values element {@code (z * ny + y) * nx + x}; not copied
 */
public record RawVolume(int nz, int ny, int nx, short[] values) {
    public RawVolume {
        if (nz < 1 || ny < 1 || nx < 1 || values.length != (long) nz * ny * nx) {
            throw new IllegalArgumentException("a volume of " + nz + " x " + ny + " x " + nx + " voxels does not hold "
                    + values.length + " values");
        }
    }

    /**
     * Smaller by a whole factor along each axis, every voxel the mean of those it covers; what is left over at the ends is
     * dropped.
     */
    public Volume reduced(int factor) {
        int smallZ = nz / factor;
        int smallY = ny / factor;
        int smallX = nx / factor;
        if (smallZ < 1 || smallY < 1 || smallX < 1) {
            throw new IllegalArgumentException(
                    "a volume of " + nz + " x " + ny + " x " + nx + " voxels is too small to be reduced " + factor
                            + " times: use larger ones, or a data.zoom nearer 1");
        }
        float[] small = new float[smallZ * smallY * smallX];
        long[] sums = new long[smallX];
        float scale = 1f / ((float) factor * factor * factor);
        for (int z = 0; z < smallZ; z++) {
            for (int y = 0; y < smallY; y++) {
                Arrays.fill(sums, 0);
                for (int k = 0; k < factor * factor; k++) {
                    int row = ((z * factor + k / factor) * ny + y * factor + k % factor) * nx;
                    for (int x = 0; x < smallX; x++) {
                        long sum = 0;
                        for (int i = 0; i < factor; i++) {
                            sum += values[row + x * factor + i] & 0xffff;
                        }
                        sums[x] += sum;
                    }
                }
                for (int x = 0; x < smallX; x++) {
                    small[(z * smallY + y) * smallX + x] = sums[x] * scale;
                }
            }
        }
        return new Volume(smallZ, smallY, smallX, small);
    }
}
