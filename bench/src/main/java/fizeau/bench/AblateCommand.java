// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.bench.ablation.AblatedSwitch;
import fizeau.bench.ablation.Ablation;
import fizeau.bench.ablation.AblationRecord;
import fizeau.bench.ablation.AblationSummary;
import fizeau.bench.ablation.SwitchSet;
import fizeau.bench.environment.Environment;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.ChildJvm;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.report.AblationFiles;
import fizeau.bench.stats.Judgement;
import fizeau.bench.training.PublishedFigure;
import fizeau.bench.workload.GoodSeeds;
import fizeau.bench.workload.MemoryEstimate;
import fizeau.bench.workload.ObjectSource;
import fizeau.bench.workload.Workload;
import fizeau.bench.workload.WorkloadPreset;
import fizeau.image.AmplitudeImage;
import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.CudaLibrary;
import fizeau.nativeconfig.NativeConfigReport;
import fizeau.nativeconfig.Settings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Every switch alone and every switch left out; what each cache costs and saves; where an iteration goes. */
@Command(
        name = "ablate",
        description = {
            "Trains the same workload with every switch of the engine alone on, and with every switch alone off, and says"
                    + " what each is worth; times the caches look-up by look-up and says which pay; shows where an iteration"
                    + " spends its time.",
            "Each of the 22 variants, 27 on a GPU, runs in a fresh JVM in every round. On two cores the workload \"short\" and 5 rounds take about eight"
                    + " minutes, --rounds 1 about two; --workload progressive takes an hour and a half,"
                    + " a quarter of an hour or more for each round."
        },
        defaultValueProvider = AblateCommand.ShortWorkload.class)
final class AblateCommand extends AbstractCommand {
    private static final int SEEDS = 5;

    /** A training that takes longer hangs, or belongs to a bigger machine. */
    private static final double CHILD_TIMEOUT_SECONDS = 3 * 3600;

    @Mixin
    private WorkloadOptions workload;

    @Mixin
    private DeviceOptions device;

    @Mixin
    private ProtocolOptions protocol;

    @Mixin
    private OutputOptions output;

    /** Twenty-two variants: the workload of a comparison would be too much. */
    static final class ShortWorkload implements IDefaultValueProvider {

        @Override
        public String defaultValue(ArgSpec argument) {
            boolean workload = argument instanceof OptionSpec option
                    && option.longestName().equals("--workload");
            return workload ? WorkloadPreset.SHORT.word() : null;
        }
    }

    @Override
    public Integer call() {
        Instant startedAt = Instant.now();
        int threads = device.threads();
        SwitchSet switches = SwitchSet.of(device.choose(), libraries());
        Workload asked = workload.workload();
        ProtocolSpec rules = protocol.protocol(asked, workload.seed());
        MemoryEstimate memory = MemoryEstimate.of(asked);
        memory.requireAvailable(asked);
        Path root = output.root(surroundings());
        RunFolder.requireWritable(root);
        AmplitudeImage object = ObjectSource.load(workload.object(), asked.objectSize());
        Workload known = asked.withObject(asked.object(), ObjectSource.digest(object.toArray()));
        List<Long> seeds = GoodSeeds.first(SEEDS, workload.seed(), known.decoder());
        Environment environment = Environment.capture(surroundings().arguments());

        device.announce(surroundings());
        RunFolder folder = RunFolder.create(root, "ablate", startedAt);
        AblationFiles files = new AblationFiles(folder);
        files.announce();
        Progress progress = progress();
        ChildJvm children = new ChildJvm(Main.class.getName(), memory.heapBytes(), CHILD_TIMEOUT_SECONDS);
        Ablation.Plan plan = new Ablation.Plan(known, seeds, rules, threads, switches);
        Ablation.Result result = new Ablation(plan, folder, children::run, progress).run(object);

        AblationSummary summary = new AblationSummary(plan, result);
        AblationRecord record = new AblationRecord(
                AblationRecord.SCHEMA,
                "measured",
                "ablate",
                folder.runId(),
                folder.shownPath(),
                startedAt.toString(),
                progress.elapsedSeconds(),
                switches.device().toString(),
                known,
                summary.switches(),
                summary.caches(),
                summary.switchDetails(),
                summary.cacheDetails(),
                summary.steps(),
                summary.stages(),
                summary.references(),
                result.wrong().isEmpty(),
                summary.variants(),
                result.trainings().gate(),
                rules,
                result.trainings().rounds(),
                threads,
                children.flags(),
                seeds.subList(
                        0, Math.min(seeds.size(), Math.max(1, result.trainings().rounds()))),
                PublishedFigure.all(),
                result.failures(),
                remarks(result, known, switches),
                Json.tree(environment));
        files.write(record, result.trainings().runs());
        record.missing().forEach(failure -> folder.remark(failure.reason()));
        result.wrong().forEach(folder::remark);
        folder.finish();
        progress.done();
        files.print(record, output.json(), surroundings().out());
        return record.failed() ? Main.FAILED : Main.DONE;
    }

    /** Those of the CUDA release that is used. */
    private static Set<CudaLibrary> libraries() {
        Set<CudaLibrary> found = EnumSet.noneOf(CudaLibrary.class);
        if (NativeConfigReport.examine(Settings.ofProcess()).cuda() instanceof CudaAvailability.Available release) {
            for (CudaLibrary library : CudaLibrary.values()) {
                release.library(library).ifPresent(here -> found.add(library));
            }
        }
        return found;
    }

    private static List<String> remarks(Ablation.Result result, Workload workload, SwitchSet switches) {
        List<String> remarks = new ArrayList<>(result.remarks());
        remarks.addAll(result.wrong());
        Judgement.remarkOnFewRounds(result.trainings().rounds()).ifPresent(remarks::add);
        String standsOn = "\"alone\" stands on " + SwitchSet.ALL_OFF
                + ", the engine's session with every switch off, because only there can one switch be turned; ";
        if (switches.onCuda()) {
            remarks.add(standsOn + "the eager opponent on a GPU is Python's, which compare has beside it");
            remarks.add(
                    "stages were timed on the device, by events between kernels that were launched one by one: graphs"
                            + " were off for that");
            if (!switches.switches().contains(AblatedSwitch.FUSED_LEVEL)) {
                remarks.add("there is no row for the level"
                        + (switches.switches().contains(AblatedSwitch.PLAN) ? "" : " and none for the plan")
                        + ", because not all of cuDNN, cuBLAS and cuFFT are here: doctor says which are missing");
            }
            remarks.add("there is no row for threads, because the host does nothing but launch");
            switches.remarkOnReference().ifPresent(remarks::add);
        } else {
            remarks.add(standsOn
                    + "the eager baseline differs from it in what no switch covers (spectrum, loss and adjoint by hand,"
                    + " no autograd through the telescope) and in its threads, and ran in the same rounds");
        }
        if (workload.epochs() == 1) {
            remarks.add(
                    "one iteration at each position: no measurement is asked for twice, as in the real training loop");
        }
        return remarks;
    }
}
