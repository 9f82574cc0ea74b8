// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code training_advance}: notes the loss of an iteration and begins the next optimiser step.
 *
 * @param rowLoss {@code double[rows]} of {@code row_l1}, of one or more comparisons
 * @param losses {@code double[capacity]}, a ring
 * @param state {@link TrainingState} on the device
 * @param beta1 decay of the first moments
 * @param beta2 decay of the second moments
 */
public record TrainingAdvanceParameters(
        DeviceAddress rowLoss,
        DeviceAddress losses,
        DeviceAddress state,
        double beta1,
        double beta2,
        int rows,
        int capacity)
        implements KernelParameters {

    public TrainingAdvanceParameters {
        AdamAdvanceParameters.requireDecay("beta1", beta1);
        AdamAdvanceParameters.requireDecay("beta2", beta2);
        if (rows < 1 || capacity < 1) {
            throw new IllegalArgumentException(
                    "losses of " + rows + " rows in " + capacity + " slots: both must be at least 1");
        }
    }

    @Override
    public LaunchShape launchShape() {
        return new LaunchShape(1, 1, ConvolutionShape.THREADS, 0);
    }
}
