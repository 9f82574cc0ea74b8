// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.stats;

import java.util.Arrays;
import java.util.EnumSet;
import org.apache.commons.statistics.descriptive.DoubleStatistics;
import org.apache.commons.statistics.descriptive.Quantile;
import org.apache.commons.statistics.descriptive.Statistic;

/**
 * Location and spread of a set of samples, in the samples' unit. Quantiles interpolate linearly between order statistics
 * (Hyndman and Fan's type 7).
 *
 * @param n number of samples, at least 1
 * @param std standard deviation with divisor {@code n - 1}; null for a single sample
 * @param p95 95th percentile; null below {@value #FEWEST_FOR_P95} samples
 * @param p99 99th percentile; null below {@value #FEWEST_FOR_P99} samples
 */
public record Summary(
        int n,
        double mean,
        Double std,
        double min,
        double q1,
        double median,
        double q3,
        Double p95,
        Double p99,
        double max) {

    /** Five samples lie beyond the percentile then: fewer would name one outlier a percentile. */
    static final int FEWEST_FOR_P95 = 100;

    static final int FEWEST_FOR_P99 = 500;

    private static final Quantile QUANTILE = Quantile.withDefaults().with(Quantile.EstimationMethod.HF7);

    /** Summary of at least one finite sample. */
    public static Summary of(double... samples) {
        if (samples.length == 0) {
            throw new IllegalArgumentException("no samples: a summary needs at least one");
        }
        for (double sample : samples) {
            if (!Double.isFinite(sample)) {
                throw new IllegalArgumentException("sample " + sample + " is not a finite number");
            }
        }
        DoubleStatistics moments =
                DoubleStatistics.of(EnumSet.of(Statistic.MEAN, Statistic.STANDARD_DEVIATION), samples);
        double[] quantiles = QUANTILE.evaluate(samples.clone(), 0.0, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0);
        int n = samples.length;
        return new Summary(
                n,
                moments.getAsDouble(Statistic.MEAN),
                n > 1 ? moments.getAsDouble(Statistic.STANDARD_DEVIATION) : null,
                quantiles[0],
                quantiles[1],
                quantiles[2],
                quantiles[3],
                n >= FEWEST_FOR_P95 ? quantiles[4] : null,
                n >= FEWEST_FOR_P99 ? quantiles[5] : null,
                quantiles[6]);
    }

    /** Median of at least one value; the argument is left as it is. */
    public static double median(double... samples) {
        double[] sorted = samples.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        if (n == 0) {
            throw new IllegalArgumentException("no samples: a median needs at least one");
        }
        return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }
}
