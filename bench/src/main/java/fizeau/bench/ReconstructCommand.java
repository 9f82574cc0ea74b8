// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.bench.environment.Environment;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.pipeline.ReconstructionFiles;
import fizeau.bench.pipeline.ReconstructionOutcome;
import fizeau.bench.pipeline.ReconstructionRecord;
import fizeau.bench.pipeline.ReconstructionSettings;
import fizeau.bench.protocol.ChildJvm;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.Progress;
import fizeau.bench.workload.GoodSeeds;
import fizeau.bench.workload.MemoryEstimate;
import fizeau.bench.workload.ObjectSource;
import fizeau.bench.workload.Workload;
import fizeau.image.AmplitudeImage;
import fizeau.image.NpyFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The engine as a tool: an object seen through the scan, and reconstructed from what was seen. */
@Command(
        name = "reconstruct",
        description = {
            "Takes a picture, simulates the scan and reconstructs the picture from it; writes NPY, FITS and PNG, loss curve,"
                    + " quality and times.",
            "A position is left as soon as the loss is below the threshold. Initial weights come from seeds that are known"
                    + " to succeed; with several --tries the one that explains the measurements best is kept."
        })
final class ReconstructCommand extends AbstractCommand {
    private static final int MOST_TRIES = 100;
    private static final double TIMEOUT_SECONDS = 24 * 3600;

    @Mixin
    private WorkloadOptions workloadOptions;

    @Mixin
    private SwitchOptions switches;

    @Mixin
    private OutputOptions output;

    @Option(
            names = "--loss-threshold",
            paramLabel = "LOSS",
            defaultValue = "0.005",
            description = "A position is left when the loss (old + new) falls below; 0 for never."
                    + " Default: ${DEFAULT-VALUE}")
    private double lossThreshold;

    @Option(
            names = "--tries",
            paramLabel = "N",
            defaultValue = "1",
            description = "Good seeds to try, from --seed upwards. Default: ${DEFAULT-VALUE}")
    private int tries;

    @Override
    public Integer call() {
        Instant startedAt = Instant.now();
        switches.choose();
        requireOwnOptions();
        Workload asked = workloadOptions.workload();
        MemoryEstimate memory = MemoryEstimate.of(asked);
        memory.requireAvailable(asked);
        Path root = output.root(surroundings());
        RunFolder.requireWritable(root);
        AmplitudeImage object = workloadOptions.loadObject();
        Workload workload = asked.withObject(asked.object(), ObjectSource.digest(object.toArray()));
        List<Long> seeds = GoodSeeds.first(tries, workloadOptions.seed(), workload.decoder());
        Environment environment = Environment.capture(surroundings().arguments());

        switches.announce(surroundings());
        RunFolder folder = RunFolder.create(root, "reconstruct", startedAt);
        ReconstructionFiles files = new ReconstructionFiles(folder, workload);
        String objectFile = files.writeObject(object);
        Progress progress = progress();
        ChildJvm children = new ChildJvm(Main.class.getName(), memory.heapBytes(), TIMEOUT_SECONDS);
        List<Finished> finished = new ArrayList<>();
        double secondsPerTry = 0;
        for (long seed : seeds) {
            progress.step("reconstruction from seed " + seed, secondsPerTry * (seeds.size() - finished.size()));
            finished.add(train(workload, seed, objectFile, folder, children, progress));
            secondsPerTry = progress.elapsedSeconds() / finished.size();
        }
        Finished best = finished.stream()
                .min(Comparator.comparingDouble(one -> one.outcome().dataMisfit()))
                .orElseThrow();
        progress.step("files and pictures", 0);
        files.write(object.toArray(), NpyFile.read(best.estimateFile()).values(), best.outcome());
        ReconstructionRecord record = new ReconstructionRecord(
                ReconstructionRecord.SCHEMA,
                "measured",
                "reconstruct",
                folder.runId(),
                folder.shownPath(),
                folder.startedAt().toString(),
                progress.elapsedSeconds(),
                workload,
                threshold(),
                best.outcome(),
                finished.stream()
                        .map(one -> ReconstructionRecord.Try.of(one.outcome()))
                        .toList(),
                best.report().memory(),
                files.contents(),
                Json.tree(environment));
        folder.writeJson("result.json", record);
        folder.finish();
        progress.done();
        surroundings().out().print(output.json() ? Json.text(record) : record.toText());
        return Main.DONE;
    }

    private record Finished(JobReport report, ReconstructionOutcome outcome, Path estimateFile) {}

    private Finished train(
            Workload workload, long seed, String objectFile, RunFolder folder, ChildJvm children, Progress progress) {
        String name = "estimates/seed-" + seed + ".npy";
        Path estimate = folder.resolve(name).toAbsolutePath();
        ReconstructionSettings settings = new ReconstructionSettings(
                workload, switches.optimized(), seed, objectFile, estimate.toString(), threshold());
        Job job = new Job(ReconstructionSettings.FAMILY, switches.optimized().name(), 0, Json.tree(settings));
        double began = progress.elapsedSeconds();
        JobReport report = children.run(job, share -> {
            double spent = progress.elapsedSeconds() - began;
            progress.part("seed " + seed, share, spent / share - spent);
        });
        folder.add(name);
        return new Finished(report, Json.value(report.outcome(), ReconstructionOutcome.class), estimate);
    }

    private Double threshold() {
        return lossThreshold == 0 ? null : lossThreshold;
    }

    private void requireOwnOptions() {
        if (!(lossThreshold >= 0) || Double.isInfinite(lossThreshold)) {
            throw new IllegalArgumentException("--loss-threshold " + lossThreshold
                    + " is not possible: use a positive loss such as 0.005, or 0 for no early stop");
        }
        if (tries < 1 || tries > MOST_TRIES) {
            throw new IllegalArgumentException("--tries " + tries + " is not possible: use 1 to " + MOST_TRIES);
        }
    }
}
