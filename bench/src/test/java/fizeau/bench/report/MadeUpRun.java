// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.eager.PeerOutcome;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.training.Acceptance;
import fizeau.bench.training.Campaign;
import fizeau.bench.training.Comparison;
import fizeau.bench.training.CorrectnessGate;
import fizeau.bench.training.PeerRun;
import fizeau.bench.training.PublishedFigure;
import fizeau.bench.training.SeedQuality;
import fizeau.bench.training.Speedup;
import fizeau.bench.training.TrainingOutcome;
import fizeau.bench.training.TrainingRecord;
import fizeau.bench.training.TrainingRun;
import fizeau.bench.training.VariantRecord;
import fizeau.bench.training.VariantSpec;
import fizeau.bench.workload.Workload;
import fizeau.cache.CacheStatistics;
import fizeau.image.NpyFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A run whose times and losses are made up, with everything that a real run leaves behind. */
final class MadeUpRun {
    private static final int ROUNDS = 5;
    private static final WarmUpRule WARM_UP = new WarmUpRule(0.1, 1, 0.1);

    /** Small, so that its pictures are drawn quickly. */
    static final Workload WORKLOAD =
            new Workload("custom", 32, 64, 8, "fermat", 16, 8, 25, 1e-3, 1, "built-in", "0123456789abcdef");

    private final RunFolder folder;
    private final TrainingRecord record;
    private final Campaign.Result result;

    private MadeUpRun(RunFolder folder, Campaign.Result result) {
        this.folder = folder;
        this.result = result;
        this.record = record(folder, result);
    }

    /** @param seconds time of a training by variant, before noise of two per cent */
    static MadeUpRun of(Path root, Map<String, Double> seconds) {
        RunFolder folder = RunFolder.create(root, "compare", Instant.parse("2026-01-02T03:04:05Z"));
        List<TrainingRun> runs = new ArrayList<>();
        List<VariantSpec> specs = new ArrayList<>();
        seconds.forEach((name, time) -> {
            specs.add(spec(name));
            Random random = new Random(name.hashCode() + Double.hashCode(time)); // the same in any order
            for (int round = 1; round <= ROUNDS; round++) {
                runs.add(TrainingRun.of(report(name, round, time * (1 + 0.02 * random.nextGaussian()), random)));
            }
        });
        List<CorrectnessGate.Result> gate = specs.stream()
                .map(spec -> new CorrectnessGate.Result(
                        spec.name(), "baseline", true, 1e-7, 2e-4, 1e-3, 3e-4, 1e-3, 1e-4, "losses agree, made up"))
                .toList();
        return new MadeUpRun(
                folder, new Campaign.Result(specs, runs, peers(), gate, Map.of(), ROUNDS, List.of(), List.of()));
    }

    private static List<PeerRun> peers() {
        List<PeerRun> peers = new ArrayList<>();
        peers.add(new PeerRun("python-compile", 0, null, "torch 1.0 has no torch.compile, made up"));
        for (int round = 1; round <= ROUNDS; round++) {
            List<Double> millis = Collections.nCopies(100, 4.0 + 0.1 * round);
            peers.add(new PeerRun(
                    "python-eager",
                    round,
                    new PeerOutcome.Trained(
                            "3.0", "1.0", "eager", 2, false, List.of(1.0), millis, 0.5, 0.4, "cpu", null),
                    null));
        }
        return peers;
    }

    RunFolder folder() {
        return folder;
    }

    TrainingRecord record() {
        return record;
    }

    /** Writes record, samples, pictures and pages, as a command does. */
    MadeUpRun write() {
        picture(Campaign.OBJECT_FILE, 0);
        result.specs().forEach(spec -> picture(Campaign.estimateFile(spec.name()), 0.15));
        writeResult();
        new TrainingPictures(folder, record, result.runs()).draw();
        for (ReportFormat format : List.of(ReportFormat.HTML, ReportFormat.MARKDOWN)) {
            folder.writeText(format.file(), format.render(record, folder.path()));
        }
        folder.finish();
        return this;
    }

    /** Writes record and samples. */
    MadeUpRun writeResult() {
        result.runs()
                .forEach(run -> folder.writeJson(
                        String.format("rounds/%03d-%s.json", run.round(), run.variant()), run.report()));
        new TrainingFiles(folder).write(record, result.runs());
        return this;
    }

