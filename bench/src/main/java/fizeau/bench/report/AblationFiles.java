// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.ablation.AblationRecord;
import fizeau.bench.ablation.AblationStep;
import fizeau.bench.ablation.CacheDetail;
import fizeau.bench.ablation.CacheEffect;
import fizeau.bench.ablation.StageShares;
import fizeau.bench.ablation.SwitchEffect;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.stats.Ratio;
import fizeau.bench.training.Speedup;
import fizeau.bench.training.TrainingRun;
import java.io.PrintStream;
import java.util.List;

/** Writes the files of an ablation: record, report and pages, raw samples, tables and pictures. */
public final class AblationFiles {
    private static final String RESULT = TrainingFiles.RESULT;

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
                "steps.csv");
        folder.expect(AblationPictures.NAMES.toArray(String[]::new));
        ReportPages.announce(folder);
    }

    /** Writes the raw samples first: they are what cannot be had again. */
    public void write(AblationRecord record, List<TrainingRun> runs) {
        folder.writeText("iterations.csv", SamplesCsv.iterations(runs));
        folder.writeText("samples.csv", SamplesCsv.samples(runs));
        folder.writeJson(RESULT, record);
        folder.writeText("switches.csv", switches(record));
        folder.writeText("caches.csv", caches(record));
        folder.writeText("stages.csv", stages(record));
        folder.writeText("steps.csv", steps(record));
        folder.writeText("report.txt", AblationText.of(record));
        if (!record.variants().isEmpty()) {
            new AblationPictures(folder, record).draw();
            ReportPages.write(folder, Rendering.of(record, folder.path()));
        }
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

    private static String steps(AblationRecord record) {
        StringBuilder text = new StringBuilder("with,variant,over,factor,low,high,verdict\n");
        for (AblationStep step : record.steps()) {
            Speedup speedup = step.speedup();
            text.append(step.label()).append(',').append(speedup.variant()).append(',');
            text.append(speedup.over()).append(',').append(speedup.ratio()).append(',');
            text.append(cell(speedup.low()))
                    .append(',')
                    .append(cell(speedup.high()))
                    .append(',');
            text.append(speedup.verdict()).append('\n');
        }
        return text.toString();
    }

    private static String cells(Ratio ratio) {
        return ratio == null ? ",," : cell(ratio.ratio()) + ',' + cell(ratio.low()) + ',' + cell(ratio.high());
    }

    private static String cell(Object value) {
        return value == null ? "" : value.toString();
    }
}
