// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.stats.Bootstrap;
import fizeau.bench.stats.Interval;
import fizeau.bench.stats.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A result and the same command run again: how times and quality moved, and what else is different.
 *
 * @param first name of the run that was reproduced
 * @param again name of the new run
 * @param unit of the times
 * @param timings those that both have
 * @param differences of machine, software or protocol, one sentence each
 */
public record Reproduction(String first, String again, String unit, List<Line> timings, List<String> differences) {

    /**
     * Something that was timed: a variant, or a cache's work.
     *
     * @param first median time over the rounds at first
     * @param ratio median time again over median time at first
     * @param low lower end of its interval; null with fewer than two rounds on a side
     * @param psnrDifference dB, again minus first; null when there is none
     */
    public record Line(
            String name, double first, double again, double ratio, Double low, Double high, Double psnrDifference) {}

    private static final List<String> COMPARED = List.of(
            "/device",
            "/environment/processor/model",
            "/environment/processor/usableProcessors",
            "/environment/system/name",
            "/environment/system/kernel",
            "/environment/jvm/version",
            "/environment/libraries",
            "/environment/git/commit",
            "/environment/git/dirty",
            "/rounds",
            "/seeds",
            "/childFlags");

    /** Compares two results of the same command. */
    public static Reproduction of(ResultFile first, ResultFile again) {
        TimedResult before = TimedResult.of(first);
        TimedResult after = TimedResult.of(again);
        if (!before.schema().equals(after.schema())) {
            throw new IllegalArgumentException("results " + first.file() + " and " + again.file()
                    + " differ in schema, " + before.schema() + " and " + after.schema()
                    + ": give two results of the same command");
        }
        Bootstrap bootstrap =
                new Bootstrap(after.protocol().level(), after.protocol().seed());
        JsonNode one = first.tree();
        JsonNode two = again.tree();
        List<Line> lines = new ArrayList<>();
        List<String> differences = new ArrayList<>();
        one.path("workload")
                .properties()
                .forEach(field -> differ(differences, "/workload/" + field.getKey(), one, two));
        COMPARED.forEach(pointer -> differ(differences, pointer, one, two));
        before.times().forEach((key, then) -> {
            TimedResult.Timed now = after.times().get(key);
            if (now == null) {
                differences.add(then.name() + " gave no result this time");
                return;
            }
            Interval ratio = bootstrap.ratioOfIndependentMedians(now.times(), then.times());
            lines.add(new Line(
                    then.name(),
                    Summary.median(then.times()),
                    Summary.median(now.times()),
                    ratio.value(),
                    ratio.low(),
                    ratio.high(),
                    difference(
                            one.path("variants").path(key).path("psnr"),
                            two.path("variants").path(key).path("psnr"))));
        });
        return new Reproduction(
                one.path("runId").asText(), two.path("runId").asText(), before.unit(), lines, differences);
    }

    private static Double difference(JsonNode before, JsonNode after) {
        return before.isNumber() && after.isNumber() ? (Double) (after.doubleValue() - before.doubleValue()) : null;
    }

    private static void differ(List<String> differences, String pointer, JsonNode one, JsonNode two) {
        JsonNode before = one.at(pointer);
        JsonNode after = two.at(pointer);
        if (!before.equals(after)) {
            differences.add(
                    pointer.substring(1).replace('/', ' ') + " was " + shown(before) + " and is " + shown(after));
        }
    }

    private static String shown(JsonNode node) {
        return node.isValueNode() ? node.asText() : node.isMissingNode() ? "unknown" : node.toString();
    }

    /** The comparison as text. */
    public String toText() {
        StringBuilder text = new StringBuilder("run " + first + " again, as run " + again + "\n\n");
        TextTable table =
                new TextTable().row("", "first, " + unit, "again, " + unit, "again / first", "interval", "PSNR, dB");
        for (Line line : timings) {
            table.row(
                    line.name(),
                    Numbers.plain(line.first()),
                    Numbers.plain(line.again()),
                    Numbers.plain(line.ratio()),
                    Numbers.interval(line.low(), line.high()),
                    line.psnrDifference() == null
                            ? Numbers.UNKNOWN
                            : String.format(Locale.ROOT, "%+.2f", line.psnrDifference()));
        }
        text.append(table).append('\n');
        for (Line line : timings) {
            text.append(line.name()).append(": ").append(sentence(line)).append('\n');
        }
        differences.forEach(
                difference -> text.append("different: ").append(difference).append('\n'));
        if (differences.isEmpty()) {
            text.append("machine, software, workload and protocol are the same\n");
        }
        return text.toString();
    }

    private static String sentence(Line line) {
        if (line.low() == null) {
            return "too few rounds to say whether the time is the same";
        }
        if (line.low() <= 1 && line.high() >= 1) {
            return "the interval holds 1: the times agree";
        }
        return line.low() > 1 ? "slower than at first" : "faster than at first";
    }
}
