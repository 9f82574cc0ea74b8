// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.ablation.AblationRecord;
import fizeau.bench.ablation.AblationStep;
import fizeau.bench.ablation.CacheDetail;
import fizeau.bench.ablation.CacheEffect;
import fizeau.bench.ablation.StageShares;
import fizeau.bench.ablation.SwitchDetail;
import fizeau.bench.ablation.SwitchEffect;
import fizeau.bench.ablation.SwitchSet;
import fizeau.bench.stats.Judgement;
import fizeau.bench.stats.Ratio;
import fizeau.bench.training.Comparison;
import fizeau.bench.training.CorrectnessGate;
import fizeau.bench.training.Speedup;
import fizeau.bench.training.VariantRecord;
import fizeau.bench.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The readable report of an ablation. */
public final class AblationText {
    private final AblationRecord record;
    private final Lines text = new Lines();

    private AblationText(AblationRecord record) {
        this.record = record;
    }

    /** The whole report. */
    public static String of(AblationRecord record) {
        return new AblationText(record).write();
    }

    private String write() {
        head();
        switches();
        references();
        steps();
        stages();
        caches();
        variants();
        text.published(record.published());
        text.line(
                        "  ours beside the end-to-end figure: optimised over the same without any cache, %s",
                        allCaches(record))
                .line("");
        text.tail(record.missing(), record.remarks(), record.folder());
        return text.toString();
    }

    private void head() {
        Workload workload = record.workload();
        text.line("Fizeau %s, run %s", record.command(), record.runId()).line("");
        text.line(
                "workload  %s: %d samples x %d epochs = %d iterations, object %d x %d (%s) in a frame of %d x %d",
                workload.name(),
                workload.samples(),
                workload.epochs(),
                workload.iterations(),
                workload.objectSize(),
                workload.objectSize(),
                workload.object(),
                workload.imageSize(),
                workload.imageSize());
        text.device(record.device(), record.environment());
        text.rounds(record.rounds(), "variant").line("");
    }

    private void switches() {
        TextTable table = new TextTable().row("switch", "alone", "interval", "left out", "interval", "verdict");
        for (int i = 0; i < record.switches().size(); i++) {
            SwitchEffect effect = record.switches().get(i);
            SwitchDetail detail = record.switchDetails().get(i);
            table.row(
                    "  " + detail.label() + (detail.caveat().isEmpty() ? "" : " *"),
                    ratio(effect.alone()),
                    interval(effect.alone()),
                    ratio(effect.leftOut()),
                    interval(effect.leftOut()),
                    detail.leftOut() == null ? "not timed" : effect.verdict().name());
        }
        text.table(table);
        text.line("alone: time with everything off over time with only this switch on.");
        text.line("left out: time without this switch over time with everything on; the verdict is on this ratio.");
        text.line("Above 1 the switch helps. Intervals: %s, bootstrap over rounds.", level());
        for (SwitchDetail detail : record.switchDetails()) {
            text.line("  %s: %s%s", detail.label(), detail.meaning(), grounds(detail));
            if (!detail.caveat().isEmpty()) {
                text.line("  * %s %s", detail.label(), detail.caveat());
            }
        }
        text.line("");
    }

    private String level() {
        return String.format(Locale.ROOT, "%.0f %%", 100 * record.protocol().level());
    }

    /** Too few rounds are noted once, below. */
    private String grounds(SwitchDetail detail) {
        return detail.leftOut() == null || record.rounds() < Judgement.FEWEST_ROUNDS
                ? ""
                : "; left out: " + detail.leftOut().reason();
    }

    private void references() {
        text.line("what the ratios stand on, in the same rounds");
        boolean baseline = record.hasBaseline();
        text.line("  %s: the engine with every switch off%s", SwitchSet.ALL_OFF, baseline ? ", on one thread" : "");
        if (baseline) {
            text.line(
                    "  baseline: the original's way, eager libtorch throughout, on %d %s",
                    record.threads(), record.threads() == 1 ? "thread" : "threads");
        }
        text.line("  %s: the optimised engine with all three caches off", SwitchSet.WITHOUT_CACHES);
        for (Speedup speedup : record.references()) {
            text.line(
                    "  %s is %.2f times as fast as %s (interval %s): %s",
                    speedup.variant(),
                    speedup.ratio(),
                    speedup.over(),
                    Numbers.interval(speedup.low(), speedup.high()),
                    speedup.verdict());
        }
        text.line("");
    }

