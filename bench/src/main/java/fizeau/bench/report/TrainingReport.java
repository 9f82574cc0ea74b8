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
import fizeau.bench.stats.Summary;
import fizeau.bench.training.Speedup;
import fizeau.bench.training.TrainingRecord;
import fizeau.bench.workload.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The report of trainings as data, made from the record alone; figures are those that lie beside it. */
public final class TrainingReport {
    private static final String MEASURED = "measured";
    private static final String DERIVED = "derived";
    private static final String PUBLISHED = "published";

    private final TrainingRecord record;
    private final List<Block.Figure> figures;
    private final JsonNode tree;
    private final RecordCells cells;
    private final List<String> keys;

    private TrainingReport(TrainingRecord record, List<Block.Figure> figures) {
        this.record = record;
        this.figures = figures;
        this.tree = Json.tree(record);
        this.cells = new RecordCells(tree);
        this.keys = List.copyOf(record.variants().keySet());
    }

    /** @param figures see {@link Figures#beside} */
    public static Report of(TrainingRecord record, List<Block.Figure> figures) {
        return new TrainingReport(record, figures).make();
    }

    private Report make() {
        List<Section> sections = new ArrayList<>();
        List<Block> result = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        record.missing().forEach(failure -> notes.add("Missing: " + failure.reason()));
        notes.addAll(record.remarks());
        if (!notes.isEmpty()) {
            result.add(new Block.Notes(notes));
        }
        result.add(new Block.Paragraph("Times are wall times of the whole training, per-sample work included; the start"
                + " of the Java virtual machine, loading and warm-up are apart. Each variant ran in a fresh process in"
                + " each of " + rounds() + ", in shuffled order, and nothing was discarded."));
        figures(result, "speedup", "iteration_times");
        sections.add(new Section("Result", result));
        sections.add(new Section("Time", List.of(times(), iterations())));
        List<Block> quality = new ArrayList<>(List.of(quality()));
        figures(quality, "panels", "loss_against_time", "psnr_against_time", "loss_curves", "coverage");
        sections.add(new Section("Quality", quality));
        sections.add(new Section("Memory and machine", List.of(memory(), phases())));
        sections.add(new Section("Checks", List.of(checks())));
        List<Block> how = caches();
        if (!how.isEmpty()) {
            sections.add(new Section("Caches and plans", how));
        }
        if (!record.published().isEmpty()) {
            sections.add(new Section("Published figures", List.of(published())));
        }
        sections.add(new Section("Every round", List.of(everyRound())));
        sections.add(new Section("How it was run", List.of(environment())));
        return new Report(title(), summary(), headlines(), sections, Json.text(record));
    }

    private String rounds() {
        return record.rounds() == 1 ? "1 round" : record.rounds() + " rounds";
    }

    private String title() {
        return "Fizeau " + record.command() + ": " + record.workload().name() + " workload";
    }

    private String summary() {
        Workload workload = record.workload();
        return String.format(
                Locale.ROOT,
                "Run %s on %s (%s). %d samples with %d iterations each; object %d \u00d7 %d (%s) in a frame of"
                        + " %d \u00d7 %d; aperture radius %s px, pattern %s to %s px.",
                record.runId(),
                tree.at("/environment/processor/model").asText("unknown processor"),
                record.device(),
                workload.samples(),
                workload.epochs(),
                workload.objectSize(),
                workload.objectSize(),
                workload.object(),
                workload.imageSize(),
                workload.imageSize(),
                Numbers.plain(workload.apertureRadius()),
                workload.pattern(),
                Numbers.plain(workload.patternRadius()));
    }

    private List<Headline> headlines() {
        List<Headline> headlines = new ArrayList<>();
        headline(headlines, record.speedup(), "/speedup");
        headline(headlines, record.speedupOverMeasureOnce(), "/speedupOverMeasureOnce");
        return headlines;
    }

    private void headline(List<Headline> headlines, Speedup speedup, String pointer) {
        if (speedup == null) {
            return;
        }
        String interval = speedup.low() == null
                ? "no interval"
                : String.format(
                        Locale.ROOT,
                        "%.0f %% interval %.2f to %.2f",
                        100 * speedup.level(),
                        speedup.low(),
                        speedup.high());
        headlines.add(new Headline(
                cells.number(pointer + "/ratio", value -> String.format(Locale.ROOT, "%.2f", value)),
                "\u00d7",
                speedup.variant() + " over " + speedup.over(),
                interval + "; " + speedup.reason(),
                speedup.verdict().name()));
    }

    private void figures(List<Block> blocks, String... names) {
        for (String name : names) {
            figures.stream()
                    .filter(figure -> figure.name().equals(name + ".png"))
                    .forEach(blocks::add);
        }
    }

    private Table times() {
        return ofVariants(
                "times",
                "Whole training, median over rounds with its interval",
                List.of(
                        row("training, s", MEASURED, "/trainingSeconds"),
                        part("interval", MEASURED, key -> cells.interval(key + "/trainingLow", key + "/trainingHigh")),
                        part("fastest round", MEASURED, key -> cells.number(key + "/training/min")),
                        part("slowest round", MEASURED, key -> cells.number(key + "/training/max")),
                        row("per sample, ms", DERIVED, "/millisPerSample"),
                        row("samples per second", DERIVED, "/samplesPerSecond")));
    }

