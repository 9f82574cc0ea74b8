// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.protocol.JobReport;
import fizeau.bench.stats.Summary;
import fizeau.bench.training.CacheRecord;
import fizeau.bench.training.Check;
import fizeau.bench.training.PeerRecord;
import fizeau.bench.training.Speedup;
import fizeau.bench.training.TrainingFloor;
import fizeau.bench.training.TrainingRecord;
import fizeau.bench.training.TrainingTarget;
import fizeau.bench.training.Trial;
import fizeau.bench.training.VariantRecord;
import fizeau.bench.workload.Workload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The readable report of a comparison, or of one variant. */
public final class TrainingText {
    private final TrainingRecord record;
    private final Lines lines = new Lines();

    private TrainingText(TrainingRecord record) {
        this.record = record;
    }

    /** The whole report. */
    public static String of(TrainingRecord record) {
        return new TrainingText(record).write();
    }

    private String write() {
        head();
        speedups();
        variants(record.variants().values());
        peers();
        floorOfTheDevice();
        caches();
        threadTrials();
        targets();
        checks();
        published();
        lines.tail(record.missing(), record.remarks(), record.folder());
        return lines.toString();
    }

    private void head() {
        Workload workload = record.workload();
        line("Fizeau %s, run %s", record.command(), record.runId());
        line("");
        line(
                "workload  %s: %d samples x %d epochs = %d iterations",
                workload.name(), workload.samples(), workload.epochs(), workload.iterations());
        line(
                "          object %d x %d (%s) in a frame of %d x %d, aperture radius %s px, pattern %s to %s px",
                workload.objectSize(),
                workload.objectSize(),
                workload.object(),
                workload.imageSize(),
                workload.imageSize(),
                Numbers.plain(workload.apertureRadius()),
                workload.pattern(),
                Numbers.plain(workload.patternRadius()));
        Sentences.latent(workload).ifPresent(words -> line("          latent vector: %s", words));
        lines.device(record.device(), record.environment()).rounds(record.rounds(), "variant");
        line(
                "seeds     %s: of the initial weights, one a round, the same for all variants; good ones by rule",
                record.seeds().toString().replaceAll("[\\[\\]]", ""));
        line("");
    }

    private void speedups() {
        List<Speedup> speedups = new ArrayList<>();
        if (record.speedup() != null) {
            speedups.add(record.speedup());
        }
        if (record.speedupOverMeasureOnce() != null) {
            speedups.add(record.speedupOverMeasureOnce());
        }
        if (record.onDevice() != null && record.onDevice().speedupOverLibrary() != null) {
            speedups.add(record.onDevice().speedupOverLibrary());
        }
        for (Speedup speedup : speedups) {
            line(
                    "%s trains %.2f times as fast as %s (%s interval %s; per iteration %.2f times): %s",
                    speedup.variant(),
                    speedup.ratio(),
                    speedup.over(),
                    String.format(Locale.ROOT, "%.0f %%", 100 * speedup.level()),
                    speedup.low() == null
                            ? "unknown"
                            : String.format(Locale.ROOT, "%.2f to %.2f", speedup.low(), speedup.high()),
                    speedup.iterationRatio(),
                    speedup.verdict());
            line("    %s", speedup.reason());
        }
        if (!speedups.isEmpty()) {
            line("");
        }
    }

