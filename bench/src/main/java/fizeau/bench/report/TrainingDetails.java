// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.page.Block;
import fizeau.bench.page.Block.Row;
import fizeau.bench.page.Block.Table;
import fizeau.bench.page.Cell;
import fizeau.bench.training.Comparison;
import fizeau.bench.training.TrainingRecord;
import fizeau.bench.training.TrainingTarget;
import fizeau.bench.training.VariantSpec;
import java.util.ArrayList;
import java.util.List;

/** The tables of a training that look behind its result: checks, caches and plans, every round. */
final class TrainingDetails {
    private static final String MEASURED = "measured";
    private static final String DERIVED = "derived";
    private static final String UNAVAILABLE = "unavailable";

    private final TrainingRecord record;
    private final JsonNode tree;
    private final RecordCells cells;

    /** @param tree the same record as JSON */
    TrainingDetails(TrainingRecord record, JsonNode tree) {
        this.record = record;
        this.tree = tree;
        this.cells = new RecordCells(tree);
    }

    Table checks() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.checks().size(); i++) {
            String check = "/checks/" + i;
            rows.add(new Row(
                    record.checks().get(i).name(),
                    List.of(
                            cells.word(check + "/status"),
                            cells.number(check + "/value"),
                            cells.number(check + "/limit"),
                            cells.word(check + "/note")),
                    tree.at(check + "/note").asText().startsWith(DERIVED) ? DERIVED : MEASURED,
                    false));
        }
        return new Table(
                "checks",
                "What was checked; only matters of correctness make the command fail",
                List.of("check", "status", "value", "limit", "what it means"),
                rows);
    }

    /** Empty where nothing was to be reached. */
    List<Block> targets() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.targets().size(); i++) {
            TrainingTarget target = record.targets().get(i);
            String at = "/targets/" + i;
            rows.add(new Row(
                    target.what(),
                    List.of(
                            cells.number(at + "/value"),
                            cells.word(at + "/unit"),
                            cells.word(at + "/verdict"),
                            cells.word(at + "/reason")),
                    target.value() == null ? UNAVAILABLE : target.givesRatio() ? DERIVED : MEASURED,
                    false));
        }
        return rows.isEmpty()
                ? List.of()
                : List.of(new Table(
                        "targets",
                        "What a training shall reach on a GPU",
                        List.of("target", "found", "unit", "verdict", "why"),
                        rows));
    }

    /** Empty when no peer was asked for. */
    List<Block> peers() {
        List<Row> rows = new ArrayList<>();
        boolean library = record.variants().containsKey(Comparison.key(VariantSpec.LIBRARY_LEVEL));
        for (int i = 0; i < record.peers().size(); i++) {
            String peer = "/peers/" + i;
            boolean measured = record.peers().get(i).measured();
            List<Cell> row = new ArrayList<>(List.of(cells.number(peer + "/medianIterationMs")));
            row.addAll(ratio(peer + "/baselineOverPeer"));
            row.addAll(ratio(peer + "/peerOverOptimized"));
            if (library) {
                row.addAll(ratio(peer + "/peerOverLibrary"));
            }
            row.add(cells.word(peer + "/threads"));
            row.add(cells.word(measured ? peer + "/torch" : peer + "/reason"));
            rows.add(new Row(record.peers().get(i).name(), row, measured ? MEASURED : UNAVAILABLE, false));
        }
        List<String> header = new ArrayList<>(
                List.of("peer", "iteration, ms", "baseline over peer", "interval", "peer over optimized", "interval"));
        if (library) {
            header.addAll(List.of("peer over library-level", "interval"));
        }
        header.addAll(List.of("threads", "torch, or why unavailable"));
        return rows.isEmpty()
                ? List.of()
                : List.of(new Table(
                        "peers",
                        "The baseline's iteration in plain Python, at "
                                + (record.onDevice() == null ? "the first" : "all")
                                + " positions; ratios of an iteration's time",
                        header,
                        rows));
    }

    /** A ratio and its interval; an unavailable one has neither. */
    private List<Cell> ratio(String pointer) {
        return tree.at(pointer).isNull()
                ? List.of(cells.number(pointer), cells.number(pointer))
                : List.of(cells.number(pointer + "/ratio"), cells.interval(pointer + "/low", pointer + "/high"));
    }

    /** Empty where no floor is known. */
    List<Block> floor() {
        if (record.onDevice() == null || record.onDevice().floor() == null) {
            return List.of();
        }
        String floor = "/onDevice/floor";
        List<Block> blocks = new ArrayList<>();
        FloorSentences.of(record.onDevice().floor()).forEach(sentence -> blocks.add(new Block.Paragraph(sentence)));
        List<Row> rows = new ArrayList<>();
        record.variants()
                .forEach((key, variant) ->
                        rows.add(share(variant.name(), "/variants/" + key + "/medianIterationMs", floor + "/millis")));
        for (int i = 0; i < record.peers().size(); i++) {
            if (record.peers().get(i).measured()) {
                rows.add(share(record.peers().get(i).name(), "/peers/" + i + "/medianIterationMs", floor + "/millis"));
            }
        }
        blocks.add(new Table(
                "floor",
                "The least time of an iteration here, and the share of it that was reached: of our variants over the whole"
                        + " training, of peers for an iteration",
                List.of("", "iteration, ms", "floor, ms", "of the floor"),
                rows));
        return blocks;
    }

    private Row share(String name, String iteration, String floor) {
        String share = "/onDevice/floor/shares/" + RecordCells.escape(name);
        return new Row(
                name,
                List.of(cells.number(iteration), cells.number(floor), cells.number(share, Numbers::percent)),
                DERIVED,
                false);
    }

    /** Empty when nothing was counted or chosen. */
    List<Block> caches() {
        List<Row> rows = new ArrayList<>();
        List<Row> plans = new ArrayList<>();
        record.variants().forEach((key, variant) -> {
            variant.caches().keySet().forEach(cache -> {
                String at = "/variants/" + key + "/caches/" + RecordCells.escape(cache);
                rows.add(new Row(
                        variant.name() + ", " + cache,
                        List.of(
                                cells.count(at + "/hits"),
                                cells.count(at + "/misses"),
                                cells.number(at + "/hitRate", Numbers::percent),
                                cells.count(at + "/entries"),
                                cells.count(at + "/bytes")),
                        MEASURED,
                        false));
            });
            variant.plans()
                    .keySet()
                    .forEach(purpose -> plans.add(new Row(
                            variant.name() + ", " + purpose,
                            List.of(cells.word("/variants/" + key + "/plans/" + RecordCells.escape(purpose))),
                            "",
                            false)));
        });
        List<Block> blocks = new ArrayList<>();
        if (!rows.isEmpty()) {
            blocks.add(new Table(
                    "caches",
                    "Caches over one training, last round",
                    List.of("cache", "hits", "misses", "hit rate", "entries", "bytes"),
                    rows));
        }
        if (!plans.isEmpty()) {
            blocks.add(new Table(
                    "plans",
                    "How each transform was computed",
                    List.of("transform, rows \u00d7 columns", "plan"),
                    plans));
        }
        return blocks;
    }
}
