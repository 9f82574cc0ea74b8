// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.caches;

import fizeau.bench.files.Json;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.stats.Bootstrap;
import fizeau.bench.stats.Ratio;
import fizeau.bench.stats.Summary;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One cache at one size over all rounds; times are medians over rounds of nanoseconds per call.
 *
 * @param imageSize edge of the frame, pixels
 * @param hits of a loop that asks for each key {@value #LOOK_UPS_PER_KEY} times, as the published benchmark does with its
 *     measurements
 * @param misses of the same loop, one for each key
 * @param missNanos making the value, and what a look-up that misses adds to it
 * @param breakEvenHitRate hit rate from which on the cache saves time; null when a hit costs no less than the work
 * @param pays whether the hit rate of that loop lies above break-even
 * @param realLoopHitRate of the real training loop, which measures once per position; the other caches are asked in every
 *     iteration there too
 * @param paysInRealLoop whether that rate lies above break-even
 * @param isolated work over hit: what a micro benchmark shows
 * @param inUse work and use over hit and use: what a caller sees who has to use the value
 * @param rounds what each process found, in the order of the rounds
 */
public record CacheLine(
        String name,
        int imageSize,
        int keys,
        long bytes,
        long hits,
        long misses,
        double coldRecomputeNanos,
        double coldHitNanos,
        double recomputeNanos,
        double hitNanos,
        double missNanos,
        double useNanos,
        Double breakEvenHitRate,
        boolean pays,
        double realLoopHitRate,
        boolean paysInRealLoop,
        Ratio isolated,
        Ratio inUse,
        List<CacheCost> rounds) {

    /** Iterations at a position in the workload of the original's published runs. */
    public static final int LOOK_UPS_PER_KEY = 50;

    private static final String MEASUREMENT = "measurement";

    public CacheLine {
        rounds = List.copyOf(rounds);
    }

    /** Of the loop that asks for each key again and again. */
    public double hitRate() {
        return (double) hits / (hits + misses);
    }

    /** All caches of one size, in the order in which they were timed; {@code reports} have timed something. */
    public static List<CacheLine> of(int imageSize, List<JobReport> reports, Bootstrap bootstrap) {
        List<CacheCosts> rounds = reports.stream()
                .map(report -> Json.value(report.outcome(), CacheCosts.class))
                .filter(costs -> costs.wrong().isEmpty())
                .toList();
        if (rounds.isEmpty()) {
            return List.of();
        }
        return rounds.get(0).caches().stream()
                .map(first -> line(
                        imageSize,
                        rounds.stream()
                                .flatMap(costs -> costs.caches().stream())
                                .filter(cost -> cost.name().equals(first.name()))
                                .toList(),
                        bootstrap))
                .toList();
    }

    private static CacheLine line(int imageSize, List<CacheCost> rounds, Bootstrap bootstrap) {
        double recompute = median(rounds, CacheCost::recomputeNanos);
        double hit = median(rounds, CacheCost::hitNanos);
        double overhead = median(rounds, CacheCost::missOverheadNanos);
        Double breakEven = CacheCost.breakEvenHitRate(recompute, hit, overhead);
        CacheCost any = rounds.get(0);
        long misses = any.keys();
        long hits = misses * (LOOK_UPS_PER_KEY - 1);
        double rate = (double) hits / (hits + misses);
        double realRate = any.name().equals(MEASUREMENT) ? 0 : rate;
        return new CacheLine(
                any.name(),
                imageSize,
                any.keys(),
                any.bytes(),
                hits,
                misses,
                median(rounds, CacheCost::coldRecomputeNanos),
                median(rounds, CacheCost::coldHitNanos),
                recompute,
                hit,
                recompute + overhead,
                median(rounds, CacheCost::useNanos),
                breakEven,
                breakEven != null && rate > breakEven,
                realRate,
                breakEven != null && realRate > breakEven,
                ratio(rounds, CacheCost::recomputeNanos, CacheCost::hitNanos, bootstrap),
                ratio(
                        rounds,
                        cost -> cost.recomputeNanos() + cost.useNanos(),
                        cost -> cost.hitNanos() + cost.useNanos(),
                        bootstrap),
                rounds);
    }

    private static Ratio ratio(
            List<CacheCost> rounds,
            ToDoubleFunction<CacheCost> above,
            ToDoubleFunction<CacheCost> below,
            Bootstrap bootstrap) {
        return Ratio.of(bootstrap.ratioOfMedians(
                rounds.stream().mapToDouble(above).toArray(),
                rounds.stream().mapToDouble(below).toArray()));
    }

    private static double median(List<CacheCost> rounds, ToDoubleFunction<CacheCost> number) {
        return Summary.median(rounds.stream().mapToDouble(number).toArray());
    }
}