    private void variants(Collection<VariantRecord> variants) {
        TextTable table = new TextTable();
        row(table, variants, "", VariantRecord::name);
        row(table, variants, "training, s (median)", v -> Numbers.plain(v.trainingSeconds()));
        row(table, variants, "  interval", v -> Numbers.interval(v.trainingLow(), v.trainingHigh()));
        row(table, variants, "iteration, ms (median)", v -> Numbers.plain(v.medianIterationMs()));
        row(
                table,
                variants,
                "  quartiles",
                v -> Numbers.interval(v.iteration().q1(), v.iteration().q3()));
        row(table, variants, "  mean", v -> Numbers.plain(v.iteration().mean()));
        row(
                table,
                variants,
                "  standard deviation",
                v -> Numbers.plain(v.iteration().std()));
        row(table, variants, "  p95", v -> Numbers.plain(v.iteration().p95()));
        row(table, variants, "  p99", v -> Numbers.plain(v.iteration().p99()));
        row(table, variants, "sample, ms", v -> Numbers.plain(v.millisPerSample()));
        row(table, variants, "samples per second", v -> Numbers.plain(v.samplesPerSecond()));
        if (floor() != null) {
            row(
                    table,
                    variants,
                    "of the floor",
                    v -> Numbers.percent(floor().shares().get(v.name())));
        }
        row(table, variants, "PSNR, dB", v -> Numbers.plain(v.psnr()));
        row(table, variants, "SSIM", v -> Numbers.plain(v.ssim()));
        row(table, variants, "RMSE", v -> Numbers.plain(v.rmse()));
        row(table, variants, "MSE", v -> Numbers.plain(v.mse()));
        row(table, variants, "correlation", v -> Numbers.plain(v.correlation()));
        row(table, variants, "peak memory, MB", v -> Numbers.megabytes(v.peakMemoryBytes()));
        row(table, variants, "  native, MB", v -> Numbers.megabytes(v.nativeBytes()));
        row(table, variants, "  heap, MB", v -> Numbers.megabytes(v.peakHeapBytes()));
        row(table, variants, "not in the training time:", v -> "");
        row(table, variants, "  start of the JVM, s", v -> phase(v, JobReport.Phases::start));
        row(table, variants, "  loading, s", v -> phase(v, JobReport.Phases::load));
        row(table, variants, "  warm-up, s", v -> phase(v, JobReport.Phases::warmUp));
        row(
                table,
                variants,
                "cores busy",
                v -> interference(v, r -> r.interference().processorShare()));
        row(
                table,
                variants,
                "taken by others",
                v -> percentOf(v, r -> r.interference().othersShare()));
        row(
                table,
                variants,
                "time stolen",
                v -> percentOf(v, r -> r.interference().stealShare()));
        lines.table(table);
        for (VariantRecord variant : variants) {
            line("%s: %s", variant.name(), variant.description());
        }
        if (record.onDevice() != null) {
            record.onDevice()
                    .unavailable()
                    .forEach(missing -> line("%s  unavailable: %s", missing.variant(), missing.reason()));
        }
        line("");
    }

    private TrainingFloor floor() {
        return record.onDevice() == null ? null : record.onDevice().floor();
    }

    private void floorOfTheDevice() {
        if (floor() != null) {
            line(
                    "floor: an iteration takes at least %s ms here, bound by %s",
                    Numbers.plain(floor().millis()), floor().boundBy());
            FloorSentences.of(floor()).forEach(sentence -> line("  %s", sentence));
            line("");
        }
    }

    private static void row(
            TextTable table, Collection<VariantRecord> variants, String name, Function<VariantRecord, String> cell) {
        List<String> cells = new ArrayList<>(List.of(name));
        variants.forEach(variant -> cells.add(cell.apply(variant)));
        table.row(cells);
    }

    private static String phase(VariantRecord variant, Function<JobReport.Phases, Double> seconds) {
        return Numbers.plain(Summary.median(variant.rounds().stream()
                .mapToDouble(round -> seconds.apply(round.phases()))
                .toArray()));
    }

    private static String interference(VariantRecord variant, Function<VariantRecord.Round, Double> number) {
        double[] known = variant.rounds().stream()
                .map(number)
                .filter(value -> value != null)
                .mapToDouble(Double::doubleValue)
                .toArray();
        return known.length == 0 ? Numbers.UNKNOWN : Numbers.plain(Summary.median(known));
    }

    /** Of the worst round. */
    private static String percentOf(VariantRecord variant, Function<VariantRecord.Round, Double> share) {
        return variant.rounds().stream()
                .map(share)
                .filter(value -> value != null)
                .max(Double::compare)
                .map(Numbers::percent)
                .orElse(Numbers.UNKNOWN);
    }

