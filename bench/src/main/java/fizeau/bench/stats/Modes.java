// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.stats;

import java.util.Arrays;
import java.util.Optional;

/**
 * Whether times come in two groups. The logarithms of the times, sorted, are cut in two where the groups explain most of the
 * variance (the best split of Jenks and of Otsu). Of all distributions with one mode that were tried the uniform one is split
 * best: its halves explain 3/4 for many samples and, by chance, less than {@link #critical} in 999 cases of 1000; normal,
 * exponential, Laplace and Student's distributions stay below. Two normal groups of equal size are found once they lie some
 * four to five standard deviations apart. Groups must also differ by {@value #LEAST_RATIO}: less is not worth a word.
 *
 * @param samples how many times
 * @param explained share of the variance of the logarithms that the two groups explain
 * @param critical what {@code explained} must exceed
 * @param fast median of the faster group, in the samples' unit
 * @param slow median of the slower group
 * @param slowShare share of the samples in the slower group
 * @param found whether there are two groups
 */
public record Modes(
        int samples, double explained, double critical, double fast, double slow, double slowShare, boolean found) {

    /** With four rounds, two and two always look like groups. */
    public static final int FEWEST_SAMPLES = 5;

    /** Slow over fast. */
    public static final double LEAST_RATIO = 1.1;

    /** A smaller group is a handful of outliers. */
    private static final double LEAST_SHARE = 0.1;

    private static final int FEWEST_IN_GROUP = 2;

    /** Left out of the search at both ends, so that single interruptions neither make a group nor hide one. */
    private static final double TRIMMED = 0.05;

    /** Below, every sample counts: five rounds minus two are no five rounds. */
    private static final int FEWEST_TO_TRIM = 15;

    /** The best split of positive, finite times in any order; empty for fewer than five. */
    public static Optional<Modes> of(double... times) {
        if (times.length < FEWEST_SAMPLES) {
            return Optional.empty();
        }
        double[] all = sortedLogarithms(times);
        int dropped = times.length < FEWEST_TO_TRIM ? 0 : (int) Math.ceil(TRIMMED * times.length);
        double[] logarithms = Arrays.copyOfRange(all, dropped, all.length - dropped);
        int n = logarithms.length;
        double[] sums = new double[n + 1];
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double centred = logarithms[i] - logarithms[n / 2]; // sums of large equal numbers would cancel badly
            sums[i + 1] = sums[i] + centred;
            squares += centred * centred;
        }
        double common = sums[n] * sums[n] / n;
        int smallest = Math.max(FEWEST_IN_GROUP, (int) Math.ceil(LEAST_SHARE * n));
        int cut = smallest;
        double between = -1;
        for (int i = smallest; i <= n - smallest; i++) {
            double rest = sums[n] - sums[i];
            double explained = sums[i] * sums[i] / i + rest * rest / (n - i) - common;
            if (explained > between) {
                between = explained;
                cut = i;
            }
        }
        double total = squares - common;
        double explained = total > 0 ? Math.min(1, Math.max(0, between / total)) : 0;
        int fastOnes = dropped + cut;
        double fast = Math.exp(Summary.median(Arrays.copyOfRange(all, 0, fastOnes)));
        double slow = Math.exp(Summary.median(Arrays.copyOfRange(all, fastOnes, all.length)));
        double critical = critical(n);
        return Optional.of(new Modes(
                times.length,
                explained,
                critical,
                fast,
                slow,
                (double) (all.length - fastOnes) / all.length,
                explained > critical && slow > LEAST_RATIO * fast));
    }

    /** Share of the variance that two halves of one uniform group rarely explain; found by simulation. */
    static double critical(int samples) {
        return Math.min(0.99, 0.75 + 0.9 / Math.sqrt(samples));
    }

    private static double[] sortedLogarithms(double[] times) {
        double[] logarithms = new double[times.length];
        for (int i = 0; i < times.length; i++) {
            if (!(times[i] > 0) || Double.isInfinite(times[i])) {
                throw new IllegalArgumentException("time " + times[i] + " is not a positive, finite number");
            }
            logarithms[i] = Math.log(times[i]);
        }
        Arrays.sort(logarithms);
        return logarithms;
    }
}
