// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code instance_norm}: the norm of every channel of every sample, what is added to it, and a leaky rectifier.
 *
 * @param values {@code float[samples][channels][voxels]}
 * @param parameters where scale and shift are
 * @param past of the same shape, added before the rectifier; null address: nothing is
 * @param result of the same shape, no part of the others
 * @param applied result: {@code float[samples][channels][2]}, mean and inverse deviation, for the way back
 * @param gamma where the scale starts
 * @param beta where the shift starts
 * @param slope of the rectifier below zero; 1: there is none
 */
public record InstanceNormParameters(
        DeviceAddress values,
        DeviceAddress parameters,
        DeviceAddress past,
        DeviceAddress result,
        DeviceAddress applied,
        int samples,
        int channels,
        int voxels,
        int gamma,
        int beta,
        float slope)
        implements KernelParameters {

    public InstanceNormParameters {
        VolumeMaps.require(samples, channels, voxels);
    }

    @Override
    public LaunchShape launchShape() {
        return VolumeMaps.perInstance(samples, channels, voxels);
    }
}
