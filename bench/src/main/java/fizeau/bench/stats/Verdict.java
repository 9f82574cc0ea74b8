// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.stats;

/** What may be said of a variant against its reference. */
public enum Verdict {
    /** The whole interval lies above the indifference band, the ratio above the noise floor, and the rank test agrees. */
    FASTER,
    /** The whole interval lies below the indifference band, the ratio below the noise floor, and the rank test agrees. */
    SLOWER,
    /** The whole interval lies inside the indifference band. */
    SAME,
    /** Anything else: too few rounds, too noisy a machine, or an interval that reaches over an edge of the band. */
    UNCLEAR
}
