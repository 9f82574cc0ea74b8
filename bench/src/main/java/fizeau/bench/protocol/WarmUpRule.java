// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

import java.util.function.IntToDoubleFunction;

/**
 * When a warm-up may end: the median times of two passes that follow each other agree, after at least {@code minSeconds};
 * or the bound is reached, which the record then says.
 *
 * @param minSeconds shortest warm-up; the compiler threads of the JVM need some time to notice what is hot
 * @param maxSeconds bound
 * @param tolerance largest relative difference of two passes that counts as agreement
 */
public record WarmUpRule(double minSeconds, double maxSeconds, double tolerance) {

    public WarmUpRule {
        if (!(minSeconds >= 0) || !(maxSeconds >= minSeconds) || !(tolerance > 0)) {
            throw new IllegalArgumentException("a warm-up of " + minSeconds + " to " + maxSeconds + " s with tolerance "
                    + tolerance + " is not possible");
        }
    }

    /** Two passes of half-compiled code can agree by chance: with 0.8 s, first samples still ran at half speed. */
    public static WarmUpRule usual() {
        return new WarmUpRule(3, 6, 0.05);
    }

    public static WarmUpRule quick() {
        return new WarmUpRule(0.3, 0.5, 0.1);
    }

    /**
     * How a warm-up ended.
     *
     * @param passes that were made, at least one
     * @param seconds since it began
     * @param stationary whether two passes agreed; otherwise it ran into its bound
     */
    public record End(int passes, double seconds, boolean stationary) {}

    /**
     * Makes passes of equal work until the rule lets them end.
     *
     * @param began when the warm-up began, what came before the passes included, as {@link System#nanoTime} tells it
     * @param pass makes the pass of a number, counted from 0, and answers its time in any unit
     */
    public End repeat(long began, IntToDoubleFunction pass) {
        double previous = Double.NaN;
        for (int number = 0; ; number++) {
            double median = pass.applyAsDouble(number);
            double seconds = (System.nanoTime() - began) * 1e-9;
            boolean stationary = seconds >= minSeconds && agree(previous, median);
            if (stationary || seconds >= maxSeconds) {
                return new End(number + 1, seconds, stationary);
            }
            previous = median;
        }
    }

    private boolean agree(double previousMedian, double median) {
        return Math.abs(median - previousMedian) <= tolerance * previousMedian;
    }
}
