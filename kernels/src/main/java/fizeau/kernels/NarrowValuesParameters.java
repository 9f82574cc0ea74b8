// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code narrow_values}: floats to the nearest bfloat16.
 *
 * @param values {@code float[count]}
 * @param narrow {@code short[count]}: the upper halves
 */
public record NarrowValuesParameters(DeviceAddress values, DeviceAddress narrow, long count)
        implements KernelParameters {

    public NarrowValuesParameters {
        if (count < 1) {
            throw new IllegalArgumentException("cannot narrow " + count + " values: the count must be at least 1");
        }
    }

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perElement(count);
    }
}
