// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.page.Block;
import fizeau.bench.page.Block.Row;
import fizeau.bench.page.Block.Table;
import fizeau.bench.page.Cell;
import fizeau.bench.page.Report;
import fizeau.bench.page.Report.Headline;
import fizeau.bench.page.Report.Section;
import fizeau.bench.pinn.MemoryFootprint;
import fizeau.bench.pinn.PinnCell;
import fizeau.bench.pinn.PinnRecord;
import fizeau.bench.pinn.PinnResult;
import fizeau.bench.pinn.PinnVariant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The report of a PINN benchmark as data, made from the record alone; figures are those that lie beside it. */
final class PinnReport {
    private static final String MEASURED = "measured";

    private final PinnRecord record;
    private final List<Block.Figure> figures;
    private final JsonNode tree;
    private final RecordTables common;
    private final RecordCells cells;

    private PinnReport(PinnRecord record, List<Block.Figure> figures) {
        this.record = record;
        this.figures = figures;
        this.tree = Json.tree(record);
        this.common = new RecordTables(tree);
        this.cells = new RecordCells(tree);
    }

    /** @param figures see {@link PinnFiles#figures} */
    static Report of(PinnRecord record, List<Block.Figure> figures) {
        return new PinnReport(record, figures).make();
    }

    private Report make() {
        List<Block> result = new ArrayList<>(Sentences.notes(record.missing(), record.remarks()));
        record.wrong().forEach(sentence -> result.add(new Block.Paragraph("Wrong: " + sentence + ".")));
        result.add(speeds());
        result.add(verdicts());
        if (!record.targets().isEmpty()) {
            result.add(targets());
        }
        result.addAll(figures);
        List<Block> accuracy = new ArrayList<>(List.of(agreement(), errors()));
        accuracy.add(truths());
        return new Report(
                "Fine-tuning of physics-informed networks",
                summary(),
                headlines(),
                List.of(
                        new Section("Speed", result),
                        new Section("Where the time goes", List.of(phases(), everyRun())),
                        new Section("Correctness and errors", accuracy),
                        new Section("Memory", memory()),
                        new Section("How it was run", List.of(variants(), common.environment()))),
                Json.text(record));
    }

    private String summary() {
        return Sentences.run(tree)
                + String.format(
                        Locale.ROOT,
                        " %d epochs, each one step of AdamW over all points; %s; %d %s.",
                        record.epochs(),
                        Sentences.rounds(record.protocol().rounds()) + " of each variant, a fresh process each",
                        record.threads(),
                        record.threads() == 1 ? "thread" : "threads");
    }

    /** The headline variant over eager, for each cell that has both. */
    private List<Headline> headlines() {
        List<Headline> headlines = new ArrayList<>();
        each((cell, result, pointer) -> {
            if (result.variant().equals(record.headline()) && result.speedup() != null) {
                headlines.add(new Headline(
                        cells.number(pointer + "/speedup/ratio", Numbers::short3),
                        "\u00d7",
                        name(cell) + ": " + result.variant() + " over " + record.reference(),
                        "interval "
                                + Numbers.interval(
                                        result.speedup().low(), result.speedup().high()),
                        result.judgement() == null
                                ? Numbers.UNKNOWN
                                : result.judgement().verdict().toString()));
            }
        });
        return headlines;
    }

    private Table speeds() {
        List<Row> rows = new ArrayList<>();
        each((cell, result, pointer) -> rows.add(row(
                cell,
                result,
                result.measured() ? MEASURED : "unavailable",
                cells.number(pointer + "/iterationsPerSecond/median"),
                cells.interval(pointer + "/iterationsPerSecond/low", pointer + "/iterationsPerSecond/high"),
                plusMinus(pointer + "/iterationsPerSecond"),
                cells.number(pointer + "/wallSeconds/median"),
                cells.interval(pointer + "/wallSeconds/low", pointer + "/wallSeconds/high"),
                plusMinus(pointer + "/wallSeconds"),
                cells.number(pointer + "/stepMillis"),
                cells.number(pointer + "/speedup/ratio", PinnReport::times),
                cells.interval(pointer + "/speedup/low", pointer + "/speedup/high"))));
        return new Table(
                "speed",
                "Epochs a second and wall time of the timed epochs; speedups are ratios of wall times over rounds",
                List.of(
                        "cell and variant",
                        "it/s, median",
                        "interval",
                        "it/s, mean \u00b1 std",
                        "wall, median, s",
                        "interval",
                        "wall, mean \u00b1 std, s",
                        "step, ms",
                        "over " + record.reference(),
                        "interval of it"),
                rows);
    }

