// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.selection.BackendSelector;
import fizeau.bench.environment.Environment;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.profile.DeviceProfile;
import fizeau.bench.profile.DeviceProfileFiles;
import fizeau.bench.profile.DeviceProfileSpec;
import fizeau.bench.profile.ProfileFiles;
import fizeau.bench.profile.ProfileOutcome;
import fizeau.bench.profile.ProfileRecord;
import fizeau.bench.profile.ProfileSettings;
import fizeau.bench.protocol.ChildJvm;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.Progress;
import fizeau.bench.report.Rendering;
import fizeau.bench.report.ReportPages;
import fizeau.bench.workload.GoodSeeds;
import fizeau.bench.workload.MemoryEstimate;
import fizeau.bench.workload.ObjectSource;
import fizeau.bench.workload.Workload;
import fizeau.image.AmplitudeImage;
import fizeau.image.NpyFile;
import fizeau.nativeconfig.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One training of the engine with traces. */
@Command(
        name = "profile",
        description = {
            "Trains a reduced workload (at most 20 samples x 5 epochs unless --samples or --epochs ask for more) and writes"
                    + " where its time went: Chrome/Perfetto trace, TensorBoard event file, summaries and a flame graph.",
            "The same training runs with and without the profiler in turns, so that the cost of profiling is known.",
            "On a GPU it profiles the training there, or with --work operator the measurement operator alone: ranges of the"
                    + " host and, by CUPTI, a timeline of the device in one trace, and the command lines for nsys and ncu,"
                    + " which are run where they are installed. With --no-cuda-graphs the ranges go down to the stages of"
                    + " every iteration."
        })
final class ProfileCommand extends AbstractCommand {
    private static final int SAMPLES = 20;
    private static final int EPOCHS = 5;
    private static final double WARM_UP_SECONDS = 5;
    private static final int MOST_PAIRS = 1000;
    private static final double TIMEOUT_SECONDS = 3 * 3600;
    private static final String BARE = "--bare";
    private static final Set<String> NOT_FOR_BARE =
            Set.of(BARE, "--json", "--nvtx", "--timeline", "--no-timeline", "--tools", "--no-tools");

    @Mixin
    private WorkloadOptions workloadOptions;

    @Mixin
    private SwitchOptions switches;

    @Mixin
    private OutputOptions output;

    @Option(
            names = "--pairs",
            paramLabel = "N",
            defaultValue = "5",
            description = "Trainings with and without the profiler. Default: ${DEFAULT-VALUE}")
    private int pairs;

