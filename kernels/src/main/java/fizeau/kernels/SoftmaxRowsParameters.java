// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code softmax_rows}.
 *
 * @param values {@code float[rows][columns]}, changed in place
 */
public record SoftmaxRowsParameters(DeviceAddress values, int rows, int columns) implements KernelParameters {

    public SoftmaxRowsParameters {
        LaunchShape.requireRows(rows, columns);
    }

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perRow(rows, 1, 0);
    }
}
