// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code adam_advance}: counts the next optimiser step and evaluates its bias corrections.
 *
 * @param state {@link AdamState} on the device
 * @param beta1 decay of the first moments, at least 0 and below 1
 * @param beta2 decay of the second moments, at least 0 and below 1
 */
public record AdamAdvanceParameters(DeviceAddress state, double learningRate, double beta1, double beta2)
        implements KernelParameters {

    public AdamAdvanceParameters {
        if (!(learningRate > 0)) {
            throw new IllegalArgumentException("learning rate " + learningRate + " must be positive");
        }
        requireDecay("beta1", beta1);
        requireDecay("beta2", beta2);
    }

    static void requireDecay(String name, double decay) {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException(name + " " + decay + " must be at least 0 and below 1");
        }
    }

    @Override
    public LaunchShape launchShape() {
        return new LaunchShape(1, 1, LaunchShape.WARP_THREADS, 0);
    }
}
