// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.stats.Bootstrap;
import fizeau.bench.stats.Interval;
import fizeau.bench.training.TrainingRecord;
import fizeau.bench.training.VariantRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A result and the same command run again: how times and quality moved, and what else is different.
 *
 * @param first name of the run that was reproduced
 * @param again name of the new run
 * @param variants those that both have
 * @param differences of machine, software or protocol, one sentence each
 */
public record Reproduction(String first, String again, List<Line> variants, List<String> differences) {

    /**
     * One variant.
     *
     * @param ratio median time again over median time at first
     * @param low lower end of its interval; null with fewer than two rounds on a side
     * @param psnrDifference dB, again minus first; null when one is unknown
     */
    public record Line(
            String variant,
            double firstSeconds,
            double againSeconds,
            double ratio,
            Double low,
            Double high,
            Double psnrDifference) {}

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

    /** Compares two records of the same command. */
    public static Reproduction of(TrainingRecord first, TrainingRecord again) {
        Bootstrap bootstrap =
                new Bootstrap(again.protocol().level(), again.protocol().seed());
        List<Line> lines = new ArrayList<>();
        first.variants().forEach((key, before) -> {
            VariantRecord after = again.variants().get(key);
            if (after != null) {
                Interval ratio = bootstrap.ratioOfIndependentMedians(seconds(after), seconds(before));
                lines.add(new Line(
                        before.name(),
                        before.trainingSeconds(),
                        after.trainingSeconds(),
                        ratio.value(),
                        ratio.low(),
                        ratio.high(),
                        before.psnr() == null || after.psnr() == null ? null : after.psnr() - before.psnr()));
            }
        });
        List<String> differences = new ArrayList<>();
        JsonNode one = Json.tree(first);
        JsonNode two = Json.tree(again);
        one.path("workload")
                .properties()
                .forEach(field -> differ(differences, "/workload/" + field.getKey(), one, two));
        COMPARED.forEach(pointer -> differ(differences, pointer, one, two));
        first.variants().forEach((key, before) -> {
            if (!again.variants().containsKey(key)) {
                differences.add("variant " + before.name() + " gave no result this time");
            }
        });
        return new Reproduction(first.runId(), again.runId(), lines, differences);
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

    private static double[] seconds(VariantRecord variant) {
        return variant.rounds().stream()
                .mapToDouble(VariantRecord.Round::trainingSeconds)
                .toArray();
    }

    /** The comparison as text. */
    public String toText() {
        StringBuilder text = new StringBuilder("run " + first + " again, as run " + again + "\n\n");
        TextTable table =
                new TextTable().row("variant", "first, s", "again, s", "again / first", "interval", "PSNR, dB");
        for (Line line : variants) {
            table.row(
                    line.variant(),
                    Numbers.plain(line.firstSeconds()),
                    Numbers.plain(line.againSeconds()),
                    Numbers.plain(line.ratio()),
                    Numbers.interval(line.low(), line.high()),
                    line.psnrDifference() == null
                            ? Numbers.UNKNOWN
                            : String.format(Locale.ROOT, "%+.2f", line.psnrDifference()));
        }
        text.append(table).append('\n');
        for (Line line : variants) {
            text.append(line.variant()).append(": ").append(sentence(line)).append('\n');
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
