// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.stats;

import java.util.Locale;
import java.util.Optional;
import org.apache.commons.statistics.inference.MannWhitneyUTest;

/**
 * A verdict with its grounds.
 *
 * @param verdict what may be said
 * @param reason one sentence
 * @param pValue two-sided Mann-Whitney U test of the rounds' times; null when a side has fewer than two rounds
 */
public record Judgement(Verdict verdict, String reason, Double pValue) {

    /** Below this many rounds nothing is claimed: two times five values are the fewest with a p below 0.01. */
    public static final int FEWEST_ROUNDS = 5;

    /** What a report says of too few rounds; empty when there are enough. */
    public static Optional<String> remarkOnFewRounds(int rounds) {
        return rounds < FEWEST_ROUNDS
                ? Optional.of(rounds + (rounds == 1 ? " round proves" : " rounds prove")
                        + " nothing about speed: five are the fewest")
                : Optional.empty();
    }

    /** Ratios this close to 1 are no difference worth a word: a restart of the same program moves by as much. */
    public static final double INDIFFERENCE = 0.02;

    private static final double SIGNIFICANCE = 0.05;

    /** Of the draws that make noise floors; any number does, the same one makes verdicts repeatable. */
    private static final long SEED = 1;

    /**
     * Judges {@code ratio} = reference time over the variant's time. A ratio within the {@link NoiseFloor} of either side is
     * never called a difference.
     *
     * @param reference times of the reference, one a round
     * @param variant times of the variant, one a round
     * @param disturbance why the machine was too busy to judge, or null
     */
    public static Judgement of(Interval ratio, double[] reference, double[] variant, String disturbance) {
        Double p = reference.length < 2 || variant.length < 2
                ? null
                : (Double)
                        MannWhitneyUTest.withDefaults().test(reference, variant).getPValue();
        int rounds = Math.min(reference.length, variant.length);
        if (rounds < FEWEST_ROUNDS || !ratio.known() || p == null) {
            String count = rounds == 1 ? "1 round proves" : rounds + " rounds prove";
            return new Judgement(Verdict.UNCLEAR, count + " nothing: at least " + FEWEST_ROUNDS + " are needed", p);
        }
        if (disturbance != null) {
            return new Judgement(Verdict.UNCLEAR, disturbance, p);
        }
        boolean faster = ratio.low() > 1 + INDIFFERENCE;
        boolean slower = ratio.high() < 1 / (1 + INDIFFERENCE);
        if ((faster || slower) && p < SIGNIFICANCE) {
            return claim(ratio, reference, variant, p, faster ? Verdict.FASTER : Verdict.SLOWER);
        }
        if (ratio.low() >= 1 / (1 + INDIFFERENCE) && ratio.high() <= 1 + INDIFFERENCE) {
            return new Judgement(Verdict.SAME, grounds(ratio, p, "within " + percent(INDIFFERENCE) + " of"), p);
        }
        return new Judgement(Verdict.UNCLEAR, grounds(ratio, p, "neither clear of nor within reach of"), p);
    }

    private static Judgement claim(Interval ratio, double[] reference, double[] variant, double p, Verdict verdict) {
        Bootstrap bootstrap = new Bootstrap(ratio.level(), SEED);
        for (double[] rounds : new double[][] {reference, variant}) {
            Optional<NoiseFloor> floor = NoiseFloor.of(rounds, bootstrap);
            if (floor.isPresent() && floor.get().covers(ratio.value())) {
                String reason = String.format(
                        Locale.ROOT,
                        "ratio %.3f lies within the noise floor: by chance alone a variant differs from itself by up to %.1f %%",
                        ratio.value(),
                        100 * floor.get().share());
                return new Judgement(Verdict.UNCLEAR, reason, p);
            }
        }
        return new Judgement(verdict, grounds(ratio, p, verdict == Verdict.FASTER ? "above" : "below"), p);
    }

    private static String grounds(Interval ratio, double p, String where) {
        return String.format(
                Locale.ROOT,
                "%s interval of the ratio %.3f to %.3f is %s 1, rank test p = %.4f",
                percent(ratio.level()),
                ratio.low(),
                ratio.high(),
                where,
                p);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }
}
