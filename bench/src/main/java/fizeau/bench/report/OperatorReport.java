// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.operator.Direction;
import fizeau.bench.operator.OperatorRecord;
import fizeau.bench.operator.OperatorRow;
import fizeau.bench.operator.OperatorTarget;
import fizeau.bench.page.Block;
import fizeau.bench.page.Block.Row;
import fizeau.bench.page.Block.Table;
import fizeau.bench.page.Report;
import fizeau.bench.page.Report.Headline;
import fizeau.bench.page.Report.Section;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The report of the operator's speed table as data, made from the record alone; figures are those that lie beside it. */
public final class OperatorReport {
    private final OperatorRecord record;
    private final List<Block.Figure> figures;
    private final JsonNode tree;
    private final RecordCells cells;

    private OperatorReport(OperatorRecord record, List<Block.Figure> figures) {
        this.record = record;
        this.figures = figures;
        this.tree = Json.tree(record);
        this.cells = new RecordCells(tree);
    }

    /** @param figures see {@link Figures#beside} */
    public static Report of(OperatorRecord record, List<Block.Figure> figures) {
        return new OperatorReport(record, figures).make();
    }

    private Report make() {
        List<Section> sections = new ArrayList<>();
        List<Block> result = new ArrayList<>(Sentences.notes(record.missing(), record.remarks()));
        result.add(new Block.Paragraph("Every method ran in a fresh process in each of "
                + Sentences.rounds(record.rounds())
                + ", through all rows; no result was timed that deviates from the double-precision reference. The floor of a row"
                + " is what any method needs at least: reading objects and writing images at the device\u2019s copy rate, or the"
                + " arithmetic of the cheapest plan at its arithmetic rate."));
        Figures.add(result, figures, OperatorPicture.CAPTIONS.keySet().toArray(String[]::new));
        result.add(targets());
        sections.add(new Section("Result", result));
        for (Direction direction : Direction.values()) {
            sections.add(new Section(Sentences.title(direction.word()), List.of(times(direction))));
        }
        List<String> unavailable = new ArrayList<>();
        OperatorText.unavailable(record)
                .forEach((reason, rows) -> unavailable.add(Sentences.title(reason) + ": " + rows + "."));
        if (!unavailable.isEmpty()) {
            sections.add(new Section("Rows without a time", List.of(new Block.Points(unavailable))));
        }
        sections.add(new Section("How it was run", List.of(rates(), new RecordTables(tree).environment())));
        return new Report("Measurement operator", summary(), headlines(), sections, Json.text(record));
    }

    private String summary() {
        return Sentences.run(tree) + " "
                + String.format(
                        Locale.ROOT,
                        "Objects of %d\u00a0\u00d7\u00a0%d in frames of %s\u00a0pixels, batches of %s.",
                        record.setting().objectSize(),
                        record.setting().objectSize(),
                        record.setting().sizes().toString().replaceAll("[\\[\\]]", ""),
                        record.setting().batches().toString().replaceAll("[\\[\\]]", ""));
    }

    /** For each device and direction: the smallest speedup that the best of ours has in any case. */
    private List<Headline> headlines() {
        List<Headline> headlines = new ArrayList<>();
        for (String device : List.of("cuda", "cpu")) {
            for (Direction direction : Direction.values()) {
                worstOfTheBest(device, direction).ifPresent(row -> {
                    String pointer = "/rows/" + record.rows().indexOf(row) + "/overEager";
                    headlines.add(new Headline(
                            cells.number(pointer + "/ratio", Numbers::short3),
                            "\u00d7",
                            direction.word() + " over PyTorch eager on " + device + ", at least",
                            "the fastest of ours in its worst case: " + row.of() + ", " + row.method() + ", "
                                    + Numbers.interval(
                                            row.overEager().low(),
                                            row.overEager().high()),
                            row.overEagerJudgement().verdict().name().toLowerCase(Locale.ROOT)));
                });
            }
        }
        return headlines;
    }

    private Optional<OperatorRow> worstOfTheBest(String device, Direction direction) {
        return record.rows().stream()
                .map(OperatorRow::of)
                .distinct()
                .map(one -> record.rows().stream()
                        .filter(row -> row.of().equals(one)
                                && row.device().equals(device)
                                && row.direction() == direction
                                && row.ours()
                                && row.overEager() != null)
                        .min(Comparator.comparingDouble(OperatorRow::medianMs)))
                .flatMap(Optional::stream)
                .min(Comparator.comparingDouble(row -> row.overEager().ratio()));
    }

    private Table targets() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.targets().size(); i++) {
            OperatorTarget target = record.targets().get(i);
            String pointer = "/targets/" + i;
            rows.add(new Row(
                    target.what(),
                    List.of(
                            cells.number(pointer + "/worst"),
                            cells.word(pointer + "/verdict"),
                            cells.word(pointer + "/reason")),
                    target.worst() == null ? "" : "derived",
                    false));
        }
        return new Table(
                "targets",
                "What the operator shall reach on a GPU",
                List.of("target", "worst", "verdict", "why"),
                rows);
    }

    private Table times(Direction direction) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.rows().size(); i++) {
            OperatorRow row = record.rows().get(i);
            if (row.direction() != direction || !row.measured()) {
                continue;
            }
            String at = "/rows/" + i;
            rows.add(new Row(
                    row.of() + ", " + row.device() + " " + OperatorText.label(row),
                    List.of(
                            cells.number(at + "/medianMs"),
                            cells.interval(at + "/lowMs", at + "/highMs"),
                            cells.number(at + "/floor/millis"),
                            cells.number(at + "/floorShare", Numbers::percent),
                            cells.number(at + "/overEager/ratio"),
                            cells.interval(at + "/overEager/low", at + "/overEager/high"),
                            cells.number(at + "/overCompile/ratio"),
                            cells.number(at + "/error"),
                            cells.count(at + "/samples")),
                    OperatorRow.MEASURED,
                    false));
        }
        return new Table(
                direction == Direction.FORWARD ? "forward" : "adjoint",
                "Milliseconds of a call, the whole batch: median over the rounds\u2019 medians with its interval",
                List.of(
                        "row",
                        "ms",
                        "interval",
                        "floor, ms",
                        "of the floor",
                        "over eager",
                        "interval",
                        "over compile",
                        "error",
                        "samples"),
                rows);
    }

    private Table rates() {
        List<Row> rows = new ArrayList<>();
        record.rates()
                .keySet()
                .forEach(device -> rows.add(new Row(
                        device,
                        List.of(
                                cells.number("/rates/" + device + "/copyBytesPerSecond", OperatorReport::giga),
                                cells.number("/rates/" + device + "/flopsPerSecond", OperatorReport::giga)),
                        OperatorRow.MEASURED,
                        false)));
        return new Table(
                "rates",
                "What the devices reached by themselves, median over the rounds",
                List.of("device", "copy, GB/s", "arithmetic, GFLOP/s"),
                rows);
    }

    private static String giga(Double rate) {
        return rate == null ? Numbers.UNKNOWN : Numbers.plain(rate * 1e-9);
    }
}
