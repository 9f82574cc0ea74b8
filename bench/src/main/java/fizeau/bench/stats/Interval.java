// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.stats;

/**
 * A number with the interval that holds it with a stated probability.
 *
 * @param value the estimate
 * @param low lower end; null when there were too few rounds for an interval
 * @param high upper end; null together with {@code low}
 * @param level probability, such as 0.95
 */
public record Interval(double value, Double low, Double high, double level) {

    /** An estimate without an interval. */
    public static Interval unknown(double value, double level) {
        return new Interval(value, null, null, level);
    }

    public boolean known() {
        return low != null;
    }

    /** Whether {@code number} lies outside; never true of an unknown interval. */
    public boolean excludes(double number) {
        return known() && (number < low || number > high);
    }
}
