// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.stats;

import java.util.Locale;
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

    /** Ratios this close to 1 are no difference worth a word: a restart of the same program moves by as much. */
    public static final double INDIFFERENCE = 0.02;

    private static final double SIGNIFICANCE = 0.05;

    /**
     * Judges {@code ratio} = reference time over the variant's time.
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
        if (ratio.low() > 1 + INDIFFERENCE && p < SIGNIFICANCE) {
            return new Judgement(Verdict.FASTER, grounds(ratio, p, "above"), p);
        }
        if (ratio.high() < 1 / (1 + INDIFFERENCE) && p < SIGNIFICANCE) {
            return new Judgement(Verdict.SLOWER, grounds(ratio, p, "below"), p);
        }
        if (ratio.low() >= 1 / (1 + INDIFFERENCE) && ratio.high() <= 1 + INDIFFERENCE) {
            return new Judgement(Verdict.SAME, grounds(ratio, p, "within " + percent(INDIFFERENCE) + " of"), p);
        }
        return new Judgement(Verdict.UNCLEAR, grounds(ratio, p, "neither clear of nor within reach of"), p);
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
