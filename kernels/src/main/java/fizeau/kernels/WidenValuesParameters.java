// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code widen_values}: bfloat16 to the floats that they are.
 *
 * @param narrow {@code short[count]}: upper halves of floats
 * @param values {@code float[count]}
 */
public record WidenValuesParameters(DeviceAddress narrow, DeviceAddress values, long count)
        implements KernelParameters {

    public WidenValuesParameters {
        if (count < 1) {
            throw new IllegalArgumentException("cannot widen " + count + " values: the count must be at least 1");
        }
    }

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perElement(count);
    }
}
