// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.backend.Backend;
import fizeau.backend.TrainingLevel;
import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.selection.BackendSelector;
import fizeau.backend.selection.DeviceName;
import fizeau.bench.environment.Environment;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.im2im.Accelerator;
import fizeau.bench.im2im.GitInfo;
import fizeau.bench.im2im.Im2imCampaign;
import fizeau.bench.im2im.Im2imDocument;
import fizeau.bench.im2im.Im2imMode;
import fizeau.bench.im2im.Im2imPlan;
import fizeau.bench.im2im.Im2imPlan.Planned;
import fizeau.bench.im2im.Im2imRecord;
import fizeau.bench.im2im.Repository;
import fizeau.bench.im2im.RevisionBuild;
import fizeau.bench.im2im.TaskTable;
import fizeau.bench.im2im.Trainers;
import fizeau.bench.protocol.ChildJvm;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.report.Im2imFiles;
import fizeau.bench.stats.Judgement;
import fizeau.nativeconfig.Settings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The image-to-image family. */
@Command(
        name = "im2im",
        description = {
            "Times training (train) or inference (infer) of a residual 3D U-Net for every row of a CSV file. A row's branch"
                    + " is a preset (baseline, fused, gpu, baseline+SWITCH, fused-without-SWITCH), or a revision of a git"
                    + " repository that is built and run in a work tree of its own."
        },
        subcommands = {Im2imCommand.Train.class, Im2imCommand.Infer.class})
