// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.ablation.AblationRecord;
import fizeau.bench.ablation.CacheDetail;
import fizeau.bench.ablation.CacheEffect;
import fizeau.bench.ablation.StageShares;
import fizeau.bench.ablation.SwitchEffect;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.plot.BarPlot;
import fizeau.bench.stats.Ratio;
import fizeau.bench.training.TrainingRun;
import java.io.PrintStream;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** Writes the files of an ablation: record, report, raw samples, tables and a plot. */
public final class AblationFiles {
    private static final String RESULT = TrainingFiles.RESULT;
    private static final String PLOT = "ablation.png";

    private final RunFolder folder;

    public AblationFiles(RunFolder folder) {
        this.folder = folder;
    }

    /** Tells the manifest what a complete run has. */
    public void announce() {
        folder.expect(
                RESULT,
                "report.txt",
                "iterations.csv",
                "samples.csv",
                "switches.csv",
                "caches.csv",
                "stages.csv",
                PLOT);
    }

    /** Writes the raw samples first: they are what cannot be had again. */
    public void write(AblationRecord record, List<TrainingRun> runs) {
        folder.writeText("iterations.csv", SamplesCsv.iterations(runs));
        folder.writeText("samples.csv", SamplesCsv.samples(runs));
        folder.writeJson(RESULT, record);
        folder.writeText("switches.csv", switches(record));
        folder.writeText("caches.csv", caches(record));
        folder.writeText("stages.csv", stages(record));
        folder.writeText("report.txt", AblationText.of(record));
        plot(record);
    }

    /** Prints the record as JSON, or its report. */
    public void print(AblationRecord record, boolean json, PrintStream out) {
        out.print(json ? Json.text(record) : AblationText.of(record));
        out.flush();
    }

    private static String switches(AblationRecord record) {
        StringBuilder text = new StringBuilder(
                "switch,alone_ratio,alone_low,alone_high,left_out_ratio,left_out_low,left_out_high,verdict\n");
        for (SwitchEffect effect : record.switches()) {
            text.append(effect.name()).append(',');
            text.append(cells(effect.alone())).append(',');
            text.append(cells(effect.leftOut())).append(',');
            text.append(effect.verdict()).append('\n');
        }
        return text.toString();
    }

    private static String caches(AblationRecord record) {
        StringBuilder text = new StringBuilder("cache,hits,misses,hit_nanos,miss_nanos,recompute_nanos,"
                + "break_even_hit_rate,hit_rate,real_loop_hit_rate,bytes,saved_millis_per_iteration,ceiling,pays\n");
        for (int i = 0; i < record.caches().size(); i++) {
            CacheEffect effect = record.caches().get(i);
            CacheDetail detail = record.cacheDetails().get(i);
            text.append(effect.name());
            for (Object cell : new Object[] {
                effect.hits(),
                effect.misses(),
                effect.hitNanos(),
                effect.missNanos(),
                effect.recomputeNanos(),
                effect.breakEvenHitRate(),
                detail.hitRate(),
                detail.realLoopHitRate(),
                detail.bytes(),
                detail.savedMillisPerIteration(),
                detail.ceiling(),
                effect.pays()
            }) {
                text.append(',').append(cell(cell));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String stages(AblationRecord record) {
        StringBuilder text = new StringBuilder("variant,stage,millis,share\n");
        for (StageShares stages : record.stages()) {
            stages.millis()
                    .forEach((stage, millis) -> text.append(stages.variant())
                            .append(',')
                            .append(stage)
                            .append(',')
                            .append(millis)
                            .append(',')
                            .append(stages.shares().get(stage))
                            .append('\n'));
        }
        return text.toString();
    }

    private void plot(AblationRecord record) {
        List<String> groups = record.switchDetails().stream()
                .map(detail -> detail.label() + (detail.caveat().isEmpty() ? "" : " *"))
                .toList();
        BarPlot.write(
                folder.resolve(PLOT),
                new BarPlot.Chart(
                        "What each switch is worth (" + record.workload().name() + ")",
                        "time without the switch / time with it",
                        groups,
                        List.of(
                                bars("alone, everything else off", record, SwitchEffect::alone),
                                bars("left out, everything else on", record, SwitchEffect::leftOut)),
                        1));
        folder.add(PLOT);
    }

    private static BarPlot.Bars bars(String name, AblationRecord record, Function<SwitchEffect, Ratio> side) {
        List<Ratio> ratios = record.switches().stream().map(side).toList();
        boolean known = ratios.stream().filter(Objects::nonNull).allMatch(ratio -> ratio.low() != null);
        return new BarPlot.Bars(
                name,
                ratios.stream()
                        .mapToDouble(ratio -> ratio == null ? Double.NaN : ratio.ratio())
                        .toArray(),
                known ? ends(ratios, Ratio::low) : null,
                known ? ends(ratios, Ratio::high) : null);
    }

    private static double[] ends(List<Ratio> ratios, Function<Ratio, Double> end) {
        return ratios.stream()
                .mapToDouble(ratio -> ratio == null ? Double.NaN : end.apply(ratio))
                .toArray();
    }

    private static String cells(Ratio ratio) {
        return ratio == null ? ",," : cell(ratio.ratio()) + ',' + cell(ratio.low()) + ',' + cell(ratio.high());
    }

    private static String cell(Object value) {
        return value == null ? "" : value.toString();
    }
}
