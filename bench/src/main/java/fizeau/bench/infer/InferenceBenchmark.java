// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.backend.selection.BackendSelector;
import fizeau.backend.selection.DeviceName;
import fizeau.bench.environment.Environment;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.infer.xla.XlaLibrary;
import fizeau.bench.protocol.ChildJvm;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.RoundLoop;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.stats.Judgement;
import fizeau.nativeconfig.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs the family's benchmarks, for programs and for the command line. */
public final class InferenceBenchmark {
    /** Bound of a process beside its timed calls: start, weights, compiling, warm-up, the reference. */
    private static final double CHILD_SECONDS_BESIDE = 600;

    private static final long HEAP_BYTES = 1L << 30;
    private static final String MAIN = "fizeau.bench.Main";
    private static final int ROUNDS = 5;
    private static final double MAX_SECONDS = 60;
    private static final int COMPILED_ROUNDS = 2;

    private static final String LIBTORCH_ON_DEVICE =
            "the libtorch that comes with this build computes on the CPU only; eager PyTorch on a GPU is pytorch";

    private static final String XLA_ON_DEVICE = "the XLA of this build computes on the CPU only";

    private InferenceBenchmark() {}

    /** Where it runs and what it tells. */
    public record Place(RunFolder folder, Progress progress, InferCampaign.Listener listener) {}

    /** One framework and one model; returns a row for each batch size. */
    public static List<InferRow> runInferenceBenchmark(BenchmarkConfig config) {
        ImageModel model = ImageModel.named(config.modelName());
        return run(config, List.of(model), Framework.parse(List.of(config.framework())), ROUNDS);
    }

    /** All frameworks on all models, with the defaults of {@link BenchmarkConfig}. */
    public static List<InferRow> runBenchmarkSuite(
            List<String> models, List<String> frameworks, List<Integer> batchSizes) {
        List<ImageModel> parsed = ImageModel.parse(models);
        BenchmarkConfig config =
                BenchmarkConfig.of(frameworks.get(0), parsed.get(0).word()).withBatchSizes(batchSizes);
        return runBenchmarkSuite(models, frameworks, config, ROUNDS);
    }

    /** The same with other settings than the defaults; framework and model are not those of {@code config}. */
    static List<InferRow> runBenchmarkSuite(
            List<String> models, List<String> frameworks, BenchmarkConfig config, int rounds) {
        return run(config, ImageModel.parse(models), Framework.parse(frameworks), rounds);
    }

    /** Tells each row as soon as it is there, if that is wanted. */
    public static InferCampaign.Listener listener(boolean verbose, Progress progress) {
        if (!verbose) {
            return (model, batch, rows) -> {};
        }
        return (model, batch, rows) -> rows.forEach(row -> progress.note(row.model() + ", batch " + batch + ", "
                + row.framework() + ": " + (row.measured() ? row.timings().p50() + " ms" : row.reason())));
    }

    private static List<InferRow> run(
            BenchmarkConfig config, List<ImageModel> models, List<Framework> frameworks, int rounds) {
        Instant startedAt = Instant.now();
        InferSettings settings = new InferSettings(
                models,
                frameworks,
                config.batchSizes(),
                NumberFormat.parse(config.dtype()),
                config.warmupIterations(),
                config.measurementIterations(),
                MAX_SECONDS,
                COMPILED_ROUNDS,
                false,
                null,
                config.dataSource(),
                BackendSelector.choose(Settings.ofProcess(), DeviceName.parse(config.devicePrefer()))
                        .device()
                        .toString(),
                Runtime.getRuntime().availableProcessors(),
                false,
                new ProtocolSpec(rounds, 0, 0, 1, ProtocolSpec.LEVEL, ProtocolSpec.STEAL_LIMIT, WarmUpRule.usual()));
        RunFolder folder = RunFolder.create(config.csvOutputDir(), "infer", startedAt);
        Progress progress = new Progress(System.err, false);
        InferRecord record = run(
                settings,
                new InferPeer(Path.of("python3"), Duration.ofMinutes(10)),
                startedAt,
                List.of("infer"),
                new Place(folder, progress, listener(config.verbose(), progress)));
        folder.writeJson("result.json", record);
        InferCsv.write(config.csvOutputDir(), record);
        folder.finish();
        return record.rows();
    }

