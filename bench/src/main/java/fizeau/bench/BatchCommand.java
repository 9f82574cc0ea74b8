// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.bench.batch.BatchCampaign;
import fizeau.bench.batch.BatchRecord;
import fizeau.bench.environment.Environment;
import fizeau.bench.environment.SystemMemory;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.ChildJvm;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.report.BatchFiles;
import fizeau.bench.stats.Judgement;
import fizeau.bench.training.Campaign;
import fizeau.bench.workload.GoodSeeds;
import fizeau.bench.workload.MemoryEstimate;
import fizeau.bench.workload.ObjectSource;
import fizeau.bench.workload.Workload;
import fizeau.bench.workload.WorkloadPreset;
import fizeau.image.AmplitudeImage;
import fizeau.image.NpyFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** How many reconstructions a device finishes in a second when several go through it together. */
@Command(
        name = "batch",
        description = {
            "Trains several reconstructions together, from different initial weights, and reports whole reconstructions a"
                    + " second against their number, with the number from which on more do not help.",
            "On a GPU every member is a branch of one captured graph; on the CPU they run one after the other on all"
                    + " threads, or side by side on one thread each, and both are measured. Each size runs in a fresh JVM in"
                    + " every round; losses of members must be those of the same member alone, to the bit."
        },
        defaultValueProvider = BatchCommand.ShortWorkload.class)
final class BatchCommand extends AbstractCommand {
    private static final int MOST = 256;

    /** A batch that takes longer hangs, or belongs to a bigger machine. */
    private static final double CHILD_TIMEOUT_SECONDS = 3 * 3600;

    @Mixin
    private WorkloadOptions workload;

    @Mixin
    private SwitchOptions switches;

    @Mixin
    private ProtocolOptions protocol;

    @Mixin
    private OutputOptions output;

    @Option(
            names = "--batch",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,2,4,8,16",
            description = "Numbers of reconstructions together. Default: ${DEFAULT-VALUE}")
    private List<Integer> sizes;

    /** Many whole trainings: the workload of a comparison would be too much. */
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
        List<Integer> asked = sizes();
        switches.choose();
        Workload plain = workload.workload();
        ProtocolSpec rules = protocol.protocol(plain, workload.seed());
        int largest = asked.get(asked.size() - 1);
        long heap = heapBytes(plain, largest);
        Path root = output.root(surroundings());
        RunFolder.requireWritable(root);
        AmplitudeImage object = workload.loadObject();
        Workload known = plain.withObject(plain.object(), ObjectSource.digest(object.toArray()));
        List<Long> seeds = GoodSeeds.first(largest, workload.seed(), known.decoder());
        Environment environment = Environment.capture(surroundings().arguments());

        switches.announce(surroundings());
        RunFolder folder = RunFolder.create(root, "batch", startedAt);
        BatchFiles files = new BatchFiles(folder);
        files.announce();
        Path objectFile = folder.resolve(Campaign.OBJECT_FILE);
        NpyFile.write(
                objectFile,
                new NpyFile.Array(List.of(object.shape().ny(), object.shape().nx()), object.toArray()));
        folder.add(Campaign.OBJECT_FILE);
        Progress progress = progress();
        ChildJvm children = new ChildJvm(Main.class.getName(), heap, CHILD_TIMEOUT_SECONDS);
        BatchCampaign.Plan plan = new BatchCampaign.Plan(
                known,
                switches.optimized(),
                asked,
                seeds,
                objectFile.toAbsolutePath().toString(),
                rules);
        BatchCampaign.Result result = new BatchCampaign(plan, folder, children::run, progress).run();
        BatchRecord record = new BatchRecord(
                BatchRecord.SCHEMA,
                "measured",
                "batch",
                folder.runId(),
                folder.shownPath(),
                startedAt.toString(),
                progress.elapsedSeconds(),
                switches.device().toString(),
                known,
                plan.variant(),
                result.rows(),
                result.crossover(),
                rules,
                result.rounds(),
                seeds,
                children.flags(),
                result.failures(),
                remarks(result),
                Json.tree(environment));
        files.write(record);
        record.missing().forEach(failure -> folder.remark(failure.reason()));
        folder.finish();
        progress.done();
        files.print(record, output.json(), surroundings().out());
        return record.failed() ? Main.FAILED : Main.DONE;
    }

    /** Ascending, each once. */
    private List<Integer> sizes() {
        for (int size : sizes) {
            if (size < 1 || size > MOST) {
                throw new IllegalArgumentException(
                        "--batch " + size + " is not possible: use numbers from 1 to " + MOST);
            }
        }
        return sizes.stream().distinct().sorted().toList();
    }

    /** Of the largest batch; refuses one that does not fit. */
    private static long heapBytes(Workload workload, int members) {
        MemoryEstimate one = MemoryEstimate.of(workload);
        long heap = members * one.heapBytes();
        OptionalLong available = SystemMemory.availableMemoryBytes();
        if (available.isPresent() && heap > available.getAsLong()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "--batch %d needs about %.1f GB of memory and %.1f GB is available: use smaller numbers",
                    members,
                    heap * 1e-9,
                    available.getAsLong() * 1e-9));
        }
        return heap;
    }

    private static List<String> remarks(BatchCampaign.Result result) {
        List<String> remarks = new ArrayList<>(result.remarks());
        Judgement.remarkOnFewRounds(result.rounds()).ifPresent(remarks::add);
        return remarks;
    }
}
