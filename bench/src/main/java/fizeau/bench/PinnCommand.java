// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.bench.eager.PythonPeer;
import fizeau.bench.environment.Environment;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.pinn.BenchmarkResults;
import fizeau.bench.pinn.CheckpointFolder;
import fizeau.bench.pinn.Equation;
import fizeau.bench.pinn.MemoryFootprint;
import fizeau.bench.pinn.PinnCampaign;
import fizeau.bench.pinn.PinnPlace;
import fizeau.bench.pinn.PinnRecord;
import fizeau.bench.pinn.PinnVariant;
import fizeau.bench.pinn.PinnWeights;
import fizeau.bench.pinn.PinnWorkload;
import fizeau.bench.protocol.ChildJvm;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.report.PinnFiles;
import fizeau.bench.stats.Judgement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Fine-tuning speed of physics-informed networks. */
@Command(
        name = "pinn",
        description = {
            "Fine-tunes a low-rank physics-informed network to 20 samples of an equation at once, 64 x 64 points each, in"
                    + " several ways that must agree first, and says how many epochs a second each does.",
            "Equations: allen_cahn, burgers, convection, helmholtz2D. Variants: eager (libtorch, double backward), jit"
                    + " (TorchScript), fused (Taylor jets, gradient by hand), shared (the same, a grid point's jets computed"
                    + " once for all samples), compile (torch.compile in Python, where torch is installed), python-eager"
                    + " (as eager, in Python: the reference on a GPU, where eager and jit do not exist)."
        })
final class PinnCommand extends AbstractCommand {
    private static final long HEAP = 2L << 30;
    private static final double CHILD_TIMEOUT_SECONDS = 4 * 3600;
    private static final int FULL = 1000;
    private static final List<Integer> CHECKPOINTS = List.of(50, 250, 500, 750, 1000);

    /** Eager steps take seconds: a longer warm-up than usual, so that two passes can agree. */
    private static final WarmUpRule WARM_UP = new WarmUpRule(3, 30, 0.05);

