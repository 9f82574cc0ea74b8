// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.im2im.Accelerator;
import fizeau.bench.im2im.ConvolutionProbe;
import fizeau.bench.im2im.Im2imMode;
import fizeau.bench.im2im.Im2imOutcome;
import fizeau.bench.im2im.Im2imRecord;
import fizeau.bench.im2im.Im2imRow;
import fizeau.bench.im2im.Im2imSwitch;
import fizeau.bench.page.Block;
import fizeau.bench.page.Block.Row;
import fizeau.bench.page.Block.Table;
import fizeau.bench.page.Cell;
import fizeau.bench.page.Report;
import fizeau.bench.page.Report.Headline;
import fizeau.bench.page.Report.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The report of an image-to-image matrix as data, made from the record alone; figures are those that lie beside it. */
public final class Im2imReport {
    private static final String MEASURED = "measured";

    private final Im2imRecord record;
    private final List<Block.Figure> figures;
    private final JsonNode tree;
    private final RecordCells cells;
    private final Im2imMode mode;

    private Im2imReport(Im2imRecord record, List<Block.Figure> figures) {
        this.record = record;
        this.figures = figures;
        this.tree = Json.tree(record);
        this.cells = new RecordCells(tree);
        this.mode = record.parsedMode();
    }

    /** @param figures see {@link Figures#beside} */
    public static Report of(Im2imRecord record, List<Block.Figure> figures) {
        return new Im2imReport(record, figures).make();
    }

    private Report make() {
        List<Block> result = new ArrayList<>(Sentences.notes(List.of(), notes()));
        Figures.add(result, figures, Im2imFigures.LADDER);
        result.add(rows());
        Figures.add(result, figures, Im2imFigures.SPEEDUPS);
        if (!record.targets().isEmpty()) {
            result.add(targets());
            record.targets()
                    .forEach(target -> result.add(new Block.Paragraph(target.row() + " was judged "
                            + target.verdict() + ": " + target.reason() + ". Its time: " + Im2imFigures.profile(target)
                            + "."
                            + (target.floor() == null ? "" : " " + Im2imFigures.floor(target) + "."))));
        }
        List<Block> where = new ArrayList<>();
        where.add(parts());
        Figures.add(where, figures, Im2imFigures.PARTS);
        if (record.rows().stream().anyMatch(row -> row.floor() != null)) {
            where.add(floors());
            where.add(convolutions());
        }
        where.add(timers());
        List<Section> sections = new ArrayList<>();
        sections.add(new Section("Result", result));
        sections.add(new Section("Where the time goes", where));
        sections.add(new Section("What the switches do", List.of(switches())));
        sections.add(new Section("How it was run", List.of(new RecordTables(tree).environment())));
        return new Report(
                mode == Im2imMode.TRAIN
                        ? "Training an image-to-image network"
                        : "Inference of an image-to-image network",
                summary(),
                headlines(),
                sections,
                Json.text(record));
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>(record.wrong());
        record.rows().stream()
                .filter(row -> row.error() != null)
                .forEach(row -> notes.add("failed: " + row.label() + ": " + row.error()));
        notes.addAll(record.remarks());
        return notes;
    }

    private String summary() {
        return Sentences.run(tree) + " Residual 3D U-Net on " + record.device() + ", " + record.threads()
                + (record.threads() == 1 ? " thread, " : " threads, ")
                + Sentences.rounds(record.protocol().rounds()) + " of every row, a fresh JVM each.";
    }

    /** The largest speedup of each experiment. */
    private List<Headline> headlines() {
        List<Headline> headlines = new ArrayList<>();
        for (String experiment :
                new TreeSet<>(record.rows().stream().map(Im2imRow::experiment).toList())) {
            record.rows().stream()
                    .filter(row -> row.experiment().equals(experiment) && row.speedup() != null)
                    .max((one, two) ->
                            Double.compare(one.speedup().ratio(), two.speedup().ratio()))
                    .ifPresent(row -> headlines.add(new Headline(
                            cells.number("/rows/" + record.rows().indexOf(row) + "/speedup/ratio", Numbers::short3),
                            "\u00d7",
                            row.label() + " over " + row.reference(),
                            (row.speedup().low() == null
                                            ? "no interval"
                                            : "interval "
                                                    + Numbers.interval(
                                                            row.speedup().low(),
                                                            row.speedup().high()))
                                    + "; " + row.judgement().reason(),
                            row.judgement().verdict().toString())));
        }
        return headlines;
    }

