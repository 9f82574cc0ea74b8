// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import fizeau.bench.environment.Environment;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.RoundLoop;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.report.OpsFiles;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Runs of operators whose processes answer what a test says, with everything that real ones leave behind. */
public final class MadeUpOps {
    static final int ROUNDS = 5;
    static final Agreement RIGHT = new Agreement("a test", 1, 1, 1e-9, 1, Agreement.TOLERANCE);
    static final Agreement WRONG = new Agreement("a test", 1, 1, 0.5, 1, Agreement.TOLERANCE);

    private final Path root;
    private final List<Job> asked = new ArrayList<>();

    MadeUpOps(Path root) {
        this.root = root;
    }

    /**
     * Writes a whole run of two operators; returns its folder.
     *
     * @param tunedMillis time of a call, more than 1; eager and jit take 4
     */
    public static Path write(Path root, double tunedMillis) {
        MadeUpOps made = new MadeUpOps(root);
        RunFolder folder = made.folder("operators", new OpsFolders(root));
        OpsFiles files = new OpsFiles(folder);
        files.announce();
        OpsSettings settings = settings(List.of("matmul_small", "conv2d_small"), "tuned,eager,jit", false);
        made.run(folder, settings, job -> usual(job, tunedMillis));
        files.write(OpsRecord.of(folder));
        folder.finish();
        return folder.path();
    }

    /** Jobs of processes, in order. */
    List<Job> asked() {
        return asked;
    }

    /** Executes with processes of which each answers with an outcome. */
    List<String> run(RunFolder folder, OpsSettings settings, Function<Job, OpsOutcome> process) {
        return run(folder, settings, process, Duration.ofSeconds(60));
    }

    List<String> run(RunFolder folder, OpsSettings settings, Function<Job, OpsOutcome> process, Duration peerLimit) {
        RoundLoop.Executor executor = (job, progress) -> {
            asked.add(job);
            return new JobReport(
                    job.variant(),
                    job.round(),
                    new JobReport.Phases(0, 0, 0, 0, true, 1),
                    new MemoryUse(null, 0, 0),
                    Interference.NONE,
                    Json.tree(process.apply(job)));
        };
        ScheduleStore store = new ScheduleStore(root.resolve("schedules"), Environment.capture(List.of()), 2);
        Progress quiet = new Progress(new PrintStream(OutputStream.nullOutputStream()), false);
        OpsExecution execution = OpsExecution.of(
                settings,
                "2026-01-02T03:04:05Z",
                List.of("-Xmx1g"),
                Json.tree(Map.of(
                        "arguments",
                        List.of("ops", "--all"),
                        "processor",
                        Map.of("model", "made-up processor", "usableProcessors", 2))));
        MethodFiles files = new MethodFiles(folder.path());
        files.add(folder, execution);
        List<String> remarks = new OpsCampaign(settings, folder, store, executor, quiet, peerLimit).run();
        files.add(folder, execution.ended(7, remarks));
        return remarks;
    }

    /** What a healthy process answers: a search finds one wrong schedule and one of ours ahead. */
    static OpsOutcome usual(Job job, double tunedMillis) {
        if (job.round() == 0) {
            String policy = job.settings().path("waitPolicy").asText();
            double penalty = policy.equals("active") ? 1 : 0;
            return new OpsOutcome(
                    List.of(
                            new Candidate(new Schedule("eager", 2, 1, false, policy), 4.0 + penalty, ""),
                            new Candidate(new Schedule("jit", 2, 2, false, policy), 4.1 + penalty, ""),
                            new Candidate(new Schedule("winograd-4x4/4", 2, 1, true, policy), 2.0 + penalty, ""),
                            new Candidate(new Schedule("channels-last", 2, 1, false, policy), null, "wrong")),
                    null,
                    List.of(),
                    1,
                    null);
        }
        double middle = job.variant().equals("tuned") ? tunedMillis : 4;
        return new OpsOutcome(List.of(), RIGHT, List.of(middle - 1, middle, middle + 1), 1, null);
    }

    RunFolder folder(String model, OpsFolders folders) {
        Path path = folders.next(model);
        return RunFolder.at(
                path, "ops", path.getParent().getFileName().toString(), Instant.parse("2026-01-02T03:04:05Z"));
    }

    static OpsSettings settings(List<String> names, String methods, boolean resume) {
        return settings(
                OperatorCase.named(OperatorCase.all(ShapeSet.CODE), names), methods, resume, Path.of("python3"), 60);
    }

    static OpsSettings settings(
            List<OperatorCase> cases, String methods, boolean resume, Path python, double maxSeconds) {
        ProtocolSpec rules = new ProtocolSpec(ROUNDS, 0, 0, 1, 0.95, 0.02, WarmUpRule.usual());
        return new OpsSettings(
                "code",
                cases,
                Method.parse(List.of(methods.split(","))),
                2,
                "cpu",
                1,
                3,
                maxSeconds,
                1,
                false,
                resume,
                python,
                rules);
    }
}
