// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.cuda.DeviceLayers;
import fizeau.backend.selection.DeviceName;
import fizeau.bench.environment.Environment;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.ops.Method;
import fizeau.bench.ops.MethodFiles;
import fizeau.bench.ops.OpsCampaign;
import fizeau.bench.ops.OpsComparison;
import fizeau.bench.ops.OpsExecution;
import fizeau.bench.ops.OpsExport;
import fizeau.bench.ops.OpsFolders;
import fizeau.bench.ops.OpsJob;
import fizeau.bench.ops.OpsRecord;
import fizeau.bench.ops.OpsSettings;
import fizeau.bench.ops.ScheduleStore;
import fizeau.bench.ops.SlurmJob;
import fizeau.bench.protocol.ChildJvm;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.RoundLoop;
import fizeau.bench.report.OpsFiles;
import fizeau.nativeconfig.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The operator family: executes methods, compares them, or both; exports what they compute; writes a job for Slurm. */
@Command(
        name = "ops",
        description = {
            "Times operators or models by several methods: tuned (our search for the fastest correct schedule), eager"
                    + " libtorch, TorchScript (jit), and Python's torch.compile where it is installed; on a GPU"
                    + " (operators only) eager and compile are Python's. Execution (--method)"
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
            names = "--with",
            paramLabel = "DIR",
            description =
                    "With --compare or --all: the folder of a run of the other shape set, so that tuned's geometric"
                            + " mean is told over both.")
    private Path with;

    @Option(
            names = "--method",
            split = ",",
            paramLabel = "NAME",
            description = "Executes methods: tuned (or agent), eager, jit, compile or all.")
    private List<String> methods = List.of();

    @Mixin
    private OpsWorkOptions work;

    @Option(
            names = "--schedules",
            paramLabel = "DIR",
            description = "Where schedules are remembered. Default: ops-schedules in the folder of results")
    private Path schedules;

    @Option(
            names = "--export",
            paramLabel = "DIR",
            description = "Writes inputs and weights (safetensors), TorchScript source and metadata.json of each case"
                    + " instead of timing anything.")
    private Path export;

    @Option(
            names = "--trace",
            description = "With --export: lets Python trace each case and check its output; writes NAME_jit.pt and"
                    + " NAME_pytorch.pt.")
    private boolean trace;

    @Option(
            names = "--sbatch",
            paramLabel = "FILE",
            description = "Writes a job for Slurm that does the rest of this command line on an exclusive node, instead"
                    + " of doing it; with --num-chunks an array of jobs.")
    private Path sbatch;

    @Option(
            names = "--sbatch-cores",
            paramLabel = "N",
            defaultValue = "28",
            description = "Cores that the job asks for. Default: ${DEFAULT-VALUE}, as in the original")
    private int sbatchCores;

    @Mixin
    private DeviceOptions device;

    @Mixin
    private OutputOptions output;

    @Override
    public Integer call() {
        List<Method> chosen = all ? List.of(Method.values()) : Method.parse(methods);
        boolean comparing = all || compare;
        if (export != null) {
            return export(chosen.isEmpty() && !comparing && sbatch == null);
        }
        if (trace) {
            throw new IllegalArgumentException("--trace belongs to --export: name a folder with --export DIR");
        }
        if (chosen.isEmpty() && !comparing) {
            throw new IllegalArgumentException(
                    "nothing to do: use --method NAME to execute, --compare, --all, or --export DIR");
        }
        OpsSettings settings = work.settings(chosen, device.threads(), place(!chosen.isEmpty()));
        Path root = output.root(surroundings());
        Path path = path(root, !chosen.isEmpty());
        if (with != null) {
            requireOther(comparing, chosen.isEmpty() ? path : null);
        }
        if (sbatch != null) {
            return writeJob(chosen, path, settings);
        }
        Map<String, String> facts = deviceFacts(settings.device());
        RunFolder.requireWritable(root);
        if (chosen.isEmpty()) {
            OpsComparison.of(path); // refuses before anything is written
        }
        Progress progress = progress();
        RunFolder folder = RunFolder.at(
                path, OpsFolders.COMMAND, String.valueOf(path.getParent().getFileName()), Instant.now());
        OpsFiles files = new OpsFiles(folder);
        if (comparing) {
            files.announce();
        }
        List<String> remarks = List.of();
        if (!chosen.isEmpty()) {
            device.announce(surroundings());
            remarks = execute(settings, facts, folder, root, progress);
        }
        boolean failed = false;
        if (comparing) {
            List<String> more = with == null ? List.of() : List.of(OpsRecord.bothShapeSets(folder.path(), with));
            OpsRecord record = OpsRecord.of(folder, more);
            files.write(record);
            files.print(record, output.json(), surroundings().out());
            failed = record.failed();
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

    /** @param path of what is compared; null where it is yet to be measured */
    private void requireOther(boolean comparing, Path path) {
        if (!comparing || sbatch != null) {
            throw new IllegalArgumentException(
                    "--with adds to a comparison: use it with --compare or --all, and without --sbatch");
        }
        OpsComparison.of(with);
        if (path != null) {
            OpsRecord.bothShapeSets(path, with);
        }
    }

    private Path path(Path root, boolean executing) {
        OpsFolders folders = new OpsFolders(root);
        if (place.size() == 1 && (place.get(0).contains("/") || Files.isDirectory(Path.of(place.get(0))))) {
            return Path.of(place.get(0)).toAbsolutePath().normalize();
        }
        if (place.size() == 2) {
            return folders.of(place.get(0), number(place.get(1)));
        }
        if (!executing || (work.resume() && place.isEmpty())) {
            return folders.newest()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "there is no run of ops in " + root + ": execute methods first, with --method or --all"));
        }
        return folders.next(place.isEmpty() ? work.usualName() : place.get(0));
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("run " + text + " is no number: use 1 or more", e);
        }
    }

    /** Where operators are computed; models, and jobs that run elsewhere, on the CPU unless the GPU was asked for. */
    private String place(boolean executing) {
        boolean asked = device.name().kind() == DeviceName.Kind.CUDA;
        if (asked && !executing) {
            throw new IllegalArgumentException("--device " + device.name()
                    + " is of an execution: leave it out where results are only compared, or add --method");
        }
        if (asked && work.ofModels()) {
            throw new IllegalArgumentException("--device " + device.name()
                    + " cannot be used: models are timed on the CPU only, operators on a GPU too; use --device cpu");
        }
        if (!executing || !asked && (work.ofModels() || sbatch != null)) {
            return "cpu";
        }
        if (sbatch != null) {
            return device.name().toString(); // the machine that submits need not have one
        }
        String place = device.choose().toString();
        try {
            deviceFacts(place);
            return place;
        } catch (IllegalArgumentException missing) {
            if (asked) {
                throw missing;
            }
            surroundings().err().println("computing on the CPU: " + missing.getMessage());
            return "cpu";
        }
    }

    /** The device and its libraries, which schedules hold for; refuses, in one sentence, where those are not here. */
    private static Map<String, String> deviceFacts(String place) {
        if (place.equals("cpu")) {
            return Map.of();
        }
        try (CudaBackend backend = CudaBackend.open(
                        Settings.ofProcess(), DeviceName.parse(place).ordinal());
                DeviceLayers layers = backend.openLayers()) {
            return Map.of("device", backend.description(), "deviceLibraries", layers.library());
        }
    }

    private List<String> execute(
            OpsSettings settings, Map<String, String> facts, RunFolder folder, Path root, Progress progress) {
        Environment environment = Environment.capture(surroundings().arguments());
        ScheduleStore store = new ScheduleStore(
                schedules == null ? root.resolve("ops-schedules") : schedules, environment, settings.cores(), facts);
        double limit = CHILD_SECONDS_BESIDE + 4 * Math.max(settings.searchSeconds(), settings.maxSeconds());
        RoundLoop.Executor executor = (job, share) -> child(
                        limit, Json.value(job.settings(), OpsJob.class).waitPolicy())
                .run(job, share);
        long began = System.nanoTime();
        OpsExecution execution = OpsExecution.of(
                settings, Instant.now().toString(), child(limit, "").flags(), Json.tree(environment));
        MethodFiles files = new MethodFiles(folder.path());
        files.add(folder, execution);
        List<String> remarks =
                new OpsCampaign(settings, folder, store, executor, progress, Duration.ofSeconds((long) limit)).run();
        files.add(folder, execution.ended((System.nanoTime() - began) * 1e-9, remarks));
        return remarks;
    }

    private static ChildJvm child(double limit, String waitPolicy) {
        return new ChildJvm(Main.class.getName(), HEAP_BYTES, limit, Map.of("OMP_WAIT_POLICY", waitPolicy));
    }

    private Integer export(boolean alone) {
        if (!alone) {
            throw new IllegalArgumentException(
                    "--export times nothing: leave out --all, --method, --compare and --sbatch");
        }
        OpsExport exported = new OpsExport(export, work.set(), work.seed());
        OpsExport.Metadata metadata = exported.write(work.cases());
        if (trace) {
            metadata = exported.trace(metadata, work.python());
        }
        surroundings().out().print(output.json() ? Json.text(metadata) : metadata.toText(export));
        return metadata.failed() ? Main.FAILED : Main.DONE;
    }

    private Integer writeJob(List<Method> chosen, Path path, OpsSettings settings) {
        boolean array = work.chunks() > 1;
        if (array && (compare || all)) {
            throw new IllegalArgumentException("the jobs of an array cannot compare, because each has a share only: use"
                    + " --method all instead of --all, and ops --compare when they are done");
        }
        OpsExecution whole = OpsExecution.of(
                work.whole(chosen, settings.cores(), settings.device()), "", List.of(), Json.tree(Map.of()));
        List<String> more = new ArrayList<>(work.more());
        if (all || compare) {
            more.add("--compare");
        }
        if (schedules != null) {
            more.addAll(List.of("--schedules", schedules.toAbsolutePath().toString()));
        }
        new SlurmJob(whole, more, path, work.chunks(), sbatchCores).write(sbatch);
        surroundings().out().println("submit with: sbatch " + sbatch);
        return Main.DONE;
    }
}
