// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code layer_norm}: each row to mean 0 and variance 1, then scaled and shifted.
 *
 * @param source {@code float[rows][columns]}
 * @param gamma {@code float[columns]}
 * @param beta {@code float[columns]}
 * @param target {@code float[rows][columns]}, may be the source
 * @param epsilon added to variances
 */
public record LayerNormParameters(
        DeviceAddress source,
        DeviceAddress gamma,
        DeviceAddress beta,
        DeviceAddress target,
        int rows,
        int columns,
        float epsilon)
        implements KernelParameters {

    public LayerNormParameters {
        LaunchShape.requireRows(rows, columns);
    }

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perRow(rows, 1, 0);
    }
}
