// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.bench.files.RunFolder;
import fizeau.bench.infer.Checkpoint;
import fizeau.bench.infer.Framework;
import fizeau.bench.infer.ImageFolder;
import fizeau.bench.infer.ImageModel;
import fizeau.bench.infer.InferCsv;
import fizeau.bench.infer.InferPeer;
import fizeau.bench.infer.InferRecord;
import fizeau.bench.infer.InferSettings;
import fizeau.bench.infer.InferenceBenchmark;
import fizeau.bench.infer.NumberFormat;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.report.InferFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The inference family: image classifiers by framework and batch size. */
@Command(
        name = "infer",
        description = {
            "Times image classifiers on several frameworks: eager libtorch, our engine, XLA where the build has it, and"
                    + " Python's PyTorch, torch.compile and JAX where they are installed. All get the same weights and pictures from files, and none is"
                    + " timed before its answer equals that of double precision.",
            "Weights are seeded; nothing is downloaded."
        })
final class InferCommand extends AbstractCommand {

    /** How much is measured. */
    private enum Preset {
        QUICK(3, 10, 2, 5),
        STANDARD(10, 50, 5, 60),
        PRODUCTION(20, 200, 5, 240),
        RESEARCH(20, 500, 10, 1200);

        private final int warmUps;
        private final int iterations;
        private final int rounds;
        private final double maxSeconds;

        Preset(int warmUps, int iterations, int rounds, double maxSeconds) {
            this.warmUps = warmUps;
            this.iterations = iterations;
            this.rounds = rounds;
            this.maxSeconds = maxSeconds;
        }

