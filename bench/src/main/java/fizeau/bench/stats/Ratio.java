// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.stats;

/**
 * A ratio of times as result files hold it.
 *
 * @param ratio the estimate
 * @param low lower end of its interval; null with fewer than two rounds
 * @param high upper end; null together with {@code low}
 */
public record Ratio(double ratio, Double low, Double high) {

    public static Ratio of(Interval interval) {
        return new Ratio(interval.value(), interval.low(), interval.high());
    }
}
