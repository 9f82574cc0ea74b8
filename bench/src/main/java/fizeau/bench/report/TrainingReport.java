// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.page.Block;
import fizeau.bench.page.Report;
import fizeau.bench.page.Report.Headline;
import fizeau.bench.page.Report.Section;
import fizeau.bench.training.Speedup;
import fizeau.bench.training.TrainingRecord;
import java.util.ArrayList;
import java.util.List;

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
        String summary = Sentences.run(tree) + " " + Sentences.workload(record.workload());
        List<Section> sections = new ArrayList<>();
        List<Block> result = new ArrayList<>(Sentences.notes(record.missing(), record.remarks()));
        if (record.onDevice() != null) {
            record.onDevice()
                    .unavailable()
                    .forEach(missing -> result.add(
                            new Block.Paragraph(missing.variant() + " is unavailable: " + missing.reason() + ".")));
        }
        result.add(new Block.Paragraph("Times are wall times of the whole training, per-sample work included; the start"
                + " of the Java virtual machine, loading and warm-up are apart. Each variant ran in a fresh process in"
                + " each of " + Sentences.rounds(record.rounds()) + ", in shuffled order, and nothing was discarded."));
        Figures.add(result, figures, "speedup", "iteration_times");
        sections.add(new Section("Result", result));
        sections.add(new Section("Time", List.of(variants.times(), variants.iterations())));
        List<Block> quality = new ArrayList<>(List.of(variants.quality()));
        Figures.add(quality, figures, "panels", "loss_against_time", "psnr_against_time", "loss_curves", "coverage");
        sections.add(new Section("Quality", quality));
        sections.add(new Section("Memory and machine", List.of(variants.memory(), variants.phases())));
        List<Block> targets = details.targets();
        if (!targets.isEmpty()) {
            sections.add(new Section("Targets", targets));
        }
        List<Block> floor = details.floor();
        if (!floor.isEmpty()) {
            sections.add(new Section("Floor", floor));
        }
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
        sections.add(new Section("Every round", List.of(tables.everyRound())));
        sections.add(new Section("How it was run", List.of(tables.environment())));
        return new Report(title(), summary, headlines(), sections, Json.text(record));
    }

    private String title() {
        return Sentences.title(record.command()) + ", " + record.workload().name() + " workload";
    }

    private List<Headline> headlines() {
        List<Headline> headlines = new ArrayList<>();
        headline(headlines, record.speedup(), "/speedup");
        headline(headlines, record.speedupOverMeasureOnce(), "/speedupOverMeasureOnce");
        if (record.onDevice() != null) {
            headline(headlines, record.onDevice().speedupOverLibrary(), "/onDevice/speedupOverLibrary");
        }
        return headlines;
    }

    private void headline(List<Headline> headlines, Speedup speedup, String pointer) {
        if (speedup != null) {
            headlines.add(SpeedupHeadline.of(cells, speedup, pointer));
        }
    }
}
