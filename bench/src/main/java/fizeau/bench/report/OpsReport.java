// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.ops.Method;
import fizeau.bench.ops.MethodRow;
import fizeau.bench.ops.OpsComparison;
import fizeau.bench.ops.OpsComparison.Line;
import fizeau.bench.ops.OpsComparison.SpeedupSummary;
import fizeau.bench.ops.OpsComparison.TunedTarget;
import fizeau.bench.ops.OpsRecord;
import fizeau.bench.page.Block;
import fizeau.bench.page.Block.Row;
import fizeau.bench.page.Block.Table;
import fizeau.bench.page.Cell;
import fizeau.bench.page.Report;
import fizeau.bench.page.Report.Headline;
import fizeau.bench.page.Report.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The report of the operator family as data, made from the record alone; figures are those that lie beside it. */
public final class OpsReport {
    private static final String MEASURED = "measured";

    private final OpsRecord record;
    private final OpsComparison comparison;
    private final List<Block.Figure> figures;
    private final JsonNode tree;
    private final RecordCells cells;

    private OpsReport(OpsRecord record, List<Block.Figure> figures) {
        this.record = record;
        this.comparison = record.comparison();
        this.figures = figures;
        this.tree = Json.tree(record);
        this.cells = new RecordCells(tree);
    }

    /** @param figures see {@link Figures#beside} */
    public static Report of(OpsRecord record, List<Block.Figure> figures) {
        return new OpsReport(record, figures).make();
    }

    private Report make() {
        List<Section> sections = new ArrayList<>();
        List<Block> result = new ArrayList<>(Sentences.notes(List.of(), record.remarks()));
        result.add(new Block.Paragraph(
                "Methods took turns in " + Sentences.rounds(record.protocol().rounds())
                        + ", each time in a fresh process; every output was checked against double precision before it was timed."
                        + " A method without a time has no number anywhere."));
        Figures.add(result, figures, OpsFiles.SPEEDUPS);
        result.add(speedups());
        sections.add(new Section("Result", result));
        List<Block> times = new ArrayList<>();
        times.add(times());
        Figures.add(times, figures, OpsFiles.TIMES);
        sections.add(new Section("Times", times));
        sections.add(new Section("What tuned chose", List.of(schedules())));
        sections.add(new Section("Correctness", List.of(agreements())));
        sections.add(new Section("Every round", List.of(rounds())));
        sections.add(new Section("How it was run", List.of(executions(), new RecordTables(tree).environment())));
        return new Report(
                record.shapes().equals("models") ? "Models by method" : "Operators by method, sizes " + record.shapes(),
                Sentences.run(tree)
                        + String.format(
                                Locale.ROOT,
                                " %d %s, %d cores.",
                                comparison.benchmarks().size(),
                                record.shapes().equals("models") ? "models" : "operators",
                                record.cores()),
                headlines(),
                sections,
                Json.text(record));
    }

    private List<Headline> headlines() {
        List<Headline> headlines = new ArrayList<>();
        TunedTarget target = comparison.tunedTarget();
        comparison.speedups().forEach((method, summary) -> headlines.add(headline(method, summary, target)));
        return headlines;
    }

    private Headline headline(Method method, SpeedupSummary summary, TunedTarget target) {
        long faster = verdicts(method, "FASTER");
        long slower = verdicts(method, "SLOWER");
        String verdict = faster > 0 && slower == 0 ? "FASTER" : slower > 0 && faster == 0 ? "SLOWER" : "MIXED";
        if (faster + slower == 0) {
            verdict = "UNCLEAR";
        }
        String detail = String.format(
                Locale.ROOT,
                "%.2f to %.2f; faster in %d of %d, slower in %d",
                summary.min(),
                summary.max(),
                faster,
                summary.benchmarks(),
                slower);
        if (method == Method.TUNED && target.geometricMean() != null) {
            detail += String.format(
                    Locale.ROOT,
                    "; %.2f over the %d convolution, block and linear cases",
                    target.geometricMean(),
                    target.cases());
        }
        return new Headline(
                cells.number("/comparison/speedups/" + method.name() + "/geometricMean", Numbers::short3),
                "\u00d7",
                OpsFiles.name(method) + " over eager, geometric mean",
                detail,
                verdict);
    }

    private long verdicts(Method method, String word) {
        return comparison.benchmarks().stream()
                .filter(line -> line.speedups().containsKey(method))
                .filter(line ->
                        line.speedups().get(method).judgement().verdict().name().equals(word))
                .count();
    }

    private Table speedups() {
        return table(
                "speedups",
                "Eager's median over the method's, of rounds",
                List.of("benchmark and method", "speedup", "interval", "of means", "verdict", "grounds"),
                (line, method) -> line.speedups().containsKey(method),
                at -> {
                    String speedup = at.replace("/rows/", "/speedups/");
                    return List.of(
                            cells.number(speedup + "/ofMedians/value", OpsReport::times),
                            cells.interval(speedup + "/ofMedians/low", speedup + "/ofMedians/high"),
                            cells.number(speedup + "/ofMeans", OpsReport::times),
                            cells.word(speedup + "/judgement/verdict"),
                            cells.word(speedup + "/judgement/reason"));
                });
    }

