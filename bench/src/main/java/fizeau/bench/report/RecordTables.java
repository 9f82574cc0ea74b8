// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.page.Block.Row;
import fizeau.bench.page.Block.Table;
import fizeau.bench.page.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Tables of what all records hold: the published figures, and how a run was made. */
final class RecordTables {
    private static final String PUBLISHED = "published";

    private final JsonNode tree;
    private final RecordCells cells;

    RecordTables(JsonNode record) {
        this.tree = record;
        this.cells = new RecordCells(record);
    }

    /** Whether the record holds published figures. */
    boolean hasPublished() {
        return !tree.path(PUBLISHED).isEmpty();
    }

    Table published() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < tree.path(PUBLISHED).size(); i++) {
            String figure = "/published/" + i;
            rows.add(new Row(
                    tree.at(figure + "/what").asText(),
                    List.of(
                            cells.number(figure + "/speedup", value -> String.format(Locale.ROOT, "%.2f\u00d7", value)),
                            cells.word(figure + "/before"),
                            cells.word(figure + "/after"),
                            cells.word(figure + "/hardware"),
                            cells.word(figure + "/status")),
                    PUBLISHED,
                    false));
        }
        return new Table(
                PUBLISHED,
                "Published by the system this replaces, on other hardware: data, never part of a ratio of ours",
                List.of("figure", "speedup", "before", "after", "hardware", "status"),
                rows);
    }

    /** Every training of the record's variants. */
    Table everyRound() {
        List<Row> rows = new ArrayList<>();
        tree.path("variants").properties().forEach(variant -> {
            for (int i = 0; i < variant.getValue().path("rounds").size(); i++) {
                String round = "/variants/" + RecordCells.escape(variant.getKey()) + "/rounds/" + i;
                rows.add(new Row(
                        variant.getValue().path("name").asText(),
                        List.of(
                                cells.count(round + "/round"),
                                cells.count(round + "/seed"),
                                cells.number(round + "/trainingSeconds"),
                                cells.number(round + "/medianIterationMs"),
                                cells.number(round + "/quality/psnr"),
                                cells.number(round + "/interference/stealShare", Numbers::percent),
                                cells.count(round + "/interference/disturbedWindows")),
                        "measured",
                        false));
            }
        });
        return new Table(
                "rounds",
                "Each training that went into the result",
                List.of("variant", "round", "seed", "training, s", "iteration, ms", "PSNR, dB", "stolen", "disturbed"),
                rows);
    }

    /** Machine, software and command; what the record does not hold has no row. */
    Table environment() {
        List<Row> rows = new ArrayList<>();
        words(rows, "command", "/environment/arguments");
        words(rows, "started (UTC)", "/startedAt");
        words(rows, "source commit", "/environment/git/commit");
        words(rows, "uncommitted changes", "/environment/git/dirty");
        words(rows, "processor", "/environment/processor/model");
        words(rows, "usable cores", "/environment/processor/usableProcessors");
        words(rows, "vector instructions", "/environment/processor/vectorLevel");
        words(rows, "system", "/environment/system/name");
        words(rows, "kernel", "/environment/system/kernel");
        words(rows, "Java", "/environment/jvm/version");
        words(rows, "flags of the timed JVMs", "/childFlags");
        words(rows, "libraries", "/environment/libraries");
        words(rows, "load average before", "/environment/loadAverage");
        words(rows, "GPU driver", "/environment/gpu/driver");
        words(rows, "object digest", "/workload/objectDigest");
        words(rows, "seeds", "/seeds");
        tree.path("variants")
                .properties()
                .forEach(variant -> words(
                        rows,
                        variant.getValue().path("name").asText(),
                        "/variants/" + RecordCells.escape(variant.getKey()) + "/description"));
        return new Table("environment", "Machine, software and command", List.of("what", "value"), rows);
    }

    private void words(List<Row> rows, String label, String pointer) {
        JsonNode node = tree.at(pointer);
        if (node.isMissingNode() || node.isNull()) {
            return;
        }
        List<String> parts = new ArrayList<>();
        if (node.isObject()) {
            node.properties()
                    .forEach(field ->
                            parts.add(field.getKey() + " " + field.getValue().asText()));
        } else if (node.isArray()) {
            node.forEach(element -> parts.add(element.asText()));
        } else {
            parts.add(node.asText());
        }
        String joint = pointer.endsWith("arguments") || pointer.endsWith("Flags") ? " " : ", ";
        String text = String.join(joint, parts);
        rows.add(new Row(label, List.of(new Cell(text.isEmpty() ? "none" : text, pointer, text)), "", false));
    }
}
