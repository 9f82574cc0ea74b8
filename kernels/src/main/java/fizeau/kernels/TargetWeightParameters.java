// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code target_weight}: what a sum of absolute differences from a target is multiplied with to give the
 * normalised L1 loss.
 *
 * @param target {@code float[count]}, not negative
 * @param weight result, one float
 * @param times how often the comparison counts
 * @param floor added to the target's mean
 */
public record TargetWeightParameters(DeviceAddress target, DeviceAddress weight, double times, double floor, long count)
        implements KernelParameters {

    @Override
    public LaunchShape launchShape() {
        return new LaunchShape(1, 1, LaunchShape.MAX_THREADS, 0);
    }
}
