// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code mean_rows}.
 *
 * @param source {@code float[rows][columns]}
 * @param target {@code float[rows]}
 */
public record MeanRowsParameters(DeviceAddress source, DeviceAddress target, int rows, int columns)
        implements KernelParameters {

    public MeanRowsParameters {
        LaunchShape.requireRows(rows, columns);
    }

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perRow(rows, 1, 0).withThreads(LaunchShape.WARP_THREADS); // rows are short here
    }
}
