// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.infer.InferRecord;
import fizeau.bench.infer.InferRow;
import fizeau.bench.page.Block;
import fizeau.bench.page.Block.Row;
import fizeau.bench.page.Block.Table;
import fizeau.bench.page.Cell;
import fizeau.bench.page.LatexTables;
import fizeau.bench.page.Report;
import fizeau.bench.page.Report.Headline;
import fizeau.bench.page.Report.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The report of an inference benchmark as data, made from the record alone; figures are those that lie beside it. */
final class InferReport {
    private final InferRecord record;
    private final List<Block.Figure> figures;
    private final JsonNode tree;
    private final RecordCells cells;

    private InferReport(InferRecord record, List<Block.Figure> figures) {
        this.record = record;
        this.figures = figures;
        this.tree = Json.tree(record);
        this.cells = new RecordCells(tree);
    }

    /** @param figures see {@link Figures#beside} */
    static Report of(InferRecord record, List<Block.Figure> figures) {
        return new InferReport(record, figures).make();
    }

    /** Median times and pictures a second, for a paper. */
    static String latexSummary(InferRecord record) {
        InferReport report = new InferReport(record, List.of());
        return LatexTables.of(report.page(List.of(new Section("", List.of(report.summaryTable())))));
    }

    /** All percentiles and memory, for its appendix. */
    static String latexFull(InferRecord record) {
        InferReport report = new InferReport(record, List.of());
        return LatexTables.of(report.page(List.of(new Section("", List.of(report.times(), report.memory())))));
    }

    private Report make() {
        List<Section> sections = new ArrayList<>();
        List<Block> result = new ArrayList<>(Sentences.notes(record.missing(), record.remarks()));
        result.add(new Block.Paragraph(
                "Every framework had the same weights and pictures from files and gave the answer of libtorch in double"
                        + " precision before it was timed, in a fresh process in each of "
                        + Sentences.rounds(record.protocol().rounds()) + "."));
        result.add(summaryTable());
        List<String> reasons = record.rows().stream()
                .filter(row -> !row.measured())
                .map(row -> name(row) + ": " + row.kind() + ", " + row.reason())
                .toList();
        if (!reasons.isEmpty()) {
            result.add(new Block.Points(reasons));
        }
        Figures.add(result, figures, InferPictures.names(record).toArray(String[]::new));
        sections.add(new Section("Result", result));
        sections.add(new Section("Times and memory", List.of(times(), memory())));
        if (record.rows().stream().anyMatch(row -> !row.profile().isEmpty())) {
            sections.add(new Section("Where the time goes", List.of(profiles())));
        }
        sections.add(new Section(
                "How it was run",
                List.of(
                        new Block.Paragraph(String.format(
                                Locale.ROOT,
                                "Pictures of %s values from %s in %s; %d calls before the clock starts, up to %d a process.",
                                record.workload().inputShape(),
                                record.workload().dataSource(),
                                record.workload().dtype(),
                                record.workload().warmUps(),
                                record.workload().iterations())),
                        new RecordTables(tree).environment())));
        return page(sections);
    }

    private Report page(List<Section> sections) {
        String summary =
                Sentences.run(tree) + " " + String.join(", ", record.workload().models()) + " in "
                        + record.workload().dtype() + ".";
        return new Report("Inference by framework", summary, headlines(), sections, Json.text(record));
    }

    private List<Headline> headlines() {
        List<Headline> headlines = new ArrayList<>();
        for (int i = 0; i < record.rows().size(); i++) {
            InferRow row = record.rows().get(i);
            if (row.framework().equals("engine") && row.speedup() != null) {
                headlines.add(new Headline(
                        cells.number("/rows/" + i + "/speedup/ratio", Numbers::short3),
                        "\u00d7",
                        row.model() + ", batch " + row.batchSize() + ": engine over eager " + record.reference(),
                        row.judgement().reason(),
                        row.judgement().verdict().name()));
            }
        }
        return headlines;
    }

