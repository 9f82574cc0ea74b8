// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code split_maps}: what {@code join_maps} put together, taken apart.
 *
 * @param joined {@code float[samples][firstCount + secondCount]}
 * @param first result: {@code float[samples][firstCount]}
 * @param second result: {@code float[samples][secondCount]}
 */
public record SplitMapsParameters(
        DeviceAddress joined, DeviceAddress first, DeviceAddress second, long firstCount, long secondCount, int samples)
        implements KernelParameters {

    public SplitMapsParameters {
        JoinMapsParameters.requireCounts(firstCount, secondCount, samples);
    }

    @Override
    public LaunchShape launchShape() {
        return VolumeMaps.elementwise(firstCount + secondCount, samples);
    }
}
