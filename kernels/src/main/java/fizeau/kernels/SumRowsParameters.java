// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code sum_rows}: sums of rows in a fixed order.
 *
 * @param values {@code double[rows][count]}
 * @param totals result, {@code double[slots][rows]}
 * @param slot address of one int that says which slot to write, read on the device; {@link DeviceAddress#NULL}: slot 0
 */
public record SumRowsParameters(DeviceAddress values, DeviceAddress totals, DeviceAddress slot, int rows, int count)
        implements KernelParameters {

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perRow(rows, 1, 0);
    }
}
