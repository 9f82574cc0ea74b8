// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.ablation.AblationRecord;
import fizeau.bench.ablation.CacheDetail;
import fizeau.bench.ablation.SwitchDetail;
import fizeau.bench.ablation.SwitchSet;
import fizeau.bench.files.Json;
import fizeau.bench.page.Block;
import fizeau.bench.page.Report;
import fizeau.bench.page.Report.Headline;
import fizeau.bench.page.Report.Section;
import fizeau.bench.training.Speedup;
import java.util.ArrayList;
import java.util.List;

/** The report of an ablation as data, made from the record alone; figures are those that lie beside it. */
public final class AblationReport {
    private final AblationRecord record;
    private final List<Block.Figure> figures;
    private final JsonNode tree;
    private final AblationTables tables;
    private final RecordTables common;

    private AblationReport(AblationRecord record, List<Block.Figure> figures) {
        this.record = record;
        this.figures = figures;
        this.tree = Json.tree(record);
        this.tables = new AblationTables(record, tree);
        this.common = new RecordTables(tree);
    }

    /** @param figures see {@link Figures#beside} */
    public static Report of(AblationRecord record, List<Block.Figure> figures) {
        return new AblationReport(record, figures).make();
    }

    private Report make() {
        List<Section> sections = new ArrayList<>();
        sections.add(new Section("Result", result()));
        sections.add(new Section("Switches", switches()));
        if (!record.stages().isEmpty()) {
            List<Block> stages = new ArrayList<>(List.of(tables.stages()));
            stages.add(new Block.Paragraph(
                    "telescope: dual measurement, loss and adjoint. Where the optimiser is fused, its"
                            + " stage holds the first layer's gradient and its next forward product as well."));
            Figures.add(stages, figures, AblationPictures.STAGES);
            sections.add(new Section("Where an iteration goes", stages));
        }
        sections.add(new Section("Caches", caches()));
        if (common.hasPublished()) {
            sections.add(new Section(
                    "Published figures",
                    List.of(
                            common.published(),
                            new Block.Paragraph("Ours beside the end-to-end figure, on this machine and with these"
                                    + " programs: optimised over the same without any cache, "
                                    + AblationText.allCaches(record) + "."))));
        }
        sections.add(new Section("Variants", List.of(tables.variants())));
        sections.add(new Section("Every round", List.of(common.everyRound())));
        sections.add(new Section("How it was run", List.of(common.environment())));
        return new Report(
                "Ablation, " + record.workload().name() + " workload",
                Sentences.run(tree) + " " + Sentences.workload(record.workload()),
                headlines(),
                sections,
                Json.text(record));
    }

    private List<Headline> headlines() {
        RecordCells cells = new RecordCells(tree);
        List<Headline> headlines = new ArrayList<>();
        for (int i = 0; i < record.references().size(); i++) {
            Speedup reference = record.references().get(i);
            if (!reference.variant().equals(SwitchSet.ALL_OFF)) { // a step on the way, shown below
                headlines.add(SpeedupHeadline.of(cells, reference, "/references/" + i));
            }
        }
        return headlines;
    }

    private List<Block> result() {
        List<Block> blocks = new ArrayList<>(Sentences.notes(record.missing(), record.remarks()));
        blocks.add(new Block.Paragraph("Each of the " + record.variants().size()
                + " variants trained the whole workload in a fresh process in each of "
                + Sentences.rounds(record.rounds())
                + ", in shuffled order, and nothing was discarded. \"all-off\" is the engine with every switch off"
                + (record.hasBaseline() ? baseline() : "")
                + "; \"without-caches\" is the optimised engine with all three caches off."));
        Figures.add(blocks, figures, AblationPictures.WATERFALL);
        if (!record.steps().isEmpty()) {
            blocks.add(tables.steps());
        }
        return blocks;
    }

    private String baseline() {
        return ", on one thread; \"baseline\" is the original's way, eager libtorch throughout, on "
                + (record.threads() == 1 ? "one thread" : record.threads() + " threads");
    }

    private List<Block> switches() {
        List<Block> blocks = new ArrayList<>();
        blocks.add(tables.switches());
        blocks.add(
                new Block.Paragraph("Alone: time with everything off over time with only this switch on. Left out: time"
                        + " without this switch over time with everything on; the verdict is on this ratio. Above 1 the switch"
                        + " helps."));
        Figures.add(blocks, figures, AblationPictures.SWITCHES);
        blocks.add(tables.meanings());
        List<String> caveats = record.switchDetails().stream()
                .filter(detail -> !detail.caveat().isEmpty())
                .map(AblationReport::caveat)
                .toList();
        if (!caveats.isEmpty()) {
            blocks.add(new Block.Points(caveats));
        }
        return blocks;
    }

    private static String caveat(SwitchDetail detail) {
        return Sentences.title(detail.label()) + " *: " + detail.caveat();
    }

    private List<Block> caches() {
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Block.Points(record.cacheDetails().stream()
                .map(CacheDetail::sentence)
                .map(Sentences::title)
                .toList()));
        blocks.add(tables.cacheCosts());
        blocks.add(tables.cacheEffects());
        blocks.add(
                new Block.Paragraph("Hits and misses are those of one optimised training; times are medians of look-ups"
                        + " made one by one. The real loop measures the object once per position, the published benchmark and this"
                        + " workload in every iteration. The ceiling (Amdahl) is what free work behind the cache could give an"
                        + " otherwise optimised training without it."));
        return blocks;
    }
}
