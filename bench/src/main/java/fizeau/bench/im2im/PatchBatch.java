// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

/**
 * Patches of one optimiser step.
 *
 * @param size voxels of a patch along z, y and x
 * @param input of {@code count} patches, one after the other
 * @param target likewise
 */
public record PatchBatch(int count, int[] size, float[] input, float[] target) {

    /** Voxels of a patch. */
    public static int voxels(int[] size) {
        return size[0] * size[1] * size[2];
    }
}
