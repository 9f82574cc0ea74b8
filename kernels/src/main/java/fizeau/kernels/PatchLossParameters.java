// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code patch_loss}: what is minimised, sample by sample.
 *
 * @param output {@code float[samples][voxels]}
 * @param target of the same shape; with overlap from 0 to 1
 * @param sums result: {@code double[samples][3]}, for the way back
 * @param loss result: {@code double[samples]}, which add up to the loss
 * @param overlap 1: mean over samples of soft Dice, plus mean binary cross entropy of logits; 0: mean squared error
 */
public record PatchLossParameters(
        DeviceAddress output,
        DeviceAddress target,
        DeviceAddress sums,
        DeviceAddress loss,
        int samples,
        int voxels,
        int overlap)
        implements KernelParameters {

    /** Numbers of each sample in {@code sums}. */
    public static final int SUMS = 3;

    public PatchLossParameters {
        VolumeMaps.require(samples, 1, voxels);
    }

    @Override
    public LaunchShape launchShape() {
        return new LaunchShape(samples, 1, VolumeMaps.threadsFor(voxels), 0);
    }
}
