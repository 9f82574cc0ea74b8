// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code instance_norm_gradient}: the way back through {@code instance_norm}.
 *
 * @param values as they went in
 * @param parameters where the scale is
 * @param result what came out
 * @param applied as the norm left it
 * @param gradient with respect to the result
 * @param valueGradient result; may be the gradient itself
 * @param pastGradient result: with respect to what was added; may be the gradient itself; null address: not wanted
 * @param sums result: {@code double[channels][samples][2]}, from which {@link ChannelTotalsParameters} makes the gradients of
 *     shift and scale
 * @param gamma where the scale starts
 * @param slope of the rectifier below zero; 1: there is none
 */
public record InstanceNormGradientParameters(
        DeviceAddress values,
        DeviceAddress parameters,
        DeviceAddress result,
        DeviceAddress applied,
        DeviceAddress gradient,
        DeviceAddress valueGradient,
        DeviceAddress pastGradient,
        DeviceAddress sums,
        int samples,
        int channels,
        int voxels,
        int gamma,
        float slope)
        implements KernelParameters {

    public InstanceNormGradientParameters {
        VolumeMaps.require(samples, channels, voxels);
    }

    @Override
    public LaunchShape launchShape() {
        return VolumeMaps.perInstance(samples, channels, voxels);
    }
}
