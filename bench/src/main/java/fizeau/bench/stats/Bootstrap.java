// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.stats;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Percentile bootstrap over rounds. Iterations within a round share a process and a moment and are not independent, so a
 * round is the unit that is drawn. The statistic is a median: over five rounds the percentile interval of a mean covers
 * only five cases in six, that of a median about nineteen in twenty.
 */
public final class Bootstrap {
    private static final int DRAWS = 10_000;
    private static final int FEWEST_ROUNDS = 2;

    private final double level;
    private final long seed;

    /**
     * @param level coverage of the intervals, such as 0.95
     * @param seed makes the draws repeatable
     */
    public Bootstrap(double level, long seed) {
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("confidence level " + level + " must lie between 0 and 1");
        }
        this.level = level;
        this.seed = seed;
    }

    /** Median over rounds with its interval. */
    public Interval median(double[] rounds) {
        return interval(rounds.length, drawn -> Summary.median(pick(rounds, drawn)));
    }

    /**
     * Ratio of two medians over rounds; element r of both comes from round r, so that a round is drawn as a pair and what
     * slows a whole round down cancels.
     */
    public Interval ratioOfMedians(double[] numerator, double[] denominator) {
        if (numerator.length != denominator.length) {
            throw new IllegalArgumentException("a ratio needs as many rounds above as below, got " + numerator.length
                    + " and " + denominator.length);
        }
        return interval(
                numerator.length,
                drawn -> Summary.median(pick(numerator, drawn)) / Summary.median(pick(denominator, drawn)));
    }

    /** Ratio of two medians over rounds that have nothing to do with each other, such as those of two sessions. */
    public Interval ratioOfIndependentMedians(double[] numerator, double[] denominator) {
        double value = Summary.median(numerator) / Summary.median(denominator);
        if (Math.min(numerator.length, denominator.length) < FEWEST_ROUNDS) {
            return Interval.unknown(value, level);
        }
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
        double[] values = new double[DRAWS];
        for (int draw = 0; draw < DRAWS; draw++) {
            values[draw] = Summary.median(pick(numerator, draw(numerator.length, random)))
                    / Summary.median(pick(denominator, draw(denominator.length, random)));
        }
        return percentiles(value, values);
    }

    private static int[] draw(int rounds, UniformRandomProvider random) {
        int[] drawn = new int[rounds];
        for (int i = 0; i < rounds; i++) {
            drawn[i] = random.nextInt(rounds);
        }
        return drawn;
    }

    private Interval interval(int rounds, ToDoubleFunction<int[]> statistic) {
        int[] all = new int[rounds];
        Arrays.setAll(all, i -> i);
        double value = statistic.applyAsDouble(all);
        if (rounds < FEWEST_ROUNDS) {
            return Interval.unknown(value, level);
        }
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
        double[] values = new double[DRAWS];
        for (int draw = 0; draw < DRAWS; draw++) {
            values[draw] = statistic.applyAsDouble(draw(rounds, random));
        }
        return percentiles(value, values);
    }

    private Interval percentiles(double value, double[] values) {
        Arrays.sort(values);
        int low = (int) Math.floor((1 - level) / 2 * DRAWS);
        return new Interval(value, values[low], values[DRAWS - 1 - low], level);
    }

    private static double[] pick(double[] rounds, int[] drawn) {
        double[] picked = new double[drawn.length];
        for (int i = 0; i < drawn.length; i++) {
            picked[i] = rounds[drawn[i]];
        }
        return picked;
    }
}
