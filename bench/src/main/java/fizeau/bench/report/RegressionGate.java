// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.stats.Bootstrap;
import fizeau.bench.stats.Interval;
import fizeau.bench.training.TrainingRecord;
import fizeau.bench.training.VariantRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

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

    /** @param maxSlowdown share that is allowed, such as 0.05 */
    public static Outcome judge(TrainingRecord before, TrainingRecord after, double maxSlowdown) {
        requireComparable(before, after);
        if (!kinds(after).equals("measured")) {
            throw new IllegalArgumentException("the kind of the results is " + kinds(after)
                    + ", and only measured times are held against each other: run the command on this machine");
        }
        List<Line> lines = new ArrayList<>();
        for (Map.Entry<String, VariantRecord> entry : after.variants().entrySet()) {
            VariantRecord then = before.variants().get(entry.getKey());
            if (then != null) {
                lines.add(line(then, entry.getValue(), maxSlowdown, after));
            }
        }
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("the results share no variant: one has "
                    + String.join(", ", before.variants().keySet()) + ", the other "
                    + String.join(", ", after.variants().keySet()) + "; use results of the same command");
        }
        return new Outcome(lines.stream().allMatch(Line::passed), maxSlowdown, lines);
    }

    private static Line line(VariantRecord then, VariantRecord now, double maxSlowdown, TrainingRecord after) {
        double[] before = seconds(then);
        double[] current = seconds(now);
        Interval ratio = new Bootstrap(
                        after.protocol().level(), after.protocol().seed())
                .ratioOfIndependentMedians(current, before);
        double slowdown = ratio.value() - 1;
        boolean passed = ratio.known() ? ratio.low() - 1 <= maxSlowdown : slowdown <= maxSlowdown;
        String interval = ratio.known()
                ? String.format(Locale.ROOT, "%+.1f %% to %+.1f %%", 100 * (ratio.low() - 1), 100 * (ratio.high() - 1))
                : "no interval, one round proves nothing";
        String reason = String.format(
                Locale.ROOT,
                "%s: %+.1f %% time (%s), %+.1f %% allowed: %s",
                now.name(),
                100 * slowdown,
                interval,
                100 * maxSlowdown,
                passed ? "pass" : "FAIL");
        return new Line(
                now.name(),
                slowdown,
                ratio.known() ? ratio.low() - 1 : null,
                ratio.known() ? ratio.high() - 1 : null,
                passed,
                reason);
    }

    private static double[] seconds(VariantRecord variant) {
        return variant.rounds().stream()
                .mapToDouble(VariantRecord.Round::trainingSeconds)
                .toArray();
    }

    private static void requireComparable(TrainingRecord before, TrainingRecord after) {
        Map<String, Object[]> fields = new LinkedHashMap<>();
        fields.put("kind", new Object[] {kinds(before), kinds(after)});
        fields.put("device", new Object[] {before.device(), after.device()});
        fields.put("processor model", both(before, after, "model"));
        fields.put("usable processors", both(before, after, "usableProcessors"));
        each(fields, "workload", Json.tree(before.workload()), Json.tree(after.workload()));
        // more or fewer rounds, or another order of them, widen or move the interval and are no other protocol
        fields.put(
                "protocol level",
                new Object[] {before.protocol().level(), after.protocol().level()});
        each(
                fields,
                "protocol warm-up",
                Json.tree(before.protocol().warmUp()),
                Json.tree(after.protocol().warmUp()));
        fields.forEach((name, values) -> {
            if (!Objects.equals(values[0], values[1])) {
                throw new IllegalArgumentException("the results differ in " + name + " (" + values[0] + " and "
                        + values[1] + ") and cannot be compared: run both on the same");
            }
        });
    }

    private static void each(Map<String, Object[]> fields, String name, JsonNode before, JsonNode after) {
        before.properties()
                .forEach(field -> fields.put(name + " " + field.getKey(), new Object[] {
                    field.getValue().asText(), after.path(field.getKey()).asText()
                }));
    }

    /** One word where all numbers are of one kind. */
    private static String kinds(TrainingRecord record) {
        TreeSet<String> kinds = new TreeSet<>(List.of(record.kind()));
        record.variants().values().forEach(variant -> kinds.add(variant.kind()));
        return String.join(" and ", kinds);
    }

    private static Object[] both(TrainingRecord before, TrainingRecord after, String field) {
        return new Object[] {
            before.environment().path("processor").path(field).asText(),
            after.environment().path("processor").path(field).asText()
        };
    }
}
