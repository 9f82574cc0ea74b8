// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import fizeau.bench.files.Json;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.stats.Bootstrap;
import fizeau.bench.stats.Interval;
import fizeau.bench.stats.Summary;
import java.util.ArrayList;
import java.util.List;

/**
 * One benchmark by one method, as the original's files hold it and more. Times are in milliseconds and null when there is
 * no measured one.
 *
 * @param kind {@code measured}, {@code unavailable} or {@code failed}
 * @param error why there is no time; null when there is one
 * @param stdTimeMs with divisor n, as in the original
 * @param medianInterval median over rounds with its bootstrap interval
 * @param roundMediansMs median of each round, in order
 * @param firstCalls whether each sample is the first call of its process, because calls are that long
 * @param agentSchedule how it was computed; null without a time
 * @param workload digest of what was computed on what: rows are compared only when it is the same
 * @param interference of each round
 */
@JsonNaming(SnakeCaseStrategy.class)
public record MethodRow(
        String method,
        String benchmark,
        String kind,
        String error,
        int numRuns,
        Double meanTimeMs,
        Double minTimeMs,
        Double maxTimeMs,
        Double stdTimeMs,
        Double medianTimeMs,
        Double p95TimeMs,
        Double p99TimeMs,
        Interval medianInterval,
        List<Double> roundMediansMs,
        int callsPerSample,
        boolean firstCalls,
        double gigaflop,
        Schedule agentSchedule,
        Agreement agreement,
        String workload,
        String device,
        List<Interference> interference) {

    public static final String MEASURED = "measured";
    public static final String UNAVAILABLE = "unavailable";
    public static final String FAILED = "failed";

    public MethodRow {
        roundMediansMs = List.copyOf(roundMediansMs);
        interference = List.copyOf(interference);
    }

    public boolean measured() {
        return kind.equals(MEASURED);
    }

    /** The same of another device than the CPU. */
    MethodRow on(String other) {
        return new MethodRow(
                method,
                benchmark,
                kind,
                error,
                numRuns,
                meanTimeMs,
                minTimeMs,
                maxTimeMs,
                stdTimeMs,
                medianTimeMs,
                p95TimeMs,
                p99TimeMs,
                medianInterval,
                roundMediansMs,
                callsPerSample,
                firstCalls,
                gigaflop,
                agentSchedule,
                agreement,
                workload,
                other,
                interference);
    }

    /** A row without a time. */
    public static MethodRow without(Method method, OperatorCase one, String workload, String kind, String reason) {
        return new MethodRow(
                method.label(),
                one.name(),
                kind,
                reason,
                0,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                1,
                false,
                one.shape().gigaflop(),
                null,
                null,
                workload,
                "cpu",
                List.of());
    }

    /** The row of a method's rounds, at least one; a wrong output in any of them makes it a failure. */
    public static MethodRow ofRounds(
            Method method,
            OperatorCase one,
            String workload,
            Schedule schedule,
            List<JobReport> reports,
            boolean firstCalls,
            Bootstrap bootstrap) {
        List<double[]> rounds = new ArrayList<>();
        List<Interference> disturbances = new ArrayList<>();
        Agreement agreement = null;
        int calls = 1;
        for (JobReport report : reports) {
            OpsOutcome outcome = Json.value(report.outcome(), OpsOutcome.class);
            agreement = outcome.agreement();
            if (!agreement.passed()) {
                return without(method, one, workload, FAILED, "its output is wrong: " + agreement.sentence());
            }
            calls = outcome.callsPerSample();
            rounds.add(
                    outcome.millis().stream().mapToDouble(Double::doubleValue).toArray());
            disturbances.add(report.interference());
        }
        return of(method, one, workload, schedule, agreement, rounds, disturbances, calls, firstCalls, bootstrap);
    }

    private static MethodRow of(
            Method method,
            OperatorCase one,
            String workload,
            Schedule schedule,
            Agreement agreement,
            List<double[]> rounds,
            List<Interference> disturbances,
            int calls,
            boolean firstCalls,
            Bootstrap bootstrap) {
        double[] all = rounds.stream().flatMapToDouble(java.util.Arrays::stream).toArray();
        double[] medians = rounds.stream().mapToDouble(Summary::median).toArray();
        Summary summary = Summary.of(all);
        double populationStd = summary.std() == null ? 0 : summary.std() * Math.sqrt((all.length - 1.0) / all.length);
        return new MethodRow(
                method.label(),
                one.name(),
                MEASURED,
                null,
                all.length,
                summary.mean(),
                summary.min(),
                summary.max(),
                populationStd,
                summary.median(),
                summary.p95(),
                summary.p99(),
                bootstrap.median(medians),
                java.util.Arrays.stream(medians).boxed().toList(),
                calls,
                firstCalls,
                one.shape().gigaflop(),
                schedule,
                agreement,
                workload,
                "cpu",
                disturbances);
    }
}
