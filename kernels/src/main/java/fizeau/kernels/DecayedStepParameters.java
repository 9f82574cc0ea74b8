// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code decayed_step}: one step of Adam with weight decay over a flat buffer.
 *
 * @param weights {@code float[count]}, changed in place
 * @param gradients {@code float[count]}
 * @param firstMoments {@code float[count]}, changed in place
 * @param secondMoments {@code float[count]}, changed in place
 * @param state {@link AdamState} on the device, of the step that has begun
 * @param count number of weights
 * @param rule the optimiser's constants
 * @param decay part of each weight that is added to its gradient
 */
public record DecayedStepParameters(
        DeviceAddress weights,
        DeviceAddress gradients,
        DeviceAddress firstMoments,
        DeviceAddress secondMoments,
        DeviceAddress state,
        long count,
        AdamRule rule,
        float decay)
        implements KernelParameters {

    public DecayedStepParameters {
        if (count < 1) {
            throw new IllegalArgumentException("cannot step " + count + " weights: the count must be at least 1");
        }
    }

    @Override
    public LaunchShape launchShape() {
        return VolumeMaps.elementwise(count, 1);
    }
}