    private Table rows() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.rows().size(); i++) {
            String row = "/rows/" + i;
            rows.add(new Row(
                    record.rows().get(i).label(),
                    List.of(
                            cells.number(row + "/seconds/value"),
                            cells.interval(row + "/seconds/low", row + "/seconds/high"),
                            cells.number(row + "/speedup/ratio"),
                            cells.interval(row + "/speedup/low", row + "/speedup/high"),
                            cells.word(row + "/judgement/verdict"),
                            cells.number(row + "/difference"),
                            cells.word(
                                    row + "/git/commit_hash", hash -> hash.substring(0, Math.min(12, hash.length())))),
                    record.rows().get(i).kind(),
                    false));
        }
        return new Table(
                "rows",
                "Median over rounds of " + Im2imOutcome.headline(mode)
                        + "; speedups over the reference row of the same work; differences are of "
                        + (mode == Im2imMode.TRAIN ? "the first 30 losses" : "predicted values"),
                List.of("row", "s", "interval", "speedup", "interval", "verdict", "results differ", "commit"),
                rows);
    }

    /** Where the median run of a row lies in the record. */
    private String run(int row) {
        Im2imRow one = record.rows().get(row);
        return "/rows/" + row + "/runs/" + one.runs().indexOf(one.medianRun()) + "/outcome";
    }

    private Table parts() {
        List<String> names = Im2imFigures.parts(record);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.rows().size(); i++) {
            if (record.rows().get(i).measured()) {
                String parts = run(i) + "/parts/";
                rows.add(new Row(
                        record.rows().get(i).label(),
                        names.stream().map(name -> cells.number(parts + name)).toList(),
                        MEASURED,
                        false));
            }
        }
        List<String> header = new ArrayList<>(List.of("row"));
        header.addAll(names.stream().map(name -> name.replace('_', ' ') + ", s").toList());
        return new Table(
                "parts",
                "All steps together, of the run with the median time. Loading is what the loop waits for",
                header,
                rows);
    }

    private Table targets() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.targets().size(); i++) {
            String target = "/targets/" + i;
            rows.add(new Row(
                    record.targets().get(i).row(),
                    List.of(
                            cells.number(target + "/wanted"),
                            cells.number(target + "/ratio/ratio"),
                            cells.interval(target + "/ratio/low", target + "/ratio/high"),
                            cells.word(target + "/verdict"),
                            cells.number(target + "/possible")),
                    MEASURED,
                    false));
        }
        return new Table(
                "targets",
                "All switches together against the straightforward loop; what convolutions alone would give is derived",
                List.of("row", "wanted", "ratio", "interval", "verdict", "convolutions alone"),
                rows);
    }

    private Table floors() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.rows().size(); i++) {
            if (record.rows().get(i).floor() != null) {
                String floor = "/rows/" + i + "/floor";
                rows.add(new Row(
                        record.rows().get(i).label(),
                        List.of(
                                cells.number(floor + "/gigaflop"),
                                cells.number(floor + "/secondsAtBestRate"),
                                cells.number(floor + "/seconds"),
                                cells.number(floor + "/share", Numbers::percent)),
                        "derived",
                        false));
            }
        }
        return new Table(
                "floors",
                "What the convolutions of the timed work take alone: all at the rate of the fastest of them, and each at its"
                        + " own fastest time; the share is that of the row's time",
                List.of("row", "GFLOP", "at the best rate, s", "each at its best, s", "share"),
                rows);
    }

    private Table convolutions() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.probes().size(); i++) {
            ConvolutionProbe probe = record.probes().get(i);
            for (int j = 0; j < probe.layers().size(); j++) {
                String layer = "/probes/" + i + "/layers/" + j;
                boolean step = probe.work().trained();
                rows.add(new Row(
                        probe.layers().get(j).name(),
                        List.of(
                                cells.number(layer + "/forwardMillis"),
                                cells.word(layer + "/forwardForm"),
                                step ? cells.number(layer + "/stepMillis") : Cell.words(Numbers.UNKNOWN),
                                step ? cells.word(layer + "/stepForm") : Cell.words(Numbers.UNKNOWN),
                                Cell.words(Numbers.plain(probe.layers().get(j).rate()))),
                        MEASURED,
                        false));
            }
        }
        return new Table(
                "convolutions",
                "Every convolution alone in a process of its own after all rounds, fastest call for one patch; a step is forward"
                        + " pass and gradients",
                List.of("convolution", "forward, ms", "form", "step, ms", "form", "best GFLOP/s"),
                rows);
    }

    private Table timers() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.rows().size(); i++) {
            Im2imRow one = record.rows().get(i);
            if (!one.measured()) {
                continue;
            }
            for (Map.Entry<String, ?> timer :
                    one.medianRun().outcome().timings().entrySet()) {
                String at = run(i) + "/timings/" + RecordCells.escape(timer.getKey());
                rows.add(new Row(
                        one.label() + ": " + timer.getKey(),
                        List.of(
                                cells.number(at + "/elapsed_seconds"),
                                cells.number(at + "/memory_delta_mb"),
                                cells.number(at + "/peak_memory_mb")),
                        MEASURED,
                        false));
            }
        }
        return new Table(
                "timers",
                "Every timer of the run with the median time; memory in MiB of the whole process, peaks of outer timers"
                        + " include those of inner ones",
                List.of("timer", "s", "memory change", "peak memory"),
                rows);
    }

    /** Where a switch may be turned on in this mode. */
    private String uses(Im2imSwitch one) {
        String words = Arrays.stream(Accelerator.values())
                .filter(accelerator -> one.appliesTo(mode, accelerator))
                .map(Accelerator::word)
                .collect(Collectors.joining(", "));
        return words.isEmpty() ? "no" : words;
    }

    private Table switches() {
        List<Row> rows = Arrays.stream(Im2imSwitch.values())
                .map(one -> new Row(
                        one.word(),
                        List.of(
                                Cell.words(uses(one)),
                                Cell.words(one.reason() == null ? one.meaning() : "not possible: " + one.reason())),
                        "",
                        false))
                .toList();
        return new Table(
                "switches",
                "All switches of the family; bf16 changes the numbers and is no part of fused",
                List.of("switch", "in " + mode.word(), "what it does"),
                rows);
    }
}
