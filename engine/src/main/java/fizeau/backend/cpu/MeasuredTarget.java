// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

/**
 * A measurement as the loss needs it.
 *
 * @param amplitudes detector amplitudes in the transforms' order
 * @param mean their mean, which normalises the loss
 */
record MeasuredTarget(float[] amplitudes, double mean) {

    /** Keeps the quotient finite where nothing was measured. */
    private static final double FLOOR = 1e-8;

    static MeasuredTarget of(float[] amplitudes) {
        return new MeasuredTarget(amplitudes, Sums.sum(amplitudes, 0, amplitudes.length) / amplitudes.length);
    }

    /** What a sum of absolute differences is multiplied with to give the normalised L1 loss. */
    double weight() {
        return 1 / (amplitudes.length * (mean + FLOOR));
    }

    long bytes() {
        return (long) amplitudes.length * Float.BYTES;
    }
}