    @Option(
            names = "--flame-graph",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Run once more under async-profiler, or do not.")
    private boolean flameGraph;

    @Option(
            names = "--timeline",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "With --device cuda: record the device by CUPTI, or do not.")
    private boolean timeline;

    @Option(
            names = "--tools",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "With --device cuda: run nsys and ncu where they are installed, or only print how.")
    private boolean tools;

    @Option(
            names = "--work",
            paramLabel = "NAME",
            defaultValue = "training",
            description = "On a GPU: training, or operator for the measurement operator over the scan."
                    + " Default: ${DEFAULT-VALUE}")
    private String work;

    @Option(names = "--nvtx", description = "With --device cuda: tell NVIDIA's profilers the names of ranges.")
    private boolean nvtx;

    @Option(
            names = BARE,
            description = "With --device cuda: do the work between the profiler's marks and write nothing; this is what"
                    + " nsys and ncu are shown.")
    private boolean bare;

    @Override
    public Integer call() {
        Instant startedAt = Instant.now();
        switches.choose();
        if (switches.cuda()) {
            return profileDevice(startedAt);
        }
        if (!DeviceProfileSpec.isTraining(work)) {
            throw new IllegalArgumentException(
                    "--work " + work + " has no meaning on the CPU: add --device cuda, or leave it out");
        }
        if (bare || nvtx) {
            throw new IllegalArgumentException(
                    (bare ? BARE : "--nvtx") + " has no meaning on the CPU: add --device cuda, or leave it out");
        }
        if (pairs < 1 || pairs > MOST_PAIRS) {
            throw new IllegalArgumentException("--pairs " + pairs + " is not possible: use 1 to " + MOST_PAIRS);
        }
        Workload asked = workloadOptions.reduced(SAMPLES, EPOCHS);
        MemoryEstimate memory = MemoryEstimate.of(asked);
        memory.requireAvailable(asked);
        Path root = output.root(surroundings());
        RunFolder.requireWritable(root);
        AmplitudeImage object = workloadOptions.loadObject();
        Workload workload = asked.withObject(asked.object(), ObjectSource.digest(object.toArray()));
        long seed =
                GoodSeeds.first(1, workloadOptions.seed(), workload.decoder()).get(0);
        Environment environment = Environment.capture(surroundings().arguments());

        switches.announce(surroundings());
        RunFolder folder = RunFolder.create(root, "profile", startedAt);
        ProfileFiles files = new ProfileFiles(folder);
        ReportPages.announce(folder);
        Path objectFile = folder.resolve("object.npy");
        NpyFile.write(
                objectFile,
                new NpyFile.Array(List.of(object.shape().ny(), object.shape().nx()), object.toArray()));
        folder.add("object.npy");
        ProfileSettings settings = new ProfileSettings(
                workload,
                switches.optimized(),
                seed,
                objectFile.toAbsolutePath().toString(),
                WARM_UP_SECONDS,
                pairs,
                flameGraph ? files.flameGraphPath() : null);
        JobReport report = run(settings, memory);
        ProfileOutcome outcome = Json.value(report.outcome(), ProfileOutcome.class);
        ProfileRecord record = ProfileRecord.of(
                new ProfileRecord.Run("profile", folder.runId(), folder.shownPath(), startedAt.toString()),
                settings,
                report,
                outcome,
                Json.tree(environment));
        String summary = files.write(record, outcome);
        ReportPages.write(folder, Rendering.of(record, folder.path()));
        folder.finish();
        surroundings().out().print(output.json() ? Json.text(record) : summary);
        return Main.DONE;
    }

    private int profileDevice(Instant startedAt) {
        Workload asked = workloadOptions.reduced(SAMPLES, EPOCHS);
        boolean training = DeviceProfileSpec.isTraining(work);
        Path root = output.root(surroundings());
        RunFolder.requireWritable(root);
        float[] object = workloadOptions.loadObject().toArray();
        Workload workload = asked.withObject(asked.object(), ObjectSource.digest(object));
        DeviceProfileSpec profiled = training
                ? DeviceProfileSpec.training(
                        workload,
                        switches.optimized(),
                        GoodSeeds.first(1, workloadOptions.seed(), workload.decoder())
                                .get(0))
                : DeviceProfileSpec.operator(workload);
        Settings settings = Settings.ofProcess();
        DeviceProfileFiles files;
        RunFolder folder;
        try (CudaBackend backend = (CudaBackend) BackendSelector.requireCuda(settings, switches.device())) {
            if (bare) {
                DeviceProfileFiles.runBare(backend, settings, profiled, object);
                return Main.DONE;
            }
            Environment environment = Environment.capture(surroundings().arguments());
            folder = RunFolder.create(root, "profile", startedAt);
            files = new DeviceProfileFiles(folder, settings);
            progress().step("profile of the device", 0);
            files.run(backend, profiled, object, timeline, nvtx, Json.tree(environment));
        }
        files.runTools(tools, launcher(), bareArguments());
        DeviceProfile profile = files.write();
        folder.finish();
        surroundings().out().print(output.json() ? Json.text(profile) : profile.summary());
        return Main.DONE;
    }

    /** What starts Fizeau here: in a checkout, or in the portable bundle. */
    private Path launcher() {
        Path checkout = surroundings().results().resolveSibling("bench").resolve("run");
        return (Files.exists(checkout) ? checkout : surroundings().results().resolveSibling("run")).toAbsolutePath();
    }

    /** The same profile without what only concerns its files. */
    private List<String> bareArguments() {
        List<String> arguments = new ArrayList<>();
        List<String> given = surroundings().arguments();
        for (int i = 0; i < given.size(); i++) {
            if (given.get(i).equals("--out")) {
                i++; // and its value
            } else if (!given.get(i).startsWith("--out=") && !NOT_FOR_BARE.contains(given.get(i))) {
                arguments.add(given.get(i));
            }
        }
        arguments.add(BARE);
        return arguments;
    }

    private JobReport run(ProfileSettings settings, MemoryEstimate memory) {
        Progress progress = progress();
        progress.step("profile of " + settings.workload().iterations() + " iterations, " + pairs + " pairs", 0);
        ChildJvm children = new ChildJvm(Main.class.getName(), memory.heapBytes(), TIMEOUT_SECONDS);
        Job job = new Job(ProfileSettings.FAMILY, settings.variant().name(), 0, Json.tree(settings));
        JobReport report = children.run(job, share -> {
            double spent = progress.elapsedSeconds();
            progress.part("profile", share, spent / share - spent);
        });
        progress.done();
        return report;
    }
}
