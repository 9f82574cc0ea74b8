// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code channel_totals}: sums of parts, two numbers each.
 *
 * @param parts {@code double[channels][count][2]}
 * @param gradients flat, takes the totals
 * @param first where the totals of the first number start, or -1: not wanted
 * @param second the same of the second
 */
public record ChannelTotalsParameters(
        DeviceAddress parts, DeviceAddress gradients, int channels, int count, int first, int second)
        implements KernelParameters {

    public ChannelTotalsParameters {
        VolumeMaps.require(1, channels, count);
    }

    @Override
    public LaunchShape launchShape() {
        return new LaunchShape(channels, 1, LaunchShape.WARP_THREADS, 0);
    }
}
