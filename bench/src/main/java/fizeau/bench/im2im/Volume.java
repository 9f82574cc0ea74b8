// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

/**
 * A picture in three dimensions.
 *
 * @param values element {@code (z * ny + y) * nx + x}; not copied
 */
public record Volume(int nz, int ny, int nx, float[] values) {
    public Volume {
        if (nz < 1 || ny < 1 || nx < 1 || values.length != (long) nz * ny * nx) {
            throw new IllegalArgumentException("a volume of " + nz + " x " + ny + " x " + nx + " voxels does not hold "
                    + values.length + " values");
        }
    }

    public int count() {
        return values.length;
    }

    /** Copies the box that starts at {@code (z, y, x)} to {@code target}, {@code nz * ny * nx} values from {@code at}. */
    public void crop(int z, int y, int x, int[] size, float[] target, int at) {
        int to = at;
        for (int k = 0; k < size[0]; k++) {
            for (int j = 0; j < size[1]; j++) {
                System.arraycopy(values, ((z + k) * ny + y + j) * nx + x, target, to, size[2]);
                to += size[2];
            }
        }
    }
}
