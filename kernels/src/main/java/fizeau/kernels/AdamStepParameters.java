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
 * @param rule the optimiser's constants
 */
public record AdamStepParameters(
        DeviceAddress weights,
        DeviceAddress gradients,
        DeviceAddress firstMoments,
        DeviceAddress secondMoments,
        DeviceAddress state,
        long count,
        AdamRule rule)
        implements KernelParameters {

    private static final int THREADS = 256;

    /** Enough blocks to fill any current device; threads stride over the rest. */
    private static final int MAX_BLOCKS = 4096;

    public AdamStepParameters {
        if (count < 1) {
            throw new IllegalArgumentException("cannot step " + count + " weights: the count must be at least 1");
        }
    }

    @Override
    public LaunchShape launchShape() {
        long blocks = Math.min(MAX_BLOCKS, (count + THREADS - 1) / THREADS);
        return new LaunchShape((int) blocks, 1, THREADS, 0);
    }
}