    /** Everything that is asked for; the caller writes the record down. */
    public static InferRecord run(
            InferSettings settings, InferPeer peer, Instant startedAt, List<String> arguments, Place place) {
        JsonNode environment = Json.tree(Environment.capture(arguments));
        double timeout = CHILD_SECONDS_BESIDE + 3 * settings.maxSeconds();
        ChildJvm children = new ChildJvm(
                MAIN, HEAP_BYTES, timeout, Map.of("OMP_NUM_THREADS", Integer.toString(settings.threads())));
        RoundLoop.Executor executor = (job, share) -> {
            boolean python = job.family().equals(InferJob.FAMILY)
                    && Framework.named(job.variant()).peer();
            return python ? peer.run(job) : children.run(job, share);
        };
        InferCampaign.Result result = new InferCampaign(
                        settings,
                        unavailable(settings, peer),
                        place.folder(),
                        executor,
                        place.progress(),
                        place.listener())
                .run();
        Network first = settings.models().get(0).network(1);
        return new InferRecord(
                InferRecord.SCHEMA,
                InferRow.MEASURED,
                "infer",
                place.folder().runId(),
                place.folder().shownPath(),
                startedAt.toString(),
                place.progress().elapsedSeconds(),
                settings.device(),
                settings.threads(),
                new InferRecord.Workload(
                        settings.models().stream().map(ImageModel::word).toList(),
                        settings.batchSizes(),
                        "3x" + first.edge() + "x" + first.edge(),
                        settings.format().word(),
                        settings.synthetic()
                                ? InferSettings.SYNTHETIC
                                : String.valueOf(Path.of(settings.dataSource()).getFileName()),
                        settings.legacyScale(),
                        settings.warmUps(),
                        settings.iterations(),
                        settings.maxSeconds()),
                result.rows(),
                settings.protocol(),
                children.flags(),
                result.failures(),
                remarks(settings, result),
                environment);
    }

    private static Map<Framework, String> unavailable(InferSettings settings, InferPeer peer) {
        Map<Framework, String> reasons = new EnumMap<>(Framework.class);
        Map<String, Optional<String>> asked = new HashMap<>();
        for (Framework framework : settings.frameworks()) {
            if (framework == Framework.LIBTORCH && settings.onDevice()) {
                reasons.put(framework, LIBTORCH_ON_DEVICE);
            } else if (framework == Framework.XLA && settings.onDevice()) {
                reasons.put(framework, XLA_ON_DEVICE);
            } else if (framework == Framework.XLA) {
                XlaLibrary.unavailability().ifPresent(reason -> reasons.put(framework, reason));
            } else if (framework.peer()) {
                asked.computeIfAbsent(framework.module(), peer::unavailability)
                        .ifPresent(reason -> reasons.put(framework, reason));
            }
        }
        return reasons;
    }

    private static List<String> remarks(InferSettings settings, InferCampaign.Result result) {
        List<String> remarks = new ArrayList<>(result.remarks());
        Judgement.remarkOnFewRounds(settings.protocol().rounds()).ifPresent(remarks::add);
        if (settings.legacyScale() && settings.synthetic()) {
            remarks.add(
                    "the pictures run to about 1000, as in the original, whose statistics are those of pictures to 1");
        }
        if (settings.onDevice() && settings.format() == NumberFormat.FLOAT32) {
            remarks.add("float32 is computed in float32 by every framework: products are not rounded for tensor cores");
        }
        if (settings.frameworks().stream().anyMatch(Framework::compiles)
                && settings.compiledRounds() < settings.protocol().rounds()) {
            remarks.add("frameworks that compile for long took part in the first " + settings.compiledRounds()
                    + " rounds only");
        }
        return remarks;
    }
}
