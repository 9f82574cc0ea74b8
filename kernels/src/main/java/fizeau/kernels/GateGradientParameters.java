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

    public GateGradientParameters {
        if (count < 1) {
            throw new IllegalArgumentException("cannot gate " + count + " values: the count must be at least 1");
        }
    }

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perElement(count);
    }
}
