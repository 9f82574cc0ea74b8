// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code adam_step}: one optimiser step over a flat buffer.
 *
 * @param weights {@code float[count]}, changed in place
 * @param gradients {@code float[count]}
 * @param firstMoments {@code float[count]}, changed in place
 * @param secondMoments {@code float[count]}, changed in place
 * @param state {@link AdamState} on the device, after {@code adam_advance}
 * @param count number of weights
 * @param firstBlend {@code 1 - beta1}
 * @param secondBlend {@code 1 - beta2}
 * @param beta2 decay of the second moments
 * @param epsilon added after the corrected root
 */
public record AdamStepParameters(
        DeviceAddress weights,
        DeviceAddress gradients,
        DeviceAddress firstMoments,
        DeviceAddress secondMoments,
        DeviceAddress state,
        long count,
        float firstBlend,
        float secondBlend,
        float beta2,
        float epsilon)
        implements KernelParameters {

    private static final int THREADS = 256;

    /** Enough blocks to fill any current device; threads stride over the rest. */
    private static final int MAX_BLOCKS = 4096;

    public AdamStepParameters {
        if (count < 1) {
            throw new IllegalArgumentException("cannot step " + count + " weights: the count must be at least 1");
        }
    }

    /** Blends rounded from double precision, as torch.optim.Adam has them. */
    public static AdamStepParameters of(
            DeviceAddress weights,
            DeviceAddress gradients,
            DeviceAddress firstMoments,
            DeviceAddress secondMoments,
            DeviceAddress state,
            long count,
            double beta1,
            double beta2,
            double epsilon) {
        AdamAdvanceParameters.requireDecay("beta1", beta1);
        AdamAdvanceParameters.requireDecay("beta2", beta2);
        return new AdamStepParameters(
                weights,
                gradients,
                firstMoments,
                secondMoments,
                state,
                count,
                (float) (1 - beta1),
                (float) (1 - beta2),
                (float) beta2,
                (float) epsilon);
    }

    @Override
    public LaunchShape launchShape() {
        long blocks = Math.min(MAX_BLOCKS, (count + THREADS - 1) / THREADS);
        return new LaunchShape((int) blocks, 1, THREADS, 0);
    }
}