    private Table times() {
        return table(
                "times",
                "Milliseconds of a call over all samples; the interval is that of the median over rounds",
                List.of("benchmark and method", "GFLOP", "median", "interval", "mean", "std", "p95", "p99", "samples"),
                (line, method) -> true,
                at -> List.of(
                        cells.number(at + "/gigaflop"),
                        cells.number(at + "/median_time_ms"),
                        cells.interval(at + "/median_interval/low", at + "/median_interval/high"),
                        cells.number(at + "/mean_time_ms"),
                        cells.number(at + "/std_time_ms"),
                        cells.number(at + "/p95_time_ms"),
                        cells.number(at + "/p99_time_ms"),
                        cells.count(at + "/num_runs")));
    }

    private Table schedules() {
        return table(
                "schedules",
                "Implementation, threads of libtorch's and of OpenBLAS's pool, whether freed memory stays with the"
                        + " process, and how idle threads wait",
                List.of("benchmark and method", "implementation", "OpenMP", "OpenBLAS", "memory kept", "waiting"),
                (line, method) -> line.rows().get(method).agentSchedule() != null,
                at -> List.of(
                        cells.word(at + "/agent_schedule/implementation"),
                        cells.count(at + "/agent_schedule/openMp"),
                        cells.count(at + "/agent_schedule/openBlas"),
                        cells.word(at + "/agent_schedule/keepMemory"),
                        cells.word(at + "/agent_schedule/waitPolicy")));
    }

    private Table agreements() {
        return table(
                "agreement",
                "Largest difference from the reference, and the largest value it is measured by",
                List.of("benchmark and method", "difference", "largest", "limit", "positions", "of", "reference"),
                (line, method) -> line.rows().get(method).agreement() != null,
                at -> List.of(
                        cells.number(at + "/agreement/worstAbsolute"),
                        cells.number(at + "/agreement/largestReference"),
                        cells.number(at + "/agreement/tolerance"),
                        cells.count(at + "/agreement/positions"),
                        cells.count(at + "/agreement/outputs"),
                        cells.word(at + "/agreement/reference")));
    }

    private Table rounds() {
        List<Row> rows = new ArrayList<>();
        int most = comparison.benchmarks().stream()
                .flatMap(line -> line.rows().values().stream())
                .mapToInt(row -> row.roundMediansMs().size())
                .max()
                .orElse(0);
        List<String> header = new ArrayList<>(List.of("benchmark and method"));
        for (int round = 1; round <= most; round++) {
            header.add("round " + round);
        }
        each((line, method, at) -> {
            if (line.rows().get(method).measured()) {
                List<Cell> values = new ArrayList<>();
                for (int round = 0; round < most; round++) {
                    boolean there =
                            round < line.rows().get(method).roundMediansMs().size();
                    values.add(there ? cells.number(at + "/round_medians_ms/" + round) : Cell.words(Numbers.UNKNOWN));
                }
                rows.add(new Row(label(line, method), values, MEASURED, false));
            }
        });
        return new Table("rounds", "Median of each round, milliseconds", header, rows);
    }

    private Table executions() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.executions().size(); i++) {
            String at = "/executions/" + i;
            rows.add(new Row(
                    record.executions().get(i).startedAt(),
                    List.of(
                            cells.words(at + "/methods"),
                            cells.words(at + "/cases"),
                            cells.count(at + "/cores"),
                            cells.count(at + "/protocol/rounds"),
                            cells.count(at + "/warmUps"),
                            cells.count(at + "/runs"),
                            cells.number(at + "/maxSeconds"),
                            cells.number(at + "/searchSeconds"),
                            cells.number(at + "/wallSeconds")),
                    "",
                    false));
        }
        return new Table(
                "executions",
                "Executions; times in seconds, bounds for each case",
                List.of(
                        "started (UTC)",
                        "methods",
                        "cases",
                        "cores",
                        "rounds",
                        "warm-ups",
                        "calls",
                        "timing bound",
                        "search bound",
                        "took"),
                rows);
    }

    private interface Choice {
        boolean has(Line line, Method method);
    }

    private interface Visit {
        void of(Line line, Method method, String pointer);
    }

    private Table table(
            String name, String caption, List<String> header, Choice choice, Function<String, List<Cell>> values) {
        List<Row> rows = new ArrayList<>();
        each((line, method, at) -> {
            if (choice.has(line, method)) {
                MethodRow row = line.rows().get(method);
                rows.add(new Row(label(line, method), values.apply(at), row.kind(), false));
            }
        });
        return new Table(name, caption, header, rows);
    }

    private void each(Visit visit) {
        for (int i = 0; i < comparison.benchmarks().size(); i++) {
            Line line = comparison.benchmarks().get(i);
            for (Method method : line.rows().keySet()) {
                visit.of(line, method, "/comparison/benchmarks/" + i + "/rows/" + method.name());
            }
        }
    }

    private static String label(Line line, Method method) {
        return line.benchmark() + " " + method.word();
    }

    private static String times(Double ratio) {
        return ratio == null ? Numbers.UNKNOWN : String.format(Locale.ROOT, "%.2f\u00d7", ratio);
    }
}
