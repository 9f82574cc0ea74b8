// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.bench.stats.Interval;
import fizeau.bench.stats.Judgement;
import fizeau.bench.stats.Verdict;

/**
 * How many times faster a variant trains than its reference: ratio of the medians over rounds of the whole training's wall
 * time.
 *
 * @param low lower end of the interval; null with fewer than two rounds
 * @param high upper end
 * @param level coverage of the interval
 * @param rounds rounds in which both ran
 * @param pValue two-sided Mann-Whitney U test; null with fewer than two rounds
 * @param iterationRatio ratio of the median times of one iteration, the per-sample work left out
 */
public record Speedup(
        String variant,
        String over,
        double ratio,
        Double low,
        Double high,
        double level,
        int rounds,
        Verdict verdict,
        String reason,
        Double pValue,
        double iterationRatio) {

    static Speedup of(
            String variant, String over, Interval interval, int rounds, Judgement judgement, double iterationRatio) {
        return new Speedup(
                variant,
                over,
                interval.value(),
                interval.low(),
                interval.high(),
                interval.level(),
                rounds,
                judgement.verdict(),
                judgement.reason(),
                judgement.pValue(),
                iterationRatio);
    }
}
