// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import fizeau.bench.stats.Bootstrap;
import fizeau.bench.stats.Interval;
import java.util.Arrays;

/**
 * One quantity over runs: mean and population standard deviation (divisor n) as the original prints them, median with a
 * bootstrap interval as everything here is judged by.
 *
 * @param low lower end of the median's interval; null with one run
 * @param high upper end; null together with {@code low}
 */
public record Figure(double mean, double std, double median, Double low, Double high) {

    static Figure of(double[] runs, Bootstrap bootstrap) {
        double mean = Arrays.stream(runs).average().orElseThrow();
        double variance = Arrays.stream(runs)
                .map(run -> (run - mean) * (run - mean))
                .average()
                .orElseThrow();
        Interval median = bootstrap.median(runs);
        return new Figure(mean, Math.sqrt(variance), median.value(), median.low(), median.high());
    }

    Figure times(double factor) {
        return new Figure(
                mean * factor,
                std * factor,
                median * factor,
                low == null ? null : low * factor,
                high == null ? null : high * factor);
    }
}