    private void picture(String name, double noise) {
        Random random = new Random(3);
        int edge = WORKLOAD.objectSize();
        float[] values = new float[edge * edge];
        for (int i = 0; i < values.length; i++) {
            double y = i / edge - edge / 2.0;
            double x = i % edge - edge / 2.0;
            double disc = Math.hypot(y, x) < edge * 0.35 ? 0.8 - 0.01 * x : 0.05;
            values[i] = (float) Math.max(0, Math.min(1, disc + noise * random.nextGaussian()));
        }
        NpyFile.write(folder.resolve(name), new NpyFile.Array(List.of(edge, edge), values));
        folder.add(name);
    }

    private static VariantSpec spec(String name) {
        return name.startsWith("baseline")
                ? VariantSpec.baseline(name.endsWith("once"), 2)
                : VariantSpec.optimized("cpu", 2);
    }

    private static JobReport report(String variant, int round, double seconds, Random random) {
        int iterations = WORKLOAD.iterations();
        long[] nanos = new long[iterations];
        float[] losses = new float[iterations];
        for (int i = 0; i < iterations; i++) {
            nanos[i] = (long) (1e9 * seconds / iterations * Math.exp(0.1 * random.nextGaussian()));
            losses[i] = (float) (0.6 * Math.exp(-i / 60.0) + 0.05 + 0.01 * random.nextDouble());
        }
        List<TrainingOutcome.Sample> samples = new ArrayList<>();
        for (int i = 0; i < WORKLOAD.samples(); i++) {
            samples.add(new TrainingOutcome.Sample(
                    seconds / WORKLOAD.samples(), 1e-4, 0.0, 0, false, 10 + 1.5 * i, 0.1 + 0.1 * i));
        }
        long hits = variant.equals("optimized") ? iterations - WORKLOAD.samples() : 0;
        TrainingOutcome outcome = new TrainingOutcome(
                round,
                "digest of seed " + round,
                "made up, 2 threads <b>&amp;</b>",
                seconds,
                0,
                nanos,
                losses,
                samples,
                new TrainingOutcome.Quality(21.5 + 0.1 * random.nextGaussian(), 0.81, 0.08, 0.0064, 0.97),
                Map.of("measurement", new CacheStatistics(hits, WORKLOAD.samples(), 0, 0, 8, 8192)),
                Map.of("new 17 x 17", "matrix"));
        return new JobReport(
                variant,
                round,
                new JobReport.Phases(0.5, 0.2, 0.9, 40, true, seconds),
                new MemoryUse(400_000_000L, 20_000_000, 90_000_000),
                new Interference(0.001, 0, 0, 1.8, 0.01, WORKLOAD.samples(), 0, 2400.0, 2500.0, 0),
                Json.tree(outcome));
    }

    private static TrainingRecord record(RunFolder folder, Campaign.Result result) {
        ProtocolSpec protocol =
                new ProtocolSpec(ROUNDS, 0, 0, 1, ProtocolSpec.LEVEL, ProtocolSpec.STEAL_LIMIT, WARM_UP);
        Comparison comparison = new Comparison(WORKLOAD, protocol, result);
        Map<String, VariantRecord> variants = comparison.variants();
        Speedup speedup = comparison.speedup("optimized", "baseline").orElse(null);
        Speedup overOnce = comparison.speedup("optimized", "baseline-once").orElse(null);
        List<SeedQuality> qualities = comparison.qualities("baseline");
        return new TrainingRecord(
                TrainingRecord.SCHEMA,
                "measured",
                "compare",
                folder.runId(),
                "compare/" + folder.runId(),
                folder.startedAt().toString(),
                12,
                "cpu",
                WORKLOAD,
                speedup,
                overOnce,
                variants,
                comparison.peers(),
                List.of(),
                null,
                new Acceptance(WORKLOAD, variants, comparison.peers()).of(speedup, overOnce, qualities, result.gate()),
                null,
                qualities,
                result.gate(),
                Map.of(),
                protocol,
                ROUNDS,
                List.of("-Xmx1g"),
                List.of(1L, 2L, 3L, 4L, 5L),
                PublishedFigure.all(),
                result.failures(),
                List.of("every number of this run is made up <script>alert(1)</script>"),
                Json.tree(Map.of(
                        "processor", Map.of("model", "made-up processor", "usableProcessors", 2),
                        "git", Map.of("commit", "0000000", "dirty", false),
                        "arguments", Arrays.asList("compare", "--workload", "progressive", "--json"))));
    }
}
