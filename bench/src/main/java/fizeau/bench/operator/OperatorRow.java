// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import fizeau.bench.stats.Bootstrap;
import fizeau.bench.stats.Interval;
import fizeau.bench.stats.Judgement;
import fizeau.bench.stats.Ratio;
import fizeau.bench.stats.Summary;
import java.util.Arrays;
import java.util.List;

/**
 * One row of the table: one method on one case in one direction.
 *
 * @param ours whether the method is ours; otherwise it is a peer's
 * @param kind {@code measured}, {@code unavailable} or {@code failed}
 * @param reason why there is no time; null when there is one
 * @param medianMs of one call, the whole batch: median over the rounds' medians; null when there is none, like all that follows
 * @param lowMs lower end of its interval; null with fewer than two rounds
 * @param highMs upper end
 * @param roundMediansMs one a round
 * @param samples of all rounds
 * @param callsPerSample calls that were timed together, in the first round
 * @param part images that went together
 * @param error largest deviation from the reference, over the largest value
 * @param floor least time the case could take on this device
 * @param floorShare that time over the median: 1 would be perfect
 * @param overEager eager's median over this one's
 * @param overEagerJudgement what may be said of it
 * @param overCompile torch.compile's median over this one's
 */
public record OperatorRow(
        OperatorSetting.Case of,
        Direction direction,
        String device,
        String method,
        boolean ours,
        String kind,
        String reason,
        Double medianMs,
        Double lowMs,
        Double highMs,
        List<Double> roundMediansMs,
        int samples,
        int callsPerSample,
        int part,
        Double error,
        OperatorFloor floor,
        Double floorShare,
        Ratio overEager,
        Judgement overEagerJudgement,
        Ratio overCompile) {

    public static final String MEASURED = "measured";
    public static final String UNAVAILABLE = "unavailable";
    public static final String FAILED = "failed";

    public OperatorRow {
        roundMediansMs = List.copyOf(roundMediansMs);
    }

    public boolean measured() {
        return kind.equals(MEASURED);
    }

    static OperatorRow without(
            OperatorSetting.Case of, Direction direction, OperatorMethod method, String kind, String reason) {
        return new OperatorRow(
                of,
                direction,
                method.device(),
                method.word(),
                method.ours(),
                kind,
                reason,
                null,
                null,
                null,
                List.of(),
                0,
                1,
                1,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /** @param timings one of each round, at least one, all with times */
    static OperatorRow of(
            OperatorMethod method, List<OperatorOutcome.Timing> timings, OperatorFloor floor, Bootstrap bootstrap) {
        double[] medians = timings.stream()
                .mapToDouble(timing -> Summary.median(timing.millis().stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray()))
                .toArray();
        Interval median = bootstrap.median(medians);
        OperatorOutcome.Timing first = timings.get(0);
        return new OperatorRow(
                first.of(),
                first.direction(),
                method.device(),
                method.word(),
                method.ours(),
                MEASURED,
                null,
                median.value(),
                median.low(),
                median.high(),
                Arrays.stream(medians).boxed().toList(),
                timings.stream().mapToInt(timing -> timing.millis().size()).sum(),
                first.callsPerSample(),
                first.part(),
                timings.stream()
                        .mapToDouble(OperatorOutcome.Timing::error)
                        .max()
                        .orElseThrow(),
                floor,
                floor == null ? null : (Double) (floor.millis() / median.value()),
                null,
                null,
                null);
    }

    /** The same beside PyTorch's rows of the same case, direction and device; null or unmeasured ones give no ratio. */
    OperatorRow beside(OperatorRow eager, OperatorRow compile, Bootstrap bootstrap) {
        if (!measured()) {
            return this;
        }
        Interval eagerRatio = ratio(eager, bootstrap);
        Interval compileRatio = ratio(compile, bootstrap);
        return new OperatorRow(
                of,
                direction,
                device,
                method,
                ours,
                kind,
                reason,
                medianMs,
                lowMs,
                highMs,
                roundMediansMs,
                samples,
                callsPerSample,
                part,
                error,
                floor,
                floorShare,
                eagerRatio == null ? null : Ratio.of(eagerRatio),
                eagerRatio == null ? null : Judgement.of(eagerRatio, eager.rounds(), rounds(), null),
                compileRatio == null ? null : Ratio.of(compileRatio));
    }

    private Interval ratio(OperatorRow reference, Bootstrap bootstrap) {
        if (reference == null || !reference.measured() || reference == this) {
            return null;
        }
        return reference.rounds().length == rounds().length
                ? bootstrap.ratioOfMedians(reference.rounds(), rounds())
                : bootstrap.ratioOfIndependentMedians(reference.rounds(), rounds());
    }

    private double[] rounds() {
        return roundMediansMs.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
