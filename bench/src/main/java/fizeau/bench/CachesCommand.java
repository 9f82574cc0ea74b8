// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.backend.selection.DeviceName;
import fizeau.bench.caches.CacheCampaign;
import fizeau.bench.caches.CacheCostJob;
import fizeau.bench.caches.CacheSizes;
import fizeau.bench.caches.CachesRecord;
import fizeau.bench.environment.Environment;
import fizeau.bench.environment.SystemMemory;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.ChildJvm;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.report.CachesFiles;
import fizeau.bench.stats.Judgement;
import fizeau.bench.training.PublishedFigure;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Micro benchmarks of the caches: what a look-up costs and what it saves. */
@Command(
        name = "caches",
        description = {
            "Times the measurement, FFT, grid and mask caches look-up by look-up, cold and warm, at several frame sizes,"
                    + " each size in a fresh JVM in every round. What a cache keeps must equal what making it again gives, to"
                    + " the bit, or nothing is timed.",
            "On a GPU the values lie on the device: making one is waited for, a look-up is the host's alone. The grid cache is"
                    + " the host's everywhere.",
            "The default sizes and 5 rounds take about two minutes on two quiet cores."
        })
final class CachesCommand extends AbstractCommand {
    private static final int ROUNDS = 5;
    private static final double CHILD_TIMEOUT_SECONDS = 600;

    @Option(
            names = "--sizes",
            paramLabel = "PIXELS",
            split = ",",
            defaultValue = "256,512,1024,2048",
            description = "Edges of the frames. A size that does not fit the memory is left out and named."
                    + " Default: ${DEFAULT-VALUE}")
    private List<Integer> sizes;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "" + ROUNDS,
            description = "How often each size runs. Fewer than 5 prove nothing. Default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(
            names = "--max-seconds",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "Starts no round that would end later; 0 for no limit. Default: ${DEFAULT-VALUE}")
    private double maxSeconds;

    @Option(
            names = "--seconds-per-call",
            paramLabel = "SECONDS",
            defaultValue = "0.15",
            description = "How long each kind of call is warmed up, and again timed. Default: ${DEFAULT-VALUE}")
    private double secondsPerCall;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seeds the order of runs and the intervals. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Mixin
    private DeviceOptions device;

    @Mixin
    private OutputOptions output;

    @Override
    public Integer call() {
        Instant startedAt = Instant.now();
        int threads = device.threads();
        DeviceName where = device.choose();
        if (!(secondsPerCall > 0) || secondsPerCall > 60) {
            throw new IllegalArgumentException(
                    "--seconds-per-call " + secondsPerCall + " is not possible: use more than 0 and at most 60");
        }
        ProtocolSpec rules = new ProtocolSpec(
                rounds, 0, maxSeconds, seed, ProtocolSpec.LEVEL, ProtocolSpec.STEAL_LIMIT, WarmUpRule.usual());
        CacheSizes fitting = CacheSizes.fitting(sizes, SystemMemory.availableMemoryBytes());
        Path root = output.root(surroundings());
        RunFolder.requireWritable(root);
        Environment environment = Environment.capture(surroundings().arguments());

        device.announce(surroundings());
        RunFolder folder = RunFolder.create(root, "caches", startedAt);
        CachesFiles files = new CachesFiles(folder);
        files.announce();
        Progress progress = progress();
        ChildJvm children = new ChildJvm(Main.class.getName(), fitting.heapBytes(), CHILD_TIMEOUT_SECONDS);
        List<CacheCostJob> jobs = fitting.jobs(threads, where.toString(), secondsPerCall, rules.stealLimit());
        CacheCampaign.Result result = new CacheCampaign(rules, folder, children::run, progress).run(jobs);

        CachesRecord record = new CachesRecord(
                CachesRecord.SCHEMA,
                "measured",
                "caches",
                folder.runId(),
                folder.shownPath(),
                startedAt.toString(),
                progress.elapsedSeconds(),
                where.toString(),
                fitting.sizes(),
                threads,
                secondsPerCall,
                result.lines(),
                result.wrong().isEmpty(),
                rules,
                result.rounds(),
                children.flags(),
                PublishedFigure.all(),
                result.failures(),
                remarks(result, fitting),
                Json.tree(environment));
        files.write(record);
        record.missing().forEach(failure -> folder.remark(failure.reason()));
        result.wrong().forEach(folder::remark);
        folder.finish();
        progress.done();
        files.print(record, output.json(), surroundings().out());
        return record.failed() ? Main.FAILED : Main.DONE;
    }

    private static List<String> remarks(CacheCampaign.Result result, CacheSizes sizes) {
        List<String> remarks = new ArrayList<>(sizes.leftOut());
        remarks.addAll(result.remarks());
        remarks.addAll(result.wrong());
        Judgement.remarkOnFewRounds(result.rounds()).ifPresent(remarks::add);
        return remarks;
    }
}
