// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.page.Block;
import fizeau.bench.page.Report;
import fizeau.bench.page.Report.Headline;
import fizeau.bench.page.Report.Section;
import fizeau.bench.stats.Verdict;
import fizeau.bench.training.Speedup;
import fizeau.bench.training.TrainingRecord;
import fizeau.bench.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The report of trainings as data, made from the record alone; figures are those that lie beside it. */
public final class TrainingReport {
    private final TrainingRecord record;
    private final List<Block.Figure> figures;
    private final JsonNode tree;
    private final RecordCells cells;
    private final VariantTables variants;
    private final TrainingDetails details;
    private final RecordTables tables;

    private TrainingReport(TrainingRecord record, List<Block.Figure> figures) {
        this.record = record;
        this.figures = figures;
        this.tree = Json.tree(record);
        this.cells = new RecordCells(tree);
        this.variants = new VariantTables(tree, record.variants());
        this.details = new TrainingDetails(record, tree);
        this.tables = new RecordTables(tree);
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
        sections.add(new Section("Time", List.of(variants.times(), variants.iterations())));
        List<Block> quality = new ArrayList<>(List.of(variants.quality()));
        figures(quality, "panels", "loss_against_time", "psnr_against_time", "loss_curves", "coverage");
        sections.add(new Section("Quality", quality));
        sections.add(new Section("Memory and machine", List.of(variants.memory(), variants.phases())));
        sections.add(new Section("Checks", List.of(details.checks())));
        List<Block> peers = details.peers();
        if (!peers.isEmpty()) {
            sections.add(new Section("Python peers", peers));
        }
        List<Block> how = details.caches();
        if (!how.isEmpty()) {
            sections.add(new Section("Caches and plans", how));
        }
        if (tables.hasPublished()) {
            sections.add(new Section("Published figures", List.of(tables.published())));
        }
        sections.add(new Section("Every round", List.of(details.everyRound())));
        sections.add(new Section("How it was run", List.of(tables.environment())));
        return new Report(title(), summary(), headlines(), sections, Json.text(record));
    }

    private String rounds() {
        return record.rounds() == 1 ? "1 round" : record.rounds() + " rounds";
    }

    private String title() {
        String command = record.command();
        return command.substring(0, 1).toUpperCase(Locale.ROOT) + command.substring(1) + ", "
                + record.workload().name() + " workload";
    }

    private String summary() {
        Workload workload = record.workload();
        return String.format(
                Locale.ROOT,
                "Run %s on %s (%s). %d samples with %d iterations each; object %d\u00a0\u00d7\u00a0%d (%s) in a frame of"
                        + " %d\u00a0\u00d7\u00a0%d; aperture radius %s\u00a0px, pattern %s to %s\u00a0px.",
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
        boolean judged = speedup.verdict() != Verdict.UNCLEAR && speedup.low() != null && speedup.pValue() != null;
        String interval = speedup.low() == null
                ? "no interval"
                : String.format(
                        Locale.ROOT,
                        "%.0f %% interval %.2f to %.2f",
                        100 * speedup.level(),
                        speedup.low(),
                        speedup.high());
        String grounds = judged
                ? String.format(Locale.ROOT, "%d rounds; rank test p = %.4f", speedup.rounds(), speedup.pValue())
                : speedup.reason();
        headlines.add(new Headline(
                cells.number(pointer + "/ratio", value -> String.format(Locale.ROOT, "%.2f", value)),
                "\u00d7",
                speedup.variant() + " over " + speedup.over(),
                interval + "; " + grounds,
                speedup.verdict().name()));
    }

    private void figures(List<Block> blocks, String... names) {
        for (String name : names) {
            figures.stream()
                    .filter(figure -> figure.name().equals(name + ".png"))
                    .forEach(blocks::add);
        }
    }
}
