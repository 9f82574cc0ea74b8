// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a step's record says, in a few lines, and which of its rows are unavailable. */
final class Findings {

    private static final int MOST_REASONS = 12;

    private Findings() {}

    /** A few lines of a record; what a step's record does not have is left out. */
    static List<String> of(EvidenceStep step, JsonNode record) {
        List<String> lines = new ArrayList<>();
        switch (step) {
            case CEILINGS ->
                record.path("ceilings")
                        .forEach(one -> add(lines, "%s: %s %s", one.path("name"), one.path("value"), one.path("unit")));
            case OPERATOR -> targets(record, lines);
            case COMPARE -> {
                training(record, lines);
                targets(record, lines);
            }
            case ABLATE ->
                record.path("references")
                        .forEach(one -> add(
                                lines,
                                "%s is %s times as fast as %s: %s",
                                one.path("variant"),
                                one.path("ratio"),
                                one.path("over"),
                                one.path("verdict")));
            case CACHES -> add(lines, "kept values equal to recomputed ones: %s", record.path("correct"));
            case BATCH -> {
                record.path("rows")
                        .forEach(one -> add(
                                lines,
                                "batch %s %s: %s a second",
                                one.path("batch"),
                                one.path("way"),
                                one.path("perSecond")));
                add(lines, "crossover: %s", record.path("crossover").path("reason"));
            }
            case PROFILE -> {
                add(lines, "profiled: %s", record.path("work"));
                add(lines, "device busy %s s of %s s", record.path("deviceBusySeconds"), record.path("seconds"));
                record.path("tools").forEach(one -> add(lines, "%s: %s", one.path("tool"), one.path("outcome")));
                record.path("remarks").forEach(one -> add(lines, "%s", one));
            }
            default -> {
                // their output says it all
            }
        }
        return lines;
    }

    private static void targets(JsonNode record, List<String> lines) {
        record.path("targets")
                .forEach(one -> add(lines, "%s: %s, %s", one.path("what"), one.path("verdict"), one.path("reason")));
    }

    private static void training(JsonNode record, List<String> lines) {
        record.path("variants")
                .forEach(one -> add(
                        lines,
                        "%s: %s s a training, %s ms an iteration, %s bytes on the device at most",
                        one.path("name"),
                        one.path("trainingSeconds"),
                        one.path("medianIterationMs"),
                        one.path("nativeBytes")));
        record.path("peers")
                .forEach(one -> add(
                        lines,
                        "%s: %s ms an iteration, %s times ours",
                        one.path("name"),
                        one.path("medianIterationMs"),
                        one.path("peerOverOptimized").path("ratio")));
        record.path("peers")
                .forEach(one -> add(
                        lines,
                        "%s: %s times the library level's",
                        one.path("name"),
                        one.path("peerOverLibrary").path("ratio")));
        record.path("onDevice")
                .path("unavailable")
                .forEach(one -> add(lines, "%s: unavailable, %s", one.path("variant"), one.path("reason")));
        JsonNode floor = record.path("onDevice").path("floor");
        add(lines, "floor: %s ms an iteration, bound by %s", floor.path("millis"), floor.path("boundBy"));
        floor.path("shares")
                .fieldNames()
                .forEachRemaining(name -> add(
                        lines, name + ": %s of the floor", floor.path("shares").path(name)));
        record.path("checks").forEach(one -> add(lines, "%s: %s", one.path("name"), one.path("status")));
    }

    /** Only where something is known: a line of gaps says nothing. */
    private static void add(List<String> lines, String format, JsonNode... values) {
        Object[] words = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            if (values[i].isMissingNode() || values[i].isNull()) {
                return;
            }
            words[i] = values[i].isFloatingPointNumber()
                    ? String.format(Locale.ROOT, "%.4g", values[i].asDouble())
                    : values[i].asText();
        }
        lines.add(String.format(Locale.ROOT, format, words));
    }

    /** Reasons of all parts of a record that are unavailable, with how many there are of each. */
    static List<String> unavailable(JsonNode record) {
        Map<String, List<String>> names = new LinkedHashMap<>();
        collect(record, names);
        List<String> lines = new ArrayList<>();
        names.forEach((reason, all) -> {
            List<String> distinct =
                    all.stream().filter(name -> !name.isEmpty()).distinct().toList();
            lines.add((distinct.isEmpty() ? all.size() + " rows" : String.join(", ", distinct)) + ": " + reason);
        });
        return lines.size() <= MOST_REASONS
                ? lines
                : join(lines.subList(0, MOST_REASONS), (lines.size() - MOST_REASONS) + " more reasons in the record");
    }

    private static List<String> join(List<String> some, String last) {
        List<String> all = new ArrayList<>(some);
        all.add(last);
        return all;
    }

    private static void collect(JsonNode node, Map<String, List<String>> names) {
        boolean missing = node.path("kind").asText().equals(EvidenceRow.UNAVAILABLE)
                || node.path("verdict").asText().equals(EvidenceRow.UNAVAILABLE);
        if (missing && node.path("reason").isTextual()) {
            String name = node.path("name")
                    .asText(node.path("method").asText(node.path("what").asText("")));
            String device =
                    node.path("device").isTextual() ? node.path("device").asText() + " " : "";
            names.computeIfAbsent(node.path("reason").asText(), reason -> new ArrayList<>())
                    .add(name.isEmpty() ? "" : device + name);
            return;
        }
        node.forEach(child -> collect(child, names));
    }
}
