// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.stats.Bootstrap;
import fizeau.bench.stats.Interval;
import fizeau.bench.training.TrainingRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Holds a result against an earlier one of the same device, workload and protocol. The two were not interleaved, so their
 * rounds are drawn apart: an interval that reaches the limit passes.
 */
public final class RegressionGate {

    private RegressionGate() {}

    /**
     * One variant now and then.
     *
     * @param slowdown time now over time then, minus 1
     * @param low lower end of its interval; null with fewer than two rounds on a side
     */
    public record Line(String variant, double slowdown, Double low, Double high, boolean passed, String reason) {}

    /** What the gate says. */
    public record Outcome(boolean passed, double maxSlowdown, List<Line> variants) {

        /** One line per variant and the outcome. */
        public String toText() {
            StringBuilder text = new StringBuilder();
            for (Line line : variants) {
                text.append(line.reason()).append('\n');
            }
            return text.append(passed ? "gate passed\n" : "gate failed\n").toString();
        }
    }

    /**
     * Judges the results at two places, of any command that keeps the times of rounds.
     *
     * @param maxSlowdown share that is allowed, such as 0.05
     */
    public static Outcome judge(Path before, Path after, double maxSlowdown) {
        return judge(TimedResult.of(before), TimedResult.of(after), maxSlowdown);
    }

    /** @param maxSlowdown share that is allowed, such as 0.05 */
    public static Outcome judge(TrainingRecord before, TrainingRecord after, double maxSlowdown) {
        return judge(TimedResult.of(before), TimedResult.of(after), maxSlowdown);
    }

    static Outcome judge(TimedResult before, TimedResult after, double maxSlowdown) {
        requireComparable(before, after);
        if (!after.kind().equals("measured")) {
            throw new IllegalArgumentException("the kind of the results is " + after.kind()
                    + ", and only measured times are held against each other: run the command on this machine");
        }
        List<Line> lines = new ArrayList<>();
        after.times().forEach((key, now) -> {
            TimedResult.Timed then = before.times().get(key);
            if (then != null) {
                lines.add(line(now.name(), then.times(), now.times(), maxSlowdown, after.protocol()));
            }
        });
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("the results share no variant: one has "
                    + String.join(", ", before.times().keySet()) + ", the other "
                    + String.join(", ", after.times().keySet()) + "; use results of the same command");
        }
        return new Outcome(lines.stream().allMatch(Line::passed), maxSlowdown, lines);
    }

    private static Line line(String name, double[] then, double[] now, double maxSlowdown, ProtocolSpec protocol) {
        Interval ratio = new Bootstrap(protocol.level(), protocol.seed()).ratioOfIndependentMedians(now, then);
        double slowdown = ratio.value() - 1;
        boolean passed = ratio.known() ? ratio.low() - 1 <= maxSlowdown : slowdown <= maxSlowdown;
        String interval = ratio.known()
                ? String.format(Locale.ROOT, "%+.1f %% to %+.1f %%", 100 * (ratio.low() - 1), 100 * (ratio.high() - 1))
                : "no interval, one round proves nothing";
        String reason = String.format(
                Locale.ROOT,
                "%s: %+.1f %% time (%s), %+.1f %% allowed: %s",
                name,
                100 * slowdown,
                interval,
                100 * maxSlowdown,
                passed ? "pass" : "FAIL");
        return new Line(
                name,
                slowdown,
                ratio.known() ? ratio.low() - 1 : null,
                ratio.known() ? ratio.high() - 1 : null,
                passed,
                reason);
    }

    private static void requireComparable(TimedResult before, TimedResult after) {
        requireSame("schema", before.schema(), after.schema());
        requireSame("kind", before.kind(), after.kind());
        before.same()
                .forEach((name, value) -> requireSame(name, value, after.same().get(name)));
        // more or fewer rounds, or another order of them, widen or move the interval and are no other protocol
        requireSame(
                "protocol level",
                Double.toString(before.protocol().level()),
                Double.toString(after.protocol().level()));
        JsonNode then = Json.tree(before.protocol().warmUp());
        JsonNode now = Json.tree(after.protocol().warmUp());
        then.properties()
                .forEach(field -> requireSame(
                        "protocol warm-up " + field.getKey(),
                        field.getValue().asText(),
                        now.path(field.getKey()).asText()));
    }

    private static void requireSame(String name, String before, String after) {
        if (!before.equals(after)) {
            throw new IllegalArgumentException("the results differ in " + name + " (" + before + " and " + after
                    + ") and cannot be compared: run both on the same");
        }
    }
}
