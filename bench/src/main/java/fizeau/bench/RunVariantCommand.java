// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.bench.batch.BatchRunner;
import fizeau.bench.caches.CacheCostRunner;
import fizeau.bench.files.Json;
import fizeau.bench.im2im.run.Im2imRunner;
import fizeau.bench.im2im.torch.ConvolutionProbeRunner;
import fizeau.bench.infer.run.InferRunner;
import fizeau.bench.infer.torch.ReferenceRunner;
import fizeau.bench.infer.torch.ThreadsRunner;
import fizeau.bench.operator.OperatorRunner;
import fizeau.bench.ops.cuda.DeviceOpsRunner;
import fizeau.bench.ops.torch.OpsRunner;
import fizeau.bench.pinn.PinnGateRunner;
import fizeau.bench.pinn.PinnMemoryRunner;
import fizeau.bench.pinn.PinnRunner;
import fizeau.bench.pipeline.ReconstructionRunner;
import fizeau.bench.profile.ProfileRunner;
import fizeau.bench.protocol.ChildJvm;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import fizeau.bench.training.CeilingRunner;
import fizeau.bench.training.StageRunner;
import fizeau.bench.training.TrainingRunner;
import fizeau.bench.training.TrialRunner;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a fresh JVM of the bench does: one job, read from a file, its report written to another. */
@Command(name = ChildJvm.COMMAND, hidden = true, description = "Runs one job in this process; the bench calls it.")
final class RunVariantCommand extends AbstractCommand {
    private static final List<JobRunner> RUNNERS = List.of(
            new TrainingRunner(),
            new TrialRunner(),
            new CeilingRunner(),
            new StageRunner(),
            new CacheCostRunner(),
            new BatchRunner(),
            new ReconstructionRunner(),
            new ProfileRunner(),
            new PinnRunner(),
            new PinnGateRunner(),
            new PinnMemoryRunner(),
            new OpsRunner(),
            new DeviceOpsRunner(),
            new InferRunner(),
            new ReferenceRunner(),
            new ThreadsRunner(),
            new Im2imRunner(),
            new ConvolutionProbeRunner(),
            new OperatorRunner());

    @Option(
            names = "--launched-at",
            paramLabel = "MILLIS",
            description = "When the process was launched, milliseconds since 1970.")
    private Long launchedAt;

    @Parameters(paramLabel = "JOB.json")
    private Path job;

    @Parameters(paramLabel = "REPORT.json")
    private Path report;

    @Override
    public Integer call() {
        long now = System.currentTimeMillis();
        double startSeconds = launchedAt == null ? 0 : Math.max(0, now - launchedAt) * 1e-3;
        endWithParent();
        Job given = Json.read(job, Job.class);
        JobReport made = RUNNERS.stream()
                .filter(runner -> runner.family().equals(given.family()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("job family " + given.family() + " is unknown: use "
                        + String.join(
                                " or ", RUNNERS.stream().map(JobRunner::family).toList())))
                .run(given, startSeconds, share -> surroundings().out().println(ChildJvm.PROGRESS_MARK + share));
        Json.write(report, made);
        return Main.DONE;
    }

    /** Whoever started this process may be killed without a chance to end it; the system is asked about once a second. */
    private static void endWithParent() {
        ProcessHandle.current()
                .parent()
                .ifPresent(parent ->
                        parent.onExit().thenRun(() -> Runtime.getRuntime().halt(Main.FAILED)));
    }
}
