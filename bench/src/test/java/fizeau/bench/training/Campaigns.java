// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.workload.ObjectSource;
import fizeau.bench.workload.Workload;
import fizeau.image.AmplitudeImage;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.DoubleConsumer;

/** Campaigns of made-up variants on a tiny workload. */
public final class Campaigns {

    private static final List<JobRunner> RUNNERS = List.of(new TrainingRunner(), new TrialRunner());

    private Campaigns() {}

    public static Workload workload() {
        AmplitudeImage object = object();
        return new Workload(
                "custom", 16, 32, 4, "fermat", 8, 3, 6, 1e-3, 1, "built-in", ObjectSource.digest(object.toArray()));
    }

    public static AmplitudeImage object() {
        return ObjectSource.load(null, 16);
    }

    public static ProtocolSpec protocol(int rounds) {
        return new ProtocolSpec(rounds, 0, 0, 1, 0.95, 1, new WarmUpRule(0, 0.05, 0.5));
    }

    public static Campaign.Plan plan(int rounds, VariantSpec reference, VariantSpec... variants) {
        return new Campaign.Plan(
                workload(),
                List.of(variants),
                reference,
                List.of(1L, 3L, 4L),
                protocol(rounds),
                1,
                false,
                PythonPeers.none());
    }

    public static RunFolder folder(Path root) {
        return RunFolder.create(root, "test", Instant.parse("2026-11-21T12:00:00Z"));
    }

    /** Runs in this process. */
    public static Campaign.Result run(Campaign.Plan plan, RunFolder folder) {
        return new Campaign(plan, folder, Campaigns::inThisProcess, quiet()).run(object());
    }

    public static Progress quiet() {
        return new Progress(new PrintStream(OutputStream.nullOutputStream()), false);
    }

    /** A job without a process of its own; what it throws becomes a failure as a child's would. */
    public static JobReport inThisProcess(Job job, DoubleConsumer progress) {
        JobRunner runner = RUNNERS.stream()
                .filter(candidate -> candidate.family().equals(job.family()))
                .findFirst()
                .orElseThrow();
        try {
            return runner.run(job, 0, progress);
        } catch (RuntimeException failed) {
            throw new JobFailedException(new JobFailure(
                    job.variant(), job.round(), failed.getMessage(), failed instanceof IllegalArgumentException));
        }
    }
}
