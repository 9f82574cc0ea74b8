// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code jet_step}: gradients of trained numbers, and what becomes of them.
 *
 * @param step where gradients go
 * @param columns {@code float[3][width][width]}
 * @param rows {@code float[3][width][width]}
 * @param matrices of {@code jet_gather}
 * @param ends likewise
 * @param training {@link TrainingState} on the device
 * @param weightDecay of AdamW, at least 0
 */
public record JetStepParameters(
        ParameterStep step,
        DeviceAddress columns,
        DeviceAddress rows,
        DeviceAddress matrices,
        DeviceAddress ends,
        DeviceAddress training,
        double weightDecay,
        int width)
        implements KernelParameters {

    public JetStepParameters {
        JetTiles.requireWidth(width);
        if (!(weightDecay >= 0)) {
            throw new IllegalArgumentException("weight decay " + weightDecay + " must be at least 0");
        }
    }

    @Override
    public LaunchShape launchShape() {
        return new LaunchShape((2 * JetTiles.LAYERS + 1) * width + 1, 1, LaunchShape.DEFAULT_THREADS, 0);
    }
}