    private void peers() {
        if (record.peers().isEmpty()) {
            return;
        }
        line("Python peers, the baseline's iteration written plainly");
        for (PeerRecord peer : record.peers()) {
            if (!peer.measured()) {
                line("  %s  unavailable: %s", peer.name(), peer.reason());
                continue;
            }
            line(
                    "  %s  %s ms per iteration at %d positions (torch %s, Python %s, %d threads)",
                    peer.name(),
                    Numbers.plain(peer.medianIterationMs()),
                    peer.positions(),
                    peer.torch(),
                    peer.python(),
                    peer.threads());
            if (peer.peakDeviceBytes() != null) {
                line("    on %s, at most %d MB of it", peer.device(), peer.peakDeviceBytes() >> 20);
            }
            ratio("baseline takes %s of its time (%s)", peer.baselineOverPeer());
            ratio("optimized is %s times as fast (%s)", peer.peerOverOptimized());
            ratio("library-level is %s times as fast (%s)", peer.peerOverLibrary());
            if (floor() != null) {
                line("      %s of the floor", Numbers.percent(floor().shares().get(peer.name())));
            }
        }
        line("");
    }

    private void ratio(String sentence, PeerRecord.Ratio ratio) {
        if (ratio != null) {
            line("      " + sentence, Numbers.plain(ratio.ratio()), Numbers.interval(ratio.low(), ratio.high()));
        }
    }

    private void caches() {
        for (VariantRecord variant : record.variants().values()) {
            if (!variant.caches().isEmpty()) {
                TextTable table = new TextTable()
                        .row("cache of " + variant.name(), "hits", "misses", "hit rate", "entries", "bytes");
                for (Map.Entry<String, CacheRecord> cache : variant.caches().entrySet()) {
                    CacheRecord counted = cache.getValue();
                    table.row(
                            "  " + cache.getKey(),
                            Long.toString(counted.hits()),
                            Long.toString(counted.misses()),
                            Numbers.percent(counted.hitRate()),
                            Integer.toString(counted.entries()),
                            Long.toString(counted.bytes()));
                }
                lines.table(table);
            }
            if (!variant.plans().isEmpty()) {
                line("plans of %s", variant.name());
                TextTable table = new TextTable();
                variant.plans().forEach((purpose, plan) -> table.row("  " + purpose, plan));
                lines.table(table);
            }
        }
    }

    private void threadTrials() {
        if (record.threadTrials().isEmpty()) {
            return;
        }
        line("threads tried before the rounds, ms per iteration");
        TextTable table = new TextTable();
        record.threadTrials().forEach((variant, trials) -> {
            for (Trial.ThreadTrial trial : trials) {
                table.row(
                        "  " + variant,
                        trial.threads() + (trial.threads() == 1 ? " thread" : " threads"),
                        trial.blasThreads() > 1 ? "and " + trial.blasThreads() + " of OpenBLAS" : "",
                        Numbers.plain(trial.millis()));
            }
        });
        lines.table(table);
    }

    private void targets() {
        for (TrainingTarget target : record.targets()) {
            String found = target.value() == null
                    ? ""
                    : " (" + Numbers.plain(target.value()) + (target.givesRatio() ? "" : " ") + target.unit() + ")";
            line("%s: %s%s; %s", target.what(), target.verdict(), found, target.reason());
        }
        if (!record.targets().isEmpty()) {
            line("");
        }
    }

    private void checks() {
        TextTable table = new TextTable().row("check", "status", "value", "limit");
        for (Check check : record.checks()) {
            table.row(
                    "  " + check.name(),
                    check.status().word(),
                    Numbers.plain(check.value()),
                    Numbers.plain(check.limit()));
        }
        line("%s", table.toString().stripTrailing());
        for (Check check : record.checks()) {
            line("  %s: %s", check.name(), check.note());
        }
        line("");
    }

    private void published() {
        if (!record.published().isEmpty()) {
            lines.published(record.published());
        }
    }

    private void line(String format, Object... arguments) {
        lines.line(format, arguments);
    }
}