    private Table iterations() {
        return ofVariants(
                "iterations",
                "One iteration, milliseconds, over all iterations of all rounds",
                List.of(
                        row("median of the rounds' medians", MEASURED, "/medianIterationMs"),
                        part(
                                "quartiles",
                                MEASURED,
                                key -> cells.interval(key + "/iteration/q1", key + "/iteration/q3")),
                        part("mean", MEASURED, key -> cells.number(key + "/iteration/mean")),
                        part("standard deviation", MEASURED, key -> cells.number(key + "/iteration/std")),
                        part("95th percentile", MEASURED, key -> cells.number(key + "/iteration/p95")),
                        part("99th percentile", MEASURED, key -> cells.number(key + "/iteration/p99")),
                        part("samples", MEASURED, key -> cells.count(key + "/iteration/n"))));
    }

    private Table quality() {
        return ofVariants(
                "quality",
                "Reconstruction against the object, median over rounds",
                List.of(
                        row("PSNR, dB", MEASURED, "/psnr"),
                        row("SSIM", MEASURED, "/ssim"),
                        row("RMSE", MEASURED, "/rmse"),
                        row("MSE", MEASURED, "/mse"),
                        row("correlation", MEASURED, "/correlation")));
    }

    private Table memory() {
        return ofVariants(
                "memory",
                "Memory, MB",
                List.of(
                        new VariantRow(
                                "peak of the process",
                                MEASURED,
                                false,
                                key -> cells.megabytes(key + "/peakMemoryBytes")),
                        part("native tensors", MEASURED, key -> cells.megabytes(key + "/nativeBytes")),
                        part("Java heap", MEASURED, key -> cells.megabytes(key + "/peakHeapBytes"))));
    }

    private Table phases() {
        return ofVariants(
                "phases",
                "Outside the training time, and the machine during it",
                List.of(
                        median("start of the JVM, s", "/phases/start"),
                        median("loading, s", "/phases/load"),
                        median("warm-up, s", "/phases/warmUp"),
                        median("cores busy", "/interference/processorShare"),
                        new VariantRow(
                                "most time stolen in a round",
                                MEASURED,
                                false,
                                key -> cells.condensed(
                                        key + "/rounds/*/interference/stealShare",
                                        values -> Arrays.stream(values).max().orElseThrow(),
                                        Numbers::percent)),
                        new VariantRow(
                                "garbage collections",
                                MEASURED,
                                false,
                                key -> cells.condensed(
                                        key + "/rounds/*/interference/collections",
                                        values -> Arrays.stream(values).sum(),
                                        value -> value == null
                                                ? Numbers.UNKNOWN
                                                : String.format(Locale.ROOT, "%.0f", value)))));
    }

    private VariantRow median(String label, String pointer) {
        return new VariantRow(
                label,
                MEASURED,
                false,
                key -> cells.condensed(key + "/rounds/*" + pointer, Summary::median, Numbers::plain));
    }

    private Table checks() {
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

    private List<Block> caches() {
        List<Row> rows = new ArrayList<>();
        List<Row> plans = new ArrayList<>();
        record.variants().forEach((key, variant) -> {
            variant.caches().keySet().forEach(cache -> {
                String at = "/variants/" + key + "/caches/" + escape(cache);
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
                            List.of(cells.word("/variants/" + key + "/plans/" + escape(purpose))),
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

    private Table published() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.published().size(); i++) {
            String figure = "/published/" + i;
            rows.add(new Row(
                    record.published().get(i).what(),
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
                "published",
                "Published by the system this replaces, on other hardware: data, never part of a ratio of ours",
                List.of("figure", "speedup", "before", "after", "hardware", "status"),
                rows);
    }

    private Table everyRound() {
        List<Row> rows = new ArrayList<>();
        record.variants().forEach((key, variant) -> {
            for (int i = 0; i < variant.rounds().size(); i++) {
                String round = "/variants/" + key + "/rounds/" + i;
                rows.add(new Row(
                        variant.name(),
                        List.of(
                                cells.count(round + "/round"),
                                cells.count(round + "/seed"),
                                cells.number(round + "/trainingSeconds"),
                                cells.number(round + "/medianIterationMs"),
                                cells.number(round + "/quality/psnr"),
                                cells.number(round + "/interference/stealShare", Numbers::percent),
                                cells.count(round + "/interference/disturbedWindows")),
                        MEASURED,
                        false));
            }
        });
        return new Table(
                "rounds",
                "Each training that went into the result",
                List.of("variant", "round", "seed", "training, s", "iteration, ms", "PSNR, dB", "stolen", "disturbed"),
                rows);
    }

    private Table environment() {
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
        record.variants().forEach((key, variant) -> words(rows, variant.name(), "/variants/" + key + "/description"));
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

    /** A row of a table whose columns are the variants; {@code cell} receives the variant's place in the record. */
    private record VariantRow(String label, String kind, boolean detail, Function<String, Cell> cell) {}

    private VariantRow row(String label, String kind, String pointer) {
        return new VariantRow(label, kind, false, key -> cells.number(key + pointer));
    }

    private static VariantRow part(String label, String kind, Function<String, Cell> cell) {
        return new VariantRow(label, kind, true, cell);
    }

    private Table ofVariants(String name, String caption, List<VariantRow> rows) {
        List<String> header = new ArrayList<>(List.of(""));
        record.variants().values().forEach(variant -> header.add(variant.name()));
        return new Table(
                name,
                caption,
                header,
                rows.stream()
                        .map(row -> new Row(
                                row.label(),
                                keys.stream()
                                        .map(key -> row.cell().apply("/variants/" + key))
                                        .toList(),
                                row.kind(),
                                row.detail()))
                        .toList());
    }

    /** A name within a JSON pointer (RFC 6901). */
    private static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
