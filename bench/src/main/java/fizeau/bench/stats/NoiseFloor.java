// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.stats;

import java.util.Optional;

/**
 * How far from 1 the ratio of a variant to itself strays by chance: two sets of as many rounds are drawn with replacement
 * from the rounds of one variant, and the ratio of their medians is taken, as if the variant had run against itself. Costs
 * no time on the machine, unlike a second run of the same ({@code compare --aa}). Over simulated comparisons of identical
 * variants with five to ten rounds, the ratio stays below one variant's floor about nine times in ten, and below the larger
 * floor of the two about nineteen times in twenty.
 *
 * @param kind {@code derived}: from measured times, not a measurement of its own
 * @param share largest of ratio and inverse, minus 1, that {@code level} of the draws stay below: 0.02 for two per cent
 * @param level such as 0.95
 * @param rounds it was derived from, at least 2
 */
public record NoiseFloor(String kind, double share, double level, int rounds) {
    private static final String DERIVED = "derived";

    /**
     * Floor of one variant; empty with a single round.
     *
     * @param rounds times of the rounds
     * @param bootstrap draws them
     */
    public static Optional<NoiseFloor> of(double[] rounds, Bootstrap bootstrap) {
        Interval toItself = bootstrap.ratioOfIndependentMedians(rounds, rounds);
        return toItself.known()
                ? Optional.of(new NoiseFloor(
                        DERIVED, Math.max(toItself.high(), 1 / toItself.low()) - 1, toItself.level(), rounds.length))
                : Optional.empty();
    }

    /** Whether two variants whose times have this ratio could be one and the same. */
    public boolean covers(double ratio) {
        return Math.max(ratio, 1 / ratio) - 1 <= share;
    }
}