    private Table summaryTable() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.rows().size(); i++) {
            InferRow row = record.rows().get(i);
            String at = "/rows/" + i;
            rows.add(new Row(
                    name(row),
                    row.measured()
                            ? List.of(
                                    cells.number(at + "/timings/p50"),
                                    cells.number(at + "/timings/imagesPerSecond"),
                                    cells.number(at + "/speedup/ratio", InferReport::times),
                                    cells.interval(at + "/speedup/low", at + "/speedup/high"),
                                    cells.word(at + "/judgement/verdict"))
                            : List.of(
                                    Cell.words(Numbers.UNKNOWN),
                                    Cell.words(Numbers.UNKNOWN),
                                    Cell.words(Numbers.UNKNOWN),
                                    Cell.words(Numbers.UNKNOWN),
                                    Cell.words(Numbers.UNKNOWN)),
                    row.kind(),
                    false));
        }
        return new Table(
                "inference_summary",
                "Median time of a call, pictures a second, and speedup over eager " + record.reference()
                        + " with its interval",
                List.of("model, batch, framework", "p50, ms", "pictures/s", "speedup", "interval", "verdict"),
                rows);
    }

    private Table times() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.rows().size(); i++) {
            InferRow row = record.rows().get(i);
            if (!row.measured()) {
                continue;
            }
            String at = "/rows/" + i + "/timings";
            rows.add(new Row(
                    name(row),
                    List.of(
                            cells.count(at + "/calls"),
                            cells.number(at + "/p50"),
                            cells.number(at + "/p95"),
                            cells.number(at + "/p99"),
                            cells.number(at + "/mean"),
                            cells.number(at + "/std"),
                            cells.number(at + "/min"),
                            cells.number(at + "/max"),
                            cells.number("/rows/" + i + "/compilationMillis"),
                            cells.number("/rows/" + i + "/endToEnd/p50"),
                            cells.number("/rows/" + i + "/endToEnd/imagesPerSecond")),
                    row.kind(),
                    false));
        }
        return new Table(
                "inference_full",
                "Times of calls in milliseconds, all rounds together (p95 from 100 calls on, p99 from 500); compiling apart,"
                        + " and calls that begin with files on disk",
                List.of(
                        "model, batch, framework",
                        "calls",
                        "p50",
                        "p95",
                        "p99",
                        "mean",
                        "std",
                        "min",
                        "max",
                        "compiling",
                        "from files",
                        "pictures/s from files"),
                rows);
    }

    private Table memory() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.rows().size(); i++) {
            InferRow row = record.rows().get(i);
            if (row.measured()) {
                String at = "/rows/" + i + "/memory";
                rows.add(new Row(
                        name(row),
                        List.of(
                                cells.megabytes(at + "/working"),
                                cells.megabytes(at + "/device"),
                                cells.megabytes(at + "/resident")),
                        row.kind(),
                        false));
            }
        }
        return new Table(
                "inference_memory",
                "Memory in MB. Working: most during calls beyond weights and what the process held before; device: of a"
                        + " graphics card; process: the most it ever held",
                List.of("model, batch, framework", "working", "device", "process"),
                rows);
    }

    private Table profiles() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.rows().size(); i++) {
            InferRow row = record.rows().get(i);
            for (int part = 0; part < row.profile().size(); part++) {
                String at = "/rows/" + i + "/profile/" + part;
                rows.add(new Row(
                        name(row),
                        List.of(cells.word(at + "/name"), cells.count(at + "/calls"), cells.number(at + "/millis")),
                        row.kind(),
                        part > 0));
            }
        }
        return new Table(
                "inference_profile",
                "Parts of one call, watched one by one after the clock had stopped",
                List.of("model, batch, framework", "part", "calls", "ms"),
                rows);
    }

    private static String name(InferRow row) {
        return row.model() + ", " + row.batchSize() + ", " + row.framework();
    }

    private static String times(Double ratio) {
        return ratio == null ? Numbers.UNKNOWN : Numbers.plain(ratio) + "\u00d7";
    }
}
