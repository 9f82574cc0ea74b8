// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code join_maps}: the channels of two maps, one behind the other.
 *
 * @param first {@code float[samples][firstCount]}
 * @param second {@code float[samples][secondCount]}
 * @param joined result: {@code float[samples][firstCount + secondCount]}
 */
public record JoinMapsParameters(
        DeviceAddress first, DeviceAddress second, DeviceAddress joined, long firstCount, long secondCount, int samples)
        implements KernelParameters {

    public JoinMapsParameters {
        requireCounts(firstCount, secondCount, samples);
    }

    static void requireCounts(long firstCount, long secondCount, int samples) {
        if (firstCount < 1 || secondCount < 1 || samples < 1) {
            throw new IllegalArgumentException("maps of " + firstCount + " and " + secondCount + " values in " + samples
                    + " samples: each must be at least 1");
        }
    }

    @Override
    public LaunchShape launchShape() {
        return VolumeMaps.elementwise(firstCount + secondCount, samples);
    }
}
