// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code patch_loss_gradient}: the way back through {@code patch_loss}.
 *
 * @param output as it went in
 * @param target likewise
 * @param sums as the loss left them
 * @param gradient result: {@code float[samples][voxels]}, with respect to the output
 * @param parts result: {@code double[samples * blocks][2]}, of which {@link ChannelTotalsParameters} makes the gradient of a
 *     bias: first numbers are parts of the gradient's sum, second ones 0
 * @param blocks of each sample
 * @param overlap as in {@link PatchLossParameters}
 */
public record PatchLossGradientParameters(
        DeviceAddress output,
        DeviceAddress target,
        DeviceAddress sums,
        DeviceAddress gradient,
        DeviceAddress parts,
        int samples,
        int voxels,
        int blocks,
        int overlap)
        implements KernelParameters {

    private static final int THREADS = 128;
    private static final int MOST_BLOCKS = 64;

    public PatchLossGradientParameters {
        VolumeMaps.require(samples, blocks, voxels);
    }

    /** As many as keep a device busy. */
    public static int blocksFor(int voxels) {
        return Math.min(MOST_BLOCKS, ConvolutionShape.divideUp(voxels, THREADS));
    }

    @Override
    public LaunchShape launchShape() {
        return new LaunchShape(blocks, samples, THREADS, 0);
    }
}
