// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

/** How far a result may be from its reference. */
final class Tolerance {

    /** Share of an array's largest magnitude that every result may be off. */
    private static final double RELATIVE_TO_LARGEST = 1e-6;

    /** How many times the reference's own rounding a result may be off. */
    private static final double ROUNDINGS = 10;

    /** Relative tolerance of a single number. */
    private static final double SCALAR_RELATIVE = 1e-5;

    private Tolerance() {}

    /** The larger of ten times the stored rounding of the reference and a millionth of its largest magnitude. */
    static double ofArray(GoldenArray expected) {
        return Math.max(ROUNDINGS * expected.precisionLoss().orElse(0), RELATIVE_TO_LARGEST * expected.magnitude());
    }

    /**
     * For a number known in single and, perhaps, double precision.
     *
     * @param scale natural size of the quantity; numbers much smaller than it are only as exact as it allows. 0: none
     */
    static double ofScalar(double single, double precise, double scale) {
        if (!Double.isFinite(precise)) {
            return 0;
        }
        double relative = Math.max(SCALAR_RELATIVE * Math.abs(precise), RELATIVE_TO_LARGEST * scale);
        return Math.max(relative, ROUNDINGS * Math.abs(single - precise));
    }
}