    private void steps() {
        if (record.steps().isEmpty()) {
            return;
        }
        TextTable table =
                new TextTable().row("one thing more at each line", "training, s", "factor", "interval", "verdict");
        for (AblationStep step : record.steps()) {
            VariantRecord variant =
                    record.variants().get(Comparison.key(step.speedup().variant()));
            table.row(
                    "  " + step.label() + (step.caveat().isEmpty() ? "" : " *"),
                    variant == null ? Numbers.UNKNOWN : Numbers.plain(variant.trainingSeconds()),
                    Numbers.plain(step.speedup().ratio()),
                    Numbers.interval(step.speedup().low(), step.speedup().high()),
                    step.speedup().verdict().name());
        }
        text.table(table);
        text.line(
                        "factor: over the line before, the first over the baseline; another order would share them out differently.")
                .line("");
    }

    private void stages() {
        if (record.stages().isEmpty()) {
            return;
        }
        TextTable table = new TextTable();
        List<String> names = List.copyOf(record.stages().get(0).shares().keySet());
        List<String> head = new ArrayList<>(List.of("where an iteration goes"));
        head.add("iteration, ms");
        head.addAll(names);
        head.add("cost of the clock");
        table.row(head);
        for (StageShares stages : record.stages()) {
            List<String> row = new ArrayList<>(List.of("  " + stages.variant()));
            row.add(Numbers.plain(stages.iterationMillis()));
            names.forEach(name -> row.add(Numbers.percent(stages.shares().get(name))));
            row.add(Numbers.percent(stages.clockCost()));
            table.row(row);
        }
        text.table(table);
        text.line(
                "telescope: dual measurement, loss and adjoint. Where the optimiser is fused, its stage holds the first");
        text.line("layer's gradient and its next forward product as well.").line("");
    }

    private void caches() {
        TextTable table = new TextTable()
                .row(
                        "cache",
                        "hits",
                        "misses",
                        "hit rate",
                        "real loop",
                        "a hit",
                        "a miss",
                        "recompute",
                        "break-even",
                        "bytes",
                        "ceiling",
                        "pays");
        for (int i = 0; i < record.caches().size(); i++) {
            CacheEffect effect = record.caches().get(i);
            CacheDetail detail = record.cacheDetails().get(i);
            table.row(
                    "  " + CacheSentences.label(effect.name()),
                    whole(effect.hits()),
                    whole(effect.misses()),
                    Numbers.percent(detail.hitRate()),
                    Numbers.percent(detail.realLoopHitRate()),
                    Lines.time(effect.hitNanos()),
                    Lines.time(effect.missNanos()),
                    Lines.time(effect.recomputeNanos()),
                    effect.breakEvenHitRate() == null
                            ? Numbers.UNKNOWN
                            : String.format(Locale.ROOT, "%.4f %%", 100 * effect.breakEvenHitRate()),
                    Long.toString(detail.bytes()),
                    Numbers.plain(detail.ceiling()),
                    effect.pays() == null ? Numbers.UNKNOWN : effect.pays() ? "yes" : "no");
        }
        text.table(table);
        record.cacheDetails().forEach(detail -> text.line("  %s", detail.sentence()));
        text.line("real loop: the hit rate where the object is measured once per position, as in real use.");
        text.line(
                "counters are those of one optimised training; times are medians of look-ups made one by one; the ceiling");
        text.line("(Amdahl) is what free work behind the cache could give an otherwise optimised training.")
                .line("");
    }

    private void variants() {
        TextTable table = new TextTable().row("variant", "training, s", "interval", "iteration, ms", "PSNR, dB");
        for (VariantRecord variant : record.variants().values()) {
            table.row(
                    "  " + variant.name(),
                    Numbers.plain(variant.trainingSeconds()),
                    Numbers.interval(variant.trainingLow(), variant.trainingHigh()),
                    Numbers.plain(variant.medianIterationMs()),
                    Numbers.plain(variant.psnr()));
        }
        text.table(table);
        long passed =
                record.gate().stream().filter(CorrectnessGate.Result::passed).count();
        text.line(
                        "correct before timing: %d of %d variants agree with the baseline; kept values %s recomputed ones",
                        passed, record.gate().size(), record.correct() ? "equal" : "DIFFER from")
                .line("");
    }

    static String allCaches(AblationRecord record) {
        return record.references().stream()
                .filter(speedup -> speedup.over().equals(SwitchSet.WITHOUT_CACHES))
                .map(speedup -> String.format(
                        Locale.ROOT,
                        "%.3f x (interval %s), measured",
                        speedup.ratio(),
                        Numbers.interval(speedup.low(), speedup.high())))
                .findFirst()
                .orElse("unavailable");
    }

    private static String whole(Long number) {
        return number == null ? Numbers.UNKNOWN : number.toString();
    }

    private static String ratio(Ratio ratio) {
        return ratio == null ? Numbers.UNKNOWN : Numbers.plain(ratio.ratio());
    }

    private static String interval(Ratio ratio) {
        return ratio == null ? Numbers.UNKNOWN : Numbers.interval(ratio.low(), ratio.high());
    }
}
