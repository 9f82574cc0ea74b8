// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

/**
 * How far an output lies from the double-precision reference. A method outside the tolerance gets no time.
 *
 * @param reference what it was compared with
 * @param positions output values compared
 * @param outputs output values there are
 * @param worstAbsolute largest difference
 * @param largestReference largest absolute value of the reference at those positions
 * @param tolerance largest difference allowed, in units of {@code largestReference}
 */
public record Agreement(
        String reference,
        long positions,
        long outputs,
        double worstAbsolute,
        double largestReference,
        double tolerance) {

    /**
     * Ten times what a Winograd convolution F(4x4, 3x3) over 256 channels loses in single precision, and a hundredth of
     * what an error in one tap of one channel would make.
     */
    public static final double TOLERANCE = 1e-4;

    /** A difference that is no number is a disagreement. */
    public boolean passed() {
        return worstAbsolute <= tolerance * largestReference;
    }

    /** {@code worst error 1.2e-06 of the largest value at 2048 of 802816 positions}. */
    public String sentence() {
        return String.format(
                java.util.Locale.ROOT,
                "worst error %.1e of the largest value (limit %.0e) at %d of %d positions against %s",
                worstAbsolute / largestReference,
                tolerance,
                positions,
                outputs,
                reference);
    }
}