    private Table verdicts() {
        List<Row> rows = new ArrayList<>();
        each((cell, result, pointer) -> rows.add(row(
                cell,
                result,
                result.measured() ? result.wall1000Kind() : "unavailable",
                cells.number(pointer + "/wallSeconds1000/median"),
                cells.interval(pointer + "/wallSeconds1000/low", pointer + "/wallSeconds1000/high"),
                plusMinus(pointer + "/wallSeconds1000"),
                cells.word(pointer + "/judgement/verdict"),
                cells.word(pointer + (result.measured() ? "/judgement/reason" : "/reason")))));
        return new Table(
                "verdicts",
                "Wall time of 1000 epochs, and what may be said of the speedup or why there is none",
                List.of(
                        "cell and variant",
                        "1000 epochs, median, s",
                        "interval",
                        "mean \u00b1 std, s",
                        "verdict",
                        "reason"),
                rows);
    }

    private Table targets() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.targets().size(); i++) {
            String target = "/targets/" + i;
            rows.add(new Row(
                    record.targets().get(i).cell() + ", "
                            + record.targets().get(i).what(),
                    known(
                            cells.number(target + "/wanted"),
                            cells.number(target + "/ratio/ratio", PinnReport::times),
                            cells.interval(target + "/ratio/low", target + "/ratio/high"),
                            cells.word(target + "/verdict"),
                            cells.word(target + "/reason")),
                    record.targets().get(i).ratio() == null ? "unavailable" : MEASURED,
                    false));
        }
        return new Table(
                "targets",
                "What is to be reached on a GPU, and whether it is",
                List.of("cell and target", "wanted", "ratio", "interval", "verdict", "reason"),
                rows);
    }

    private Table phases() {
        List<Row> rows = new ArrayList<>();
        each((cell, result, pointer) -> {
            if (result.measured()) {
                rows.add(row(
                        cell,
                        result,
                        MEASURED,
                        cells.number(pointer + "/setupSeconds"),
                        cells.number(pointer + "/firstStepSeconds"),
                        cells.number(pointer + "/warmUpSeconds"),
                        cells.number(pointer + "/stepMillis"),
                        cells.word(pointer + "/threads")));
            }
        });
        return new Table(
                "phases",
                "What comes before the clock and what it sees, medians over runs: setup is true solutions and weights, the first"
                        + " step loads and compiles",
                List.of("cell and variant", "setup, s", "first step, s", "warm-up, s", "step, ms", "threads"),
                rows);
    }

    private Table everyRun() {
        List<Row> rows = new ArrayList<>();
        each((cell, result, pointer) -> {
            for (int i = 0; i < result.runs().size(); i++) {
                String run = pointer + "/runs/" + i;
                rows.add(row(
                        cell,
                        result,
                        MEASURED,
                        cells.count(run + "/round"),
                        cells.number(run + "/phases/timed"),
                        cells.megabytes(run + "/memory/peakResidentBytes"),
                        cells.number(run + "/interference/stealShare", Numbers::percent),
                        cells.number(run + "/interference/othersShare", Numbers::percent)));
            }
        });
        return new Table(
                "runs",
                "Each run that went into the result",
                List.of("cell and variant", "round", "wall, s", "peak resident, MB", "stolen", "others"),
                rows);
    }

    private Table agreement() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.cells().size(); i++) {
            PinnCell cell = record.cells().get(i);
            for (int j = 0; j < cell.gate().size(); j++) {
                String line = "/cells/" + i + "/gate/" + j;
                rows.add(new Row(
                        name(cell) + ", " + cell.gate().get(j).variant(),
                        known(
                                cells.number(line + "/lossDifference"),
                                cells.number(line + "/gradientDifference"),
                                cells.number("/cells/" + i + "/results/"
                                        + indexOf(cell, cell.gate().get(j).variant()) + "/lossDifference"),
                                cells.number(
                                        "/cells/" + i + "/results/"
                                                + indexOf(
                                                        cell, cell.gate().get(j).variant()) + "/errorDifference",
                                        Numbers::percent),
                                new Cell(
                                        cell.gate().get(j).passed() ? "passed" : "not passed",
                                        line + "/passed",
                                        Boolean.toString(cell.gate().get(j).passed()))),
                        MEASURED,
                        false));
            }
        }
        return new Table(
                "agreement",
                "Largest relative difference of losses and difference of the gradient from automatic differentiation in 64 bits on"
                        + " a small workload, of the first losses from those of " + record.reference()
                        + " at full size, and of relative L2 errors at the checkpoints",
                List.of("cell and variant", "losses", "gradient", "losses, full size", "errors on the way", "gate"),
                rows);
    }

    private static int indexOf(PinnCell cell, String variant) {
        for (int i = 0; i < cell.results().size(); i++) {
            if (cell.results().get(i).variant().equals(variant)) {
                return i;
            }
        }
        return -1;
    }

    private Table errors() {
        List<Row> rows = new ArrayList<>();
        each((cell, result, pointer) -> {
            for (int i = 0; i < result.checkpoints().size(); i++) {
                String point = pointer + "/checkpoints/" + i;
                boolean constant = result.checkpoints().get(i).noBetterThanConstant();
                rows.add(row(
                        cell,
                        result,
                        MEASURED,
                        cells.count(point + "/epoch"),
                        cells.number(point + "/mean"),
                        cells.number(point + "/std"),
                        cells.number(point + "/constant"),
                        new Cell(
                                constant ? "no better than a constant" : "better than any constant",
                                point + "/noBetterThanConstant",
                                Boolean.toString(constant))));
            }
        });
        return new Table(
                "errors",
                "Relative L2 error of the field along the training, mean and deviation over samples, beside that of the constant"
                        + " that fits each sample best",
                List.of("cell and variant", "epochs", "mean", "std", "best constant", "which means"),
                rows);
    }

    private Table truths() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.cells().size(); i++) {
            rows.add(new Row(
                    name(record.cells().get(i)),
                    List.of(
                            cells.count("/cells/" + i + "/points"),
                            cells.word("/cells/" + i + "/accuracy"),
                            cells.word("/cells/" + i + "/weights")),
                    "",
                    false));
        }
        return new Table(
                "workloads",
                "Points of one step, how the truth is known, and where the weights come from",
                List.of("cell", "points", "true solutions", "initial weights"),
                rows);
    }

    private List<Block> memory() {
        if (record.memory() == null) {
            return List.of(new Block.Paragraph("Not asked for: pinn --memory takes it."));
        }
        List<Row> sizes = new ArrayList<>();
        sizes.add(size(
                "first phase", "/memory/firstPhaseParameters", record.memory().firstPhaseMebibytes()));
        sizes.add(size("second phase", "/memory/parameters", record.memory().mebibytes()));
        List<Row> peaks = new ArrayList<>();
        for (int i = 0; i < record.memory().peaks().size(); i++) {
            MemoryFootprint.Peak peak = record.memory().peaks().get(i);
            String place = "/memory/peaks/" + i;
            peaks.add(new Row(
                    peak.variant(),
                    List.of(
                            new Cell(MemoryFootprint.shown(peak.inferenceBytes()), place + "/inferenceBytes", ""),
                            new Cell(MemoryFootprint.shown(peak.fineTuningBytes()), place + "/fineTuningBytes", ""),
                            cells.word(place + "/reason")),
                    peak.kind(),
                    false));
        }
        return List.of(
                new Table(
                        "model_size",
                        "Parameters of the model and their size in single precision",
                        List.of("model", "parameters", "MiB"),
                        sizes),
                new Table(
                        "memory",
                        record.memory().gpuReason() == null
                                ? "The most memory of the GPU that a model and its work on "
                                        + record.memory().batch() + " points allocate, MiB"
                                : "What opening a model and working on "
                                        + record.memory().batch()
                                        + " points adds to the resident memory of a process, MiB; no GPU: "
                                        + record.memory().gpuReason(),
                        List.of("variant", "inference", "fine-tuning step", "reason"),
                        peaks));
    }

    private Row size(String label, String pointer, double mebibytes) {
        return new Row(
                label,
                List.of(cells.count(pointer), Cell.words(String.format(Locale.ROOT, "%.2f", mebibytes))),
                "derived",
                false);
    }

    private Table variants() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.variants().size(); i++) {
            String word = record.variants().get(i);
            rows.add(new Row(
                    word, List.of(new Cell(PinnVariant.parse(word).meaning(), "/variants/" + i, word)), "", false));
        }
        return new Table("variants", "The ways to train", List.of("variant", "what it does"), rows);
    }

    /** Something to make of a result; {@code pointer} is its place in the record. */
    private interface Visit {
        void of(PinnCell cell, PinnResult result, String pointer);
    }

    private void each(Visit visit) {
        for (int i = 0; i < record.cells().size(); i++) {
            PinnCell cell = record.cells().get(i);
            for (int j = 0; j < cell.results().size(); j++) {
                visit.of(cell, cell.results().get(j), "/cells/" + i + "/results/" + j);
            }
        }
    }

    private Row row(PinnCell cell, PinnResult result, String kind, Cell... values) {
        return new Row(name(cell) + ", " + result.variant(), known(values), kind, false);
    }

    /** What a result does not have, such as the speedup of the reference, is a dash that comes from nowhere. */
    private List<Cell> known(Cell... values) {
        return Arrays.stream(values)
                .map(cell -> cell.traceable() && tree.at(cell.pointer()).isMissingNode()
                        ? Cell.words(Numbers.UNKNOWN)
                        : cell)
                .toList();
    }

    private static String name(PinnCell cell) {
        return cell.equation() + " seed " + cell.seed();
    }

    /** Mean and population deviation, as the original prints them. */
    private Cell plusMinus(String pointer) {
        Cell mean = cells.number(pointer + "/mean");
        Cell std = cells.number(pointer + "/std");
        return mean.text().equals(Numbers.UNKNOWN)
                ? mean
                : new Cell(mean.text() + " \u00b1 " + std.text(), mean.pointer(), "");
    }

    private static String times(Double ratio) {
        return ratio == null ? Numbers.UNKNOWN : Numbers.plain(ratio) + "\u00d7";
    }
}