final class Im2imCommand extends AbstractCommand {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "im2im needs to know what to time: use train or infer");
    }

    /** Training. */
    @Command(
            name = "train",
            description = {
                "Columns: branch,experiment,trainer,max_epochs,batch_size,overrides. Lines that begin with #, and rows"
                        + " without a branch, are left out."
            })
    static final class Train extends Matrix {
        Train() {
            super(Im2imMode.TRAIN);
        }
    }

    /** Inference. */
    @Command(
            name = "infer",
            description = {
                "Columns: those of train, checkpoint_path (a file that train wrote, or seeded) and data_path (a folder of"
                        + " TIFF files; nothing for synthetic volumes)."
            })
    static final class Infer extends Matrix {
        Infer() {
            super(Im2imMode.INFER);
        }
    }

    /** What both have. */
    abstract static class Matrix extends AbstractCommand {
        private static final long HEAP = 2L << 30;
        private static final double CHILD_TIMEOUT_SECONDS = 4 * 3600;

        /** Steps take tenths of seconds, so that few of them make a warm-up. */
        private static final WarmUpRule WARM_UP = new WarmUpRule(1, 15, 0.1);

        private final Im2imMode mode;

        @Option(names = "--config", required = true, paramLabel = "FILE", description = "Table of tasks.")
        private Path config;

        @Option(
                names = "--output",
                paramLabel = "FILE",
                description = "Also writes the list of results there, as the original has it.")
        private Path outputFile;

        @Option(names = "--skip-failed", description = "Goes on with the other rows when one fails; exit code 1 then.")
        private boolean skipFailed;

        @Option(
                names = "--compare",
                description = "Compares rows of the same work with a reference; this is always done where there is one,"
                        + " and refused where there is none.")
        private boolean compare;

        @Option(
                names = {"--reference", "--baseline-branch"},
                paramLabel = "NAME",
                description = "Branch of the reference rows. Default: baseline, or else the first row of an experiment")
        private String reference;

        @Option(
                names = "--ladder",
                description =
                        "Adds the way from baseline to each row of preset fused or gpu, one switch more at a time.")
        private boolean ladder;

        @Option(
                names = "--ablation",
                description =
                        "Adds, for each row of preset fused or gpu, every switch alone and every switch left out.")
        private boolean ablation;

        @Option(
                names = "--rounds",
                paramLabel = "N",
                defaultValue = "5",
                description = "How often each row runs, every time in a fresh JVM. Fewer than 5 prove nothing."
                        + " Default: ${DEFAULT-VALUE}")
        private int rounds;

        @Option(
                names = "--max-seconds",
                paramLabel = "SECONDS",
                defaultValue = "0",
                description = "Starts no round that would end later; 0 for no limit. Default: ${DEFAULT-VALUE}")
        private double maxSeconds;

        @Option(
                names = "--repository",
                paramLabel = "DIR",
                description = "Where revisions come from. Default: the repository of the current folder")
        private Path repository = Path.of("");

        @Option(names = "--fetch", description = "Lets revisions that are not here be fetched from origin.")
        private boolean fetch;

        @Option(
                names = "--allow-dirty",
                description = "Measures the commit of a revision that is checked out with changes.")
        private boolean allowDirty;

        @Option(
                names = "--build",
                paramLabel = "COMMAND",
                defaultValue = "mvn -q -B -DskipTests package",
                description = "Builds a revision, in the root of its work tree. Default: ${DEFAULT-VALUE}")
        private String build;

        @Option(
                names = "--class-path",
                paramLabel = "PATH",
                defaultValue = "bench/target/lib/*:bench/target/bench-*.jar",
                description = "What of a built revision runs. Default: ${DEFAULT-VALUE}")
        private String classPath;

        @Mixin
        private WarmUpOption warmUp;

        @Mixin
        private DeviceOptions device;

        @Mixin
        private OutputOptions output;

        Matrix(Im2imMode mode) {
            this.mode = mode;
        }

        @Override
        public Integer call() {
            Instant startedAt = Instant.now();
            int threads = device.threads();
            Trainers trainers = new Trainers(device.name(), Matrix::obstacle);
            ProtocolSpec rules = new ProtocolSpec(
                    rounds, 0, maxSeconds, 1, ProtocolSpec.LEVEL, ProtocolSpec.STEAL_LIMIT, warmUp.or(WARM_UP));
            Supplier<Repository> source = source();
            List<Planned> rows = new Im2imPlan(mode, source, allowDirty, trainers)
                    .rows(TaskTable.read(config, mode), ladder, ablation);
            requireSense(rows);
            Path root = output.root(surroundings());
            RunFolder.requireWritable(root);
            trainers.notice().ifPresent(why -> surroundings().err().println("computing on the CPU: " + why));
            Environment environment = Environment.capture(surroundings().arguments());

            RunFolder folder = RunFolder.create(root, "im2im", startedAt);
            Im2imFiles files = new Im2imFiles(folder);
            files.announce();
            Progress progress = progress();
            ChildJvm children = new ChildJvm(Main.class.getName(), HEAP, CHILD_TIMEOUT_SECONDS);
            Im2imCampaign.Result result = new Im2imCampaign(
                            new Im2imCampaign.Plan(
                                    mode,
                                    rows,
                                    rules,
                                    threads,
                                    skipFailed,
                                    reference,
                                    source,
                                    new RevisionBuild.Recipe(build, classPath),
                                    running(environment)),
                            folder,
                            path -> (path == null ? children : children.withClassPath(path))::run,
                            progress)
                    .run();
            Im2imRecord record = new Im2imRecord(
                    Im2imRecord.SCHEMA,
                    "measured",
                    "im2im",
                    mode.word(),
                    folder.runId(),
                    folder.shownPath(),
                    startedAt.toString(),
                    progress.elapsedSeconds(),
                    device(rows),
                    threads,
                    result.rows(),
                    result.probes(),
                    result.targets(),
                    rules,
                    children.flags(),
                    result.wrong(),
                    remarks(result),
                    Json.tree(environment));
            files.write(record);
            if (outputFile != null) {
                Json.write(outputFile, Im2imDocument.of(record));
            }
            record.wrong().forEach(folder::remark);
            record.rows().stream().filter(row -> row.error() != null).forEach(row -> folder.remark(row.error()));
            folder.finish();
            progress.done();
            files.print(record, output.json(), surroundings().out());
            return record.failed() ? Main.FAILED : Main.DONE;
        }

        /** Why the network cannot be computed on a GPU, in one phrase; empty where it can. */
        private static Optional<String> obstacle(DeviceName gpu) {
            try (Backend backend = BackendSelector.requireCuda(Settings.ofProcess(), gpu)) {
                boolean possible = backend instanceof CudaBackend cuda && cuda.offers(TrainingLevel.LIBRARY);
                return possible
                        ? Optional.empty()
                        : Optional.of("cuDNN and cuBLAS are not here (bench/run doctor says what to install)");
            } catch (IllegalArgumentException unusable) {
                return Optional.of(unusable.getCause().getMessage());
            }
        }

        /** What the rows run on, in a word each. */
        private static String device(List<Planned> rows) {
            List<String> words = rows.stream()
                    .filter(row -> row.settings() != null)
                    .map(row -> row.settings().accelerator() == Accelerator.GPU ? "cuda" : "cpu")
                    .distinct()
                    .sorted()
                    .toList();
            return words.isEmpty() ? "cpu" : String.join(" and ", words);
        }

        /** Asks git once, and only if a row names a revision. */
        private Supplier<Repository> source() {
            List<Repository> found = new ArrayList<>();
            return () -> {
                if (found.isEmpty()) {
                    found.add(Repository.of(repository.toAbsolutePath(), fetch));
                }
                return found.get(0);
            };
        }

        private void requireSense(List<Planned> rows) {
            if (rows.isEmpty()) {
                throw new IllegalArgumentException(
                        "--config " + config + " holds no task: add a row, or take the # from one");
            }
            if (!skipFailed) {
                rows.stream().filter(row -> row.trouble() != null).findFirst().ifPresent(row -> {
                    throw new IllegalArgumentException(row.trouble());
                });
            }
            boolean known = rows.stream()
                    .anyMatch(row -> row.task() != null && row.task().branch().equals(reference));
            if (reference != null && !known) {
                throw new IllegalArgumentException(
                        "--reference " + reference + " is the branch of no row: name one of them");
            }
            if (compare && !Im2imPlan.comparable(rows, reference)) {
                throw new IllegalArgumentException("--compare finds no row with a reference"
                        + (reference == null ? "" : " of branch " + reference)
                        + ": add one with the same experiment, sizes and overrides, or leave --compare out");
            }
        }

        private static GitInfo running(Environment environment) {
            boolean known = !environment.git().commit().equals(Environment.UNKNOWN);
            String commit = known ? environment.git().commit() : null;
            String date = null;
            String home = System.getProperty("fizeau.home", "");
            if (known && !home.isEmpty()) {
                date = Repository.of(Path.of(home), false).date(commit);
            }
            return new GitInfo("", commit, date, environment.git().dirty(), null);
        }

        private List<String> remarks(Im2imCampaign.Result result) {
            List<String> remarks = new ArrayList<>(result.remarks());
            Optional<String> few = Judgement.remarkOnFewRounds(rounds);
            few.ifPresent(remarks::add);
            boolean gpu = result.rows().stream()
                    .anyMatch(row -> row.settings() != null && row.settings().accelerator() == Accelerator.GPU);
            if (gpu) {
                remarks.add("rows on a GPU are compared with this program's own path without switches: no program of"
                        + " others computes this family there, and they have neither floor nor target");
                remarks.add(
                        "device memory is what this program asked for, without the driver's and the libraries' own");
            }
            remarks.add(
                    "memory is that of the whole process; warm-ups are left out of all times and counted in its peaks");
            return remarks;
        }
    }
}
