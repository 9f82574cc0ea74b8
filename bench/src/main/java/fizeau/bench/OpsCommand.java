// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.bench.environment.Environment;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.ops.Method;
import fizeau.bench.ops.OperatorCase;
import fizeau.bench.ops.OpsCampaign;
import fizeau.bench.ops.OpsComparison;
import fizeau.bench.ops.OpsFolders;
import fizeau.bench.ops.OpsJob;
import fizeau.bench.ops.OpsSettings;
import fizeau.bench.ops.ScheduleStore;
import fizeau.bench.ops.ShapeSet;
import fizeau.bench.protocol.ChildJvm;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.RoundLoop;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.report.OpsFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The operator family: executes methods, compares them, or both. */
@Command(
        name = "ops",
        description = {
            "Times operators or models by several methods: tuned (our search for the fastest correct schedule), eager"
                    + " libtorch, TorchScript (jit), and Python's torch.compile where it is installed. Execution (--method)"
                    + " and comparison (--compare) are separate steps; --all does both.",
            "Runs lie in results/MODEL/run_N/benchmarks. Without arguments a new run is made for an execution, and the"
                    + " newest one, by what its manifest says, is compared."
        })
final class OpsCommand extends AbstractCommand {
    private static final long HEAP_BYTES = 1L << 30;
    private static final double CHILD_SECONDS_BESIDE = 300;

    @Parameters(
            arity = "0..2",
            paramLabel = "MODEL [RUN] | DIR",
            description = "Which run: a name and a number, or the folder itself. Default name: operators, or models.")
    private List<String> place = List.of();

    @Option(names = "--all", description = "Executes tuned, eager, jit and compile, then compares them.")
    private boolean all;

    @Option(names = "--compare", description = "Compares what was executed.")
    private boolean compare;

    @Option(
            names = "--method",
            split = ",",
            paramLabel = "NAME",
            description = "Executes methods: tuned (or agent), eager, jit, compile or all.")
    private List<String> methods = List.of();

    @Option(
            names = "--shapes",
            paramLabel = "SET",
            defaultValue = "code",
            description = "code or doc: sizes of the original's source or of its document. Default: ${DEFAULT-VALUE}")
    private String shapes;

    @Option(
            names = "--operators",
            split = ",",
            paramLabel = "NAME",
            description = "Only these, for instance conv2d_small. Default: all nine.")
    private List<String> operators = List.of();

