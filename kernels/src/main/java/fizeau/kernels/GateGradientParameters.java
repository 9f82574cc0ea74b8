// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code gate_gradient}: back through a ReLU, in place.
 *
 * @param gradient {@code float[count]}, 0 afterwards where nothing passed
 * @param activated {@code float[count]}: what the ReLU put out
 */
public record GateGradientParameters(DeviceAddress gradient, DeviceAddress activated, long count)
        implements KernelParameters {

    /** Enough for any current device; threads stride over the rest. */
    private static final int MOST_BLOCKS = 4096;

    public GateGradientParameters {
        if (count < 1) {
            throw new IllegalArgumentException("cannot gate " + count + " values: the count must be at least 1");
        }
    }

    @Override
    public LaunchShape launchShape() {
        return launchShapeOf(count);
    }

    /** One dimension over so many values. */
    static LaunchShape launchShapeOf(long count) {
        long blocks = (count + ConvolutionShape.THREADS - 1) / ConvolutionShape.THREADS;
        return new LaunchShape((int) Math.min(MOST_BLOCKS, blocks), 1, ConvolutionShape.THREADS, 0);
    }
}
