// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.batch;

import fizeau.bench.files.Json;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.stats.Bootstrap;
import fizeau.bench.stats.Interval;
import fizeau.bench.stats.Ratio;
import fizeau.bench.stats.Summary;
import java.util.Arrays;
import java.util.List;

/**
 * One batch size, trained one way.
 *
 * @param kind {@code measured}, {@code unavailable} or {@code failed}
 * @param reason why there is no number; null where there is one
 * @param perSecond whole reconstructions a second; null where there is none, like all that follows
 * @param low lower end of its interval; null with fewer than two rounds
 * @param high upper end
 * @param secondsEach of a reconstruction in the batch, one a round
 * @param iterationMillis of one iteration of all members, median over rounds
 * @param overOne throughput over that of one alone, the faster of the ways; null without it
 * @param nativeBytes most that a process held on the device, or beside the heap
 * @param description device, libraries, threads
 */
public record BatchRow(
        int batch,
        String way,
        String kind,
        String reason,
        Double perSecond,
        Double low,
        Double high,
        List<Double> secondsEach,
        Double iterationMillis,
        Ratio overOne,
        Long nativeBytes,
        String description) {

    public static final String MEASURED = "measured";
    public static final String UNAVAILABLE = "unavailable";
    public static final String FAILED = "failed";

    public BatchRow {
        secondsEach = List.copyOf(secondsEach);
    }

    public boolean measured() {
        return kind.equals(MEASURED);
    }

    static BatchRow without(int batch, BatchWay way, String kind, String reason) {
        return new BatchRow(batch, way.word(), kind, reason, null, null, null, List.of(), null, null, null, null);
    }

    /** @param reports at least one, all of this size and way, all right */
    static BatchRow of(int batch, BatchWay way, List<JobReport> reports, Bootstrap bootstrap) {
        List<BatchOutcome> outcomes = reports.stream()
                .map(report -> Json.value(report.outcome(), BatchOutcome.class))
                .toList();
        double[] each = outcomes.stream()
                .mapToDouble(outcome -> outcome.seconds() / batch)
                .toArray();
        Interval seconds = bootstrap.median(each);
        return new BatchRow(
                batch,
                way.word(),
                MEASURED,
                null,
                1 / seconds.value(),
                seconds.known() ? (Double) (1 / seconds.high()) : null,
                seconds.known() ? (Double) (1 / seconds.low()) : null,
                Arrays.stream(each).boxed().toList(),
                Summary.median(outcomes.stream()
                        .mapToDouble(outcome -> outcome.iterationNanos() * 1e-6)
                        .toArray()),
                null,
                reports.stream()
                        .mapToLong(report -> report.memory().nativeBytes())
                        .max()
                        .orElseThrow(),
                outcomes.get(0).description());
    }

    /** The same with its throughput over that of one alone. */
    BatchRow over(BatchRow one, Bootstrap bootstrap) {
        if (!measured() || one == null) {
            return this;
        }
        Interval ratio = ratio(one, bootstrap);
        return new BatchRow(
                batch,
                way,
                kind,
                reason,
                perSecond,
                low,
                high,
                secondsEach,
                iterationMillis,
                Ratio.of(ratio),
                nativeBytes,
                description);
    }

    /** Throughput of this one over that of another. */
    Interval ratio(BatchRow other, Bootstrap bootstrap) {
        return other.secondsEach.size() == secondsEach.size()
                ? bootstrap.ratioOfMedians(other.times(), times())
                : bootstrap.ratioOfIndependentMedians(other.times(), times());
    }

    double[] times() {
        return secondsEach.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