        static Preset parse(String word) {
            return Arrays.stream(values())
                    .filter(preset -> preset.name().equals(word.strip().toUpperCase(Locale.ROOT)))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("--preset " + word + " is unknown: use "
                            + Arrays.stream(values())
                                    .map(preset -> preset.name().toLowerCase(Locale.ROOT))
                                    .collect(Collectors.joining(", "))));
        }
    }

    @Option(
            names = "--framework",
            split = ",",
            arity = "1..*",
            paramLabel = "NAME",
            description =
                    "libtorch, engine, xla, pytorch, torch-compile, jax; both (pytorch and jax) or all. Speedups need"
                            + " libtorch, on a GPU pytorch. Default: all")
    private List<String> frameworks = List.of("all");

    @Option(
            names = "--model",
            split = ",",
            arity = "1..*",
            paramLabel = "NAME",
            description = "resnet50, vit_b_16, or both of them, which is also all; resnet_tiny and vit_tiny check an"
                    + " installation. Default: both")
    private List<String> models = List.of("both");

    @Option(
            names = "--batch-sizes",
            split = ",",
            arity = "1..*",
            paramLabel = "N",
            description = "Pictures at once. Default: 1 8 32 128")
    private List<Integer> batchSizes = List.of(1, 8, 32, 128);

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            defaultValue = "standard",
            description = "quick, standard, production or research: sets what is not given of the next four."
                    + " Default: ${DEFAULT-VALUE}")
    private String preset;

    @Option(
            names = {"--iterations", "--measurement-iterations"},
            paramLabel = "N",
            description = "Samples of each process, fewer when its time is up. Default: 50")
    private Integer iterations;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            description = "Calls of each process before its clock starts. Default: 10")
    private Integer warmUps;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often each framework runs, every time in a fresh process. Fewer than 5 prove nothing."
                    + " Default: 5")
    private Integer rounds;

    @Option(
            names = "--max-seconds",
            paramLabel = "SECONDS",
            description =
                    "Bound of the timed calls of a model at a batch size, all frameworks and rounds together; each"
                            + " process makes at least one. Default: 60")
    private Double maxSeconds;

    @Option(
            names = "--compiled-rounds",
            paramLabel = "N",
            defaultValue = "2",
            description = "Rounds in which torch-compile, jax and xla take part: each compiles anew. Default:"
                    + " ${DEFAULT-VALUE}")
    private int compiledRounds;

    @Option(
            names = "--dtype",
            paramLabel = "NAME",
            defaultValue = "float32",
            description = "float32, float16 or bfloat16, of weights and pictures. Default: ${DEFAULT-VALUE}")
    private String dtype;

    @Option(
            names = "--data-source",
            paramLabel = "DIR",
            defaultValue = InferSettings.SYNTHETIC,
            description =
                    "synthetic, or a folder of pictures with a subfolder for each class: these are then also timed from"
                            + " file to answer. Default: ${DEFAULT-VALUE}")
    private String dataSource;

    @Option(
            names = "--legacy-scale",
            description =
                    "Noise to 255 before it is normalised by the statistics of pictures to 1, as in the original.")
    private boolean legacyScale;

    @Mixin
    private BackendOptions device;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description =
                    "Weights of the one --model from a safetensors file of float32 arrays under torchvision's names."
                            + " Default: seeded weights")
    private Path checkpoint;

    @Option(names = "--threads", paramLabel = "N", description = "Most threads. Default: all cores")
    private Integer threads;

    @Option(
            names = "--python",
            paramLabel = "PATH",
            defaultValue = "python3",
            description = "Interpreter of the peers. Default: ${DEFAULT-VALUE}")
    private Path python;

    @Option(
            names = "--peer-timeout",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "After which a Python process is ended. Default: ${DEFAULT-VALUE}")
    private double peerTimeout;

    @Option(
            names = {"--profile", "--profiling"},
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Tells where a call of our frameworks spends its time. Default: on")
    private boolean profile;

    @Option(
            names = "--no-energy",
            description = "Taken as in the original, without effect: this family measures no energy.")
    private boolean withoutEnergy;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seeds the order of runs and the intervals. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(
            names = "--output-dir",
            paramLabel = "DIR",
            description = "Folder that takes the table of results as well, as in the original.")
    private Path outputDir;

    @Option(names = "--verbose", description = "Tells each time as soon as it is known, on standard error.")
    private boolean verbose;

    @Mixin
    private OutputOptions output;

    @Override
    public Integer call() {
        Instant startedAt = Instant.now();
        if (!(peerTimeout > 0) || peerTimeout > 1e6) {
            throw new IllegalArgumentException(
                    "--peer-timeout " + peerTimeout + " is not possible: use more than 0 and at most 1000000");
        }
        device.name();
        InferSettings settings = settings();
        if (!settings.synthetic()) {
            ImageFolder.open(Path.of(dataSource), 1); // refuses before anything is written
        }
        if (checkpoint != null) {
            Checkpoint.open(checkpoint, settings.models().get(0));
        }
        Path root = output.root(surroundings());
        RunFolder.requireWritable(root);
        RunFolder folder = RunFolder.create(root, "infer", startedAt);
        InferFiles files = new InferFiles(folder);
        files.announce();
        device.announce(surroundings());
        Progress progress = progress();
        InferRecord record = InferenceBenchmark.run(
                settings,
                new InferPeer(python, Duration.ofMillis((long) (1000 * peerTimeout))),
                startedAt,
                surroundings().arguments(),
                new InferenceBenchmark.Place(folder, progress, InferenceBenchmark.listener(verbose, progress)));
        files.write(record);
        if (outputDir != null) {
            InferCsv.write(outputDir, record);
        }
        record.missing().forEach(failure -> folder.remark(failure.reason()));
        folder.finish();
        progress.done();
        files.print(record, output.json(), surroundings().out());
        return record.failed() ? Main.FAILED : Main.DONE;
    }

    /** Refuses what is not possible. */
    private InferSettings settings() {
        Preset usual = Preset.parse(preset);
        ProtocolSpec rules = new ProtocolSpec(
                rounds == null ? usual.rounds : rounds,
                0,
                0,
                seed,
                ProtocolSpec.LEVEL,
                ProtocolSpec.STEAL_LIMIT,
                WarmUpRule.usual());
        return new InferSettings(
                ImageModel.parse(models),
                Framework.parse(frameworks),
                batchSizes,
                NumberFormat.parse(dtype),
                warmUps == null ? usual.warmUps : warmUps,
                iterations == null ? usual.iterations : iterations,
                maxSeconds == null ? usual.maxSeconds : maxSeconds,
                compiledRounds,
                legacyScale,
                checkpoint,
                dataSource,
                device.chooseChecked("infer").toString(),
                DeviceOptions.threads(threads),
                profile,
                rules);
    }
}
