// SPDX-License-Identifier: Apache-2.0
package fizeau.unet;

/**
 * What a network computes at once.
 *
 * @param samples patches that go together
 * @param nz voxels of a patch, each extent a multiple of {@link UnetLayout#divisor}
 */
public record UnetWork(UnetLayout layout, int samples, int nz, int ny, int nx) {

    public UnetWork {
        int divisor = layout.divisor();
        if (samples < 1 || nz < 1 || ny < 1 || nx < 1 || nz % divisor + ny % divisor + nx % divisor > 0) {
            throw new IllegalArgumentException(samples + " patches of " + nz + " x " + ny + " x " + nx
                    + " are not possible with " + layout.filters().size()
                    + " levels: there must be at least 1, and every extent must be a multiple of " + divisor);
        }
    }

    /** Of a patch on a level, whose extents are halved so often. */
    public int voxels(int level) {
        return Math.multiplyExact(Math.multiplyExact(nz >> level, ny >> level), nx >> level);
    }

    /** Values of all patches. */
    public int count() {
        return Math.multiplyExact(samples, voxels(0));
    }
}
