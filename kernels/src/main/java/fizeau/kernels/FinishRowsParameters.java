// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code finish_rows}: what follows a matrix product.
 *
 * @param source {@code float[rows][columns]}
 * @param bias {@code float[columns]}, or null
 * @param residual {@code float[rows][columns]}, or null
 * @param target {@code float[rows][columns]}, may be the source or the residual
 * @param activation see {@link Activation}
 */
public record FinishRowsParameters(
        DeviceAddress source,
        DeviceAddress bias,
        DeviceAddress residual,
        DeviceAddress target,
        long rows,
        int columns,
        int activation)
        implements KernelParameters {

    /** What is done to sums, numbered as the kernel has it. */
    public enum Activation {
        NONE,
        RELU,
        /** By the error function. */
        GELU,
        /** Approximated by a hyperbolic tangent. */
        GELU_BY_TANH
    }

    public FinishRowsParameters {
        LaunchShape.requireRows(rows, columns);
    }

    public FinishRowsParameters(
            DeviceAddress source,
            DeviceAddress bias,
            DeviceAddress residual,
            DeviceAddress target,
            long rows,
            int columns,
            Activation activation) {
        this(source, bias, residual, target, rows, columns, activation.ordinal());
    }

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perElement(rows * columns);
    }
}