    @Option(
            names = "--models",
            split = ",",
            arity = "0..1",
            fallbackValue = "all",
            paramLabel = "NAME",
            description = "Models instead of operators: lstm, distilbert, gpt-2, convnext, or all of them.")
    private List<String> models = List.of();

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "100",
            description = "Samples of each process, fewer when its time is up. Default: ${DEFAULT-VALUE}")
    private int runs;

    @Option(
            names = "--warm-ups",
            paramLabel = "N",
            defaultValue = "10",
            description = "Calls of each process before its clock starts. Default: ${DEFAULT-VALUE}")
    private int warmUps;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "How often each method runs, every time in a fresh JVM. Fewer than 5 prove nothing."
                    + " Default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(
            names = "--max-seconds",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Bound of the timed calls of a case, all methods and rounds together; each process makes at"
                    + " least one. Default: ${DEFAULT-VALUE}")
    private double maxSeconds;

    @Option(
            names = "--search-seconds",
            paramLabel = "SECONDS",
            defaultValue = "40",
            description = "Bound of the search for the schedule of a case. Default: ${DEFAULT-VALUE}")
    private double searchSeconds;

    @Option(names = "--search-again", description = "Ignores schedules that earlier searches found.")
    private boolean searchAgain;

    @Option(
            names = "--schedules",
            paramLabel = "DIR",
            description = "Where schedules are remembered. Default: ops-schedules in the folder of results")
    private Path schedules;

    @Option(names = "--resume", description = "Goes on with a run: keeps measured rows of the same workload.")
    private boolean resume;

    @Option(
            names = "--num-chunks",
            paramLabel = "N",
            defaultValue = "1",
            description = "Splits the cases into N shares.")
    private int chunks;

    @Option(
            names = "--chunk-index",
            paramLabel = "I",
            defaultValue = "0",
            description = "Which share this process executes, from 0.")
    private int chunk;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seeds inputs, weights, the order of runs and the intervals. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(
            names = "--python",
            paramLabel = "PATH",
            defaultValue = "python3",
            description = "Interpreter of the peer. Default: ${DEFAULT-VALUE}")
    private Path python;

    @Mixin
    private DeviceOptions device;

    @Mixin
    private OutputOptions output;

    @Override
    public Integer call() {
        Instant startedAt = Instant.now();
        List<Method> chosen = all ? List.of(Method.values()) : Method.parse(methods);
        if (chosen.isEmpty() && !compare) {
            throw new IllegalArgumentException("nothing to do: use --method NAME to execute, --compare, or --all");
        }
        OpsSettings settings = settings(chosen);
        Path root = output.root(surroundings());
        Path path = path(root, !chosen.isEmpty());
        RunFolder.requireWritable(root);
        if (chosen.isEmpty()) {
            OpsComparison.of(path, ""); // refuses before anything is written
        }
        Progress progress = progress();
        RunFolder folder = RunFolder.at(
                path, OpsFolders.COMMAND, String.valueOf(path.getParent().getFileName()), startedAt);
        boolean comparing = all || compare;
        OpsFiles files = new OpsFiles(folder);
        if (comparing) {
            files.announce();
        }
        List<String> remarks = List.of();
        if (!chosen.isEmpty()) {
            remarks = execute(settings, folder, root, progress);
        }
        boolean failed = false;
        if (comparing) {
            OpsComparison comparison = OpsComparison.of(path, folder.shownPath());
            files.write(comparison);
            files.print(comparison, output.json(), surroundings().out());
            failed = comparison.failed();
        } else if (output.json()) {
            surroundings().out().print(Json.text(Map.of("folder", folder.shownPath(), "remarks", remarks)));
        } else {
            surroundings().out().println("files: " + folder.shownPath());
        }
        remarks.forEach(folder::remark);
        folder.finish();
        progress.done();
        return failed ? Main.FAILED : Main.DONE;
    }

    private OpsSettings settings(List<Method> chosen) {
        int cores = device.requirePossible();
        boolean ofModels = !models.isEmpty();
        if (ofModels && !operators.isEmpty()) {
            throw new IllegalArgumentException("--models and --operators exclude each other: use one of them");
        }
        String set = ofModels ? OpsJob.MODELS : ShapeSet.parse(shapes).word();
        List<OperatorCase> cases = OpsJob.cases(set);
        List<String> names = ofModels ? models : operators;
        if (!names.isEmpty() && !names.equals(List.of("all"))) {
            cases = OperatorCase.named(cases, names);
        }
        if (chunks < 1 || chunk < 0 || chunk >= chunks) {
            throw new IllegalArgumentException("--chunk-index " + chunk + " of --num-chunks " + chunks
                    + " is not possible: use 0 to the number of chunks less one");
        }
        List<OperatorCase> wanted = cases;
        List<OperatorCase> share = IntStream.range(0, cases.size())
                .filter(i -> i % chunks == chunk)
                .mapToObj(wanted::get)
                .toList();
        ProtocolSpec rules =
                new ProtocolSpec(rounds, 0, 0, seed, ProtocolSpec.LEVEL, ProtocolSpec.STEAL_LIMIT, WarmUpRule.usual());
        return new OpsSettings(
                set,
                share,
                chosen,
                cores,
                warmUps,
                runs,
                maxSeconds,
                searchSeconds,
                searchAgain,
                resume,
                python,
                rules);
    }

    private Path path(Path root, boolean executing) {
        OpsFolders folders = new OpsFolders(root);
        if (place.size() == 1 && (place.get(0).contains("/") || Files.isDirectory(Path.of(place.get(0))))) {
            return Path.of(place.get(0)).toAbsolutePath().normalize();
        }
        if (place.size() == 2) {
            return folders.of(place.get(0), number(place.get(1)));
        }
        if (!executing || (resume && place.isEmpty())) {
            return folders.newest()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "there is no run of ops in " + root + ": execute methods first, with --method or --all"));
        }
        String name = models.isEmpty() ? "operators" : "models";
        return folders.next(place.isEmpty() ? name : place.get(0));
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("run " + text + " is no number: use 1 or more", e);
        }
    }

    private List<String> execute(OpsSettings settings, RunFolder folder, Path root, Progress progress) {
        Environment environment = Environment.capture(surroundings().arguments());
        folder.writeJson("environment.json", environment);
        ScheduleStore store = new ScheduleStore(
                schedules == null ? root.resolve("ops-schedules") : schedules, environment, settings.cores());
        double limit = CHILD_SECONDS_BESIDE + 4 * Math.max(settings.searchSeconds(), settings.maxSeconds());
        RoundLoop.Executor executor = (job, share) -> {
            String policy = Json.value(job.settings(), OpsJob.class).waitPolicy();
            return new ChildJvm(Main.class.getName(), HEAP_BYTES, limit, Map.of("OMP_WAIT_POLICY", policy))
                    .run(job, share);
        };
        return new OpsCampaign(settings, folder, store, executor, progress).run();
    }
}