    @Option(
            names = "--equation",
            split = ",",
            paramLabel = "NAME",
            description = "Which equations. Default: burgers; all four with --all")
    private List<String> equations;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "As the original has it, for its name alone: configs/burgers_phase2.yaml means --equation burgers. The"
                            + " file is not read; settings are the published ones.")
    private Path config;

    @Option(names = "--all", description = "All four equations with all seeds.")
    private boolean all;

    @Option(
            names = {"--seeds", "--seed"},
            split = ",",
            paramLabel = "N",
            description = "Seeds of samples and weights. Default: 0; 0,1,2 with --all")
    private List<Long> seeds;

    @Option(
            names = {"--benchmark-epochs", "--benchmark_epochs"},
            paramLabel = "N",
            description = "Epochs that are timed, each one step over all points. Default: 200")
    private Integer epochs;

    @Option(names = "--full", description = "Times 1000 epochs, so that nothing is extrapolated.")
    private boolean full;

    @Option(
            names = "--evaluate",
            description = "Runs 1000 epochs and takes relative L2 errors after 50, 250, 500, 750 and 1000.")
    private boolean evaluate;

    @Option(
            names = {"--num-runs", "--num_runs", "--rounds"},
            paramLabel = "N",
            defaultValue = "3",
            description = "How often each variant runs, every time in a fresh JVM. Fewer than 5 prove nothing."
                    + " Default: ${DEFAULT-VALUE}")
    private int runs;

    @Option(
            names = "--variant",
            split = ",",
            paramLabel = "NAME",
            description = "Which variants. Default: eager,jit,fused,shared,compile, on a GPU python-eager too")
    private List<String> variants;

    @Option(
            names = "--cuda-graphs",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "On a GPU: capture an epoch and replay it, or launch kernel by kernel.")
    private boolean cudaGraphs;

    @Option(
            names = {"--phase1-checkpoint", "--phase1_checkpoint", "--checkpoint"},
            paramLabel = "PLACE",
            description = {
                "Weights: a file of our own (JSON, schema " + PinnWeights.SCHEMA
                        + "), a state dictionary or TorchScript module"
                        + " that PyTorch has written, or the original's folder of outputs, searched for"
                        + " seed_S/EQUATION_phase1/checkpoints/best.pt.",
                "Default: seeded weights, said in the report"
            })
    private Path checkpoint;

    @Option(
            names = {"--synthetic-init", "--synthetic_init"},
            description = "Seeded weights, also where the folder of checkpoints holds none.")
    private boolean syntheticInit;

    @Option(
            names = {"--allow-missing", "--allow_missing"},
            description = "A checkpoint that is missing in the folder skips its cell without failing the run.")
    private boolean allowMissing;

    @Option(
            names = {"--no-compile", "--no_compile"},
            description = "Leaves variant compile out.")
    private boolean noCompile;

    @Option(
            names = {"--use-compile", "--use_compile"},
            description = "Adds variant compile where --variant leaves it out, unless --no-compile is given.")
    private boolean useCompile;

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "" + PinnWorkload.SAMPLES,
            description = "Samples that are fitted together. Default: ${DEFAULT-VALUE}")
    private int samples;

    @Option(
            names = "--grid",
            paramLabel = "N",
            defaultValue = "" + PinnWorkload.GRID,
            description = "Points along each side of a sample. Default: ${DEFAULT-VALUE}")
    private int grid;

    @Option(
            names = "--memory",
            description = "Also counts parameters and takes the peak memory of each variant at a batch of 1000 points.")
    private boolean memory;

    @Option(
            names = "--max-seconds",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "Of each equation and seed: starts no round that would end later; 0 for no limit."
                    + " Default: ${DEFAULT-VALUE}")
    private double maxSeconds;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Also writes benchmark_results.json there, for \"latex\".")
    private Path outputFile;

    @Option(
            names = "--python",
            paramLabel = "FILE",
            description = "Python with torch, for variants compile and python-eager.")
    private Path python;

    @Mixin
    private WarmUpOption warmUp;

    @Mixin
    private DeviceOptions device;

    @Mixin
    private OutputOptions output;

    @Override
    public Integer call() {
        Instant startedAt = Instant.now();
        int threads = device.threads();
        int timed = timedEpochs();
        List<PinnVariant> asked = variants == null ? null : variants(variants.stream());
        List<PinnWorkload> workloads = workloads();
        ProtocolSpec rules = new ProtocolSpec(
                runs, 0, maxSeconds, 1, ProtocolSpec.LEVEL, ProtocolSpec.STEAL_LIMIT, warmUp.or(WARM_UP));
        Map<PinnWorkload, String> skipped = skipped(workloads);
        workloads.stream()
                .map(PinnWorkload::checkpoint)
                .filter(Objects::nonNull)
                .distinct()
                .forEach(file -> PinnWeights.described(Path.of(file))); // refuse before anything runs
        if (python != null && !Files.isExecutable(python)) {
            throw new IllegalArgumentException(
                    "--python " + python + " is no program that can be run: name a Python with torch");
        }
        PinnPlace place = new PinnPlace(
                device.chooseChecked("pinn").toString(),
                threads,
                cudaGraphs,
                python == null ? null : python.toString());
        List<PinnVariant> wanted = asked == null ? usual(place) : asked;
        Path root = output.root(surroundings());
        RunFolder.requireWritable(root);
        Environment environment = Environment.capture(surroundings().arguments());

        device.announce(surroundings());
        RunFolder folder = RunFolder.create(root, "pinn", startedAt);
        PinnFiles files = new PinnFiles(folder);
        files.announce();
        Progress progress = progress();
        ChildJvm children = new ChildJvm(Main.class.getName(), HEAP, CHILD_TIMEOUT_SECONDS);
        List<Integer> checkpoints = evaluate ? CHECKPOINTS : List.of(timed);
        PinnCampaign campaign = new PinnCampaign(
                new PinnCampaign.Plan(
                        workloads,
                        skipped,
                        allowMissing,
                        wanted,
                        unavailable(wanted, place),
                        timed,
                        checkpoints,
                        place,
                        rules),
                folder,
                children::run,
                progress);
        MemoryFootprint footprint = memory ? campaign.memory() : null;
        PinnCampaign.Result result = campaign.run();
        PinnRecord record = new PinnRecord(
                PinnRecord.SCHEMA,
                "measured",
                "pinn",
                folder.runId(),
                folder.shownPath(),
                startedAt.toString(),
                progress.elapsedSeconds(),
                place.device(),
                threads,
                timed,
                wanted.stream().map(PinnVariant::word).toList(),
                headline(wanted),
                place.reference().word(),
                result.cells(),
                result.targets(),
                footprint,
                rules,
                children.flags(),
                result.failures(),
                result.wrong(),
                remarks(result, timed, place),
                again(),
                Json.tree(environment));
        files.write(record);
        if (outputFile != null) {
            Json.write(outputFile, BenchmarkResults.of(record));
        }
        record.missing().forEach(failure -> folder.remark(failure.reason()));
        record.wrong().forEach(folder::remark);
        folder.finish();
        progress.done();
        files.print(record, output.json(), surroundings().out());
        return record.failed() ? Main.FAILED : Main.DONE;
    }

    /** This command line without the file that {@code --output} names: running it again must not overwrite that. */
    private List<String> again() {
        List<String> kept = new ArrayList<>();
        List<String> given = surroundings().arguments();
        for (int i = 0; i < given.size(); i++) {
            if (given.get(i).equals("--output")) {
                i++; // its value goes too
            } else if (!given.get(i).startsWith("--output=")) {
                kept.add(given.get(i));
            }
        }
        return kept;
    }

    private int timedEpochs() {
        boolean thousand = full || evaluate;
        if (thousand && epochs != null && epochs != FULL) {
            throw new IllegalArgumentException("--benchmark-epochs " + epochs + " contradicts "
                    + (full ? "--full" : "--evaluate") + ", which runs " + FULL + " epochs: leave one of them out");
        }
        int timed = thousand ? FULL : epochs == null ? 200 : epochs;
        if (timed < 1 || timed > 1_000_000) {
            throw new IllegalArgumentException("--benchmark-epochs " + timed + " is not possible: use 1 to 1000000");
        }
        return timed;
    }

    private List<PinnWorkload> workloads() {
        if (all && equations != null) {
            throw new IllegalArgumentException("--all already means every equation: leave --equation out");
        }
        if (config != null && (all || equations != null)) {
            throw new IllegalArgumentException(
                    "--config names one equation: leave out " + (all ? "--all" : "--equation") + ", or --config");
        }
        List<Equation> chosen = all
                ? List.of(Equation.values())
                : equations == null
                        ? List.of(config == null ? Equation.BURGERS : configured())
                        : equations.stream().map(Equation::parse).distinct().toList();
        List<Long> given = seeds != null ? seeds : all ? List.of(0L, 1L, 2L) : List.of(0L);
        List<PinnWorkload> workloads = new ArrayList<>();
        for (Equation equation : chosen) {
            for (long seed : given) {
                workloads.add(new PinnWorkload(
                        equation.word(),
                        samples,
                        grid,
                        seed,
                        equation.learningRate(),
                        0,
                        checkpointOf(equation, seed)));
            }
        }
        return workloads;
    }

    /** The equation whose word begins the file's name, as in the original's folder of settings. */
    private Equation configured() {
        String name = config.getFileName() == null ? "" : config.getFileName().toString();
        return Arrays.stream(Equation.values())
                .filter(equation ->
                        name.toLowerCase(Locale.ROOT).startsWith(equation.word().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--config " + config
                        + " does not begin with the name of an equation, and the file is not read: use --equation with "
                        + Equation.words()));
    }

    private String checkpointOf(Equation equation, long seed) {
        if (checkpoint == null || !Files.isDirectory(checkpoint)) {
            return checkpoint == null ? null : checkpoint.toString();
        }
        return new CheckpointFolder(checkpoint)
                .find(equation.word(), seed)
                .map(Path::toString)
                .orElse(null);
    }

    private Map<PinnWorkload, String> skipped(List<PinnWorkload> workloads) {
        Map<PinnWorkload, String> reasons = new LinkedHashMap<>();
        if (checkpoint != null && !syntheticInit) {
            CheckpointFolder folder = new CheckpointFolder(checkpoint);
            workloads.stream()
                    .filter(workload -> workload.checkpoint() == null)
                    .forEach(workload -> reasons.put(workload, folder.missing(workload.equation(), workload.seed())));
        }
        return reasons;
    }

    /** What was asked for, with --use-compile and --no-compile. */
    private List<PinnVariant> variants(Stream<String> words) {
        Stream<String> compiled = useCompile ? Stream.of(PinnVariant.COMPILE.word()) : Stream.empty();
        List<PinnVariant> wanted = Stream.concat(words, compiled)
                .map(PinnVariant::parse)
                .filter(variant -> !(noCompile && variant == PinnVariant.COMPILE))
                .distinct()
                .toList();
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException("--no-compile leaves no variant: name another with --variant");
        }
        return wanted;
    }

    private List<PinnVariant> usual(PinnPlace place) {
        return variants(Arrays.stream(PinnVariant.values())
                .filter(variant -> place.onCuda() || variant != PinnVariant.PYTHON_EAGER)
                .map(PinnVariant::word));
    }

    private static Map<PinnVariant, String> unavailable(List<PinnVariant> wanted, PinnPlace place) {
        Map<PinnVariant, String> reasons = new EnumMap<>(PinnVariant.class);
        if (wanted.stream().anyMatch(PinnVariant::inPython)) {
            new PythonPeer(Optional.ofNullable(place.python()).map(Path::of), Map.of())
                    .unavailability(place.device())
                    .ifPresent(reason -> wanted.stream()
                            .filter(PinnVariant::inPython)
                            .forEach(variant -> reasons.put(variant, reason)));
        }
        if (place.onCuda()) {
            wanted.stream()
                    .filter(PinnVariant::inLibtorch)
                    .forEach(variant -> reasons.put(
                            variant,
                            "the libtorch that comes along is the build for CPUs: python-eager is the reference"));
        }
        return reasons;
    }

    /** What the original's keys and the tables are about. */
    private static String headline(List<PinnVariant> wanted) {
        return List.of(PinnVariant.FUSED, PinnVariant.SHARED, PinnVariant.JIT, PinnVariant.EAGER).stream()
                .filter(wanted::contains)
                .findFirst()
                .map(PinnVariant::word)
                .orElse(wanted.get(0).word());
    }

    private List<String> remarks(PinnCampaign.Result result, int timed, PinnPlace place) {
        List<String> remarks = new ArrayList<>(result.remarks());
        if (place.onCuda()) {
            remarks.add("on a GPU losses and the clock are read every " + place.stepsOfReading()
                    + " epochs, of every variant: the time of a step is its share of that"
                    + (cudaGraphs
                            ? ""
                            : "; epochs of" + " fused and shared were launched kernel by kernel, not replayed"));
        }
        if (runs < Judgement.FEWEST_ROUNDS) {
            remarks.add(
                    runs + (runs == 1 ? " run proves" : " runs prove") + " nothing about speed: five are the fewest");
        }
        if (config != null) {
            remarks.add("--config " + config.getFileName()
                    + " named the equation and was not read: model, samples and optimiser are the published ones");
        }
        if (timed != FULL) {
            remarks.add("times of 1000 epochs are derived from " + timed + ": --full measures them");
        }
        if (result.cells().stream().anyMatch(cell -> cell.weights().equals(PinnCampaign.SEEDED))) {
            remarks.add(
                    "the weights are seeded as the first phase leaves them before its training, not trained; speed does"
                            + " not depend on it, errors do");
        }
        remarks.add(
                "one network that does not know its sample is fitted to all samples of an equation, as in the original:"
                        + " its error cannot certify anything, so variants are compared by losses and gradients");
        remarks.add("shared computes less than eager, jit and fused do: it uses that all samples lie on one grid");
        return remarks;
    }
}
