// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.pinn.PinnGateRunner.Line;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.RoundLoop;
import fizeau.bench.stats.Bootstrap;
import fizeau.bench.stats.Interval;
import fizeau.bench.stats.Judgement;
import fizeau.bench.stats.Ratio;
import fizeau.bench.stats.Summary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Equations and seeds, each: the gate, then rounds of all variants that passed, a fresh process each. */
public final class PinnCampaign {
    /** Where weights come from when no checkpoint is given. */
    public static final String SEEDED = "seeded, not trained before";

    private static final int MEASURED_1000 = 1000;
    private static final int COMPARED_LOSSES = 30;

    /**
     * What is to be done.
     *
     * @param workloads one for each cell
     * @param unavailable variants that cannot run here, with the reason
     * @param skipped cells whose checkpoint is missing, with the reason
     * @param allowMissing whether such a cell is no failure
     */
    public record Plan(
            List<PinnWorkload> workloads,
            Map<PinnWorkload, String> skipped,
            boolean allowMissing,
            List<PinnVariant> variants,
            Map<PinnVariant, String> unavailable,
            int epochs,
            List<Integer> checkpoints,
            PinnPlace place,
            ProtocolSpec protocol) {}

    /** What came of it; {@code wrong} holds one sentence for each finding. */
    public record Result(
            List<PinnCell> cells,
            List<PinnTarget> targets,
            List<JobFailure> failures,
            List<String> wrong,
            List<String> remarks) {}

    /** A report with its outcome. */
    private record Run(JobReport report, PinnOutcome outcome) {}

    private final Plan plan;
    private final RunFolder folder;
    private final RoundLoop.Executor executor;
    private final Progress progress;
    private final List<JobFailure> failures = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    public PinnCampaign(Plan plan, RunFolder folder, RoundLoop.Executor executor, Progress progress) {
        this.plan = plan;
        this.folder = folder;
        this.executor = executor;
        this.progress = progress;
    }

    /** Runs everything; a cell that fails does not stop the others. */
    public Result run() {
        List<PinnCell> cells = new ArrayList<>();
        for (PinnWorkload workload : plan.workloads()) {
            cells.add(cell(workload));
        }
        return new Result(cells, PinnTarget.of(plan.place(), cells), failures, wrong, remarks);
    }

    /** Size of the model, and peaks of all variants at a batch, each in a process of its own. */
    public MemoryFootprint memory() {
        PinnWorkload workload = plan.workloads().get(0);
        List<MemoryFootprint.Peak> peaks = new ArrayList<>();
        for (PinnVariant variant : plan.variants()) {
            peaks.add(peak(workload, variant));
        }
        return MemoryFootprint.of(PinnWeights.WIDTH, peaks, plan.place().onCuda());
    }

    private MemoryFootprint.Peak peak(PinnWorkload workload, PinnVariant variant) {
        String word = variant.word();
        if (plan.unavailable().containsKey(variant)) {
            return MemoryFootprint.Peak.unavailable(word, plan.unavailable().get(variant));
        }
        if (variant.inPython()) {
            return MemoryFootprint.Peak.unavailable(word, "it runs in a process of Python, which is not looked into");
        }
        progress.step("memory of " + word, 0);
        try {
            Job job = new Job(PinnJob.MEMORY, word, 0, Json.tree(job(workload, word)));
            return Json.value(executor.run(job, share -> {}).outcome(), MemoryFootprint.Peak.class);
        } catch (JobFailedException failed) {
            failures.add(failed.failure());
            return MemoryFootprint.Peak.unavailable(word, failed.failure().reason());
        }
    }

    private PinnCell cell(PinnWorkload workload) {
        String name = workload.equation() + "-seed" + workload.seed();
        if (plan.skipped().containsKey(workload)) {
            return skipped(workload, name, plan.skipped().get(workload));
        }
        List<Line> gate = gate(workload, name);
        List<String> passed =
                gate.stream().filter(Line::passed).map(Line::variant).toList();
        gate.stream()
                .filter(line -> !line.passed() && !line.peerCannotRun())
                .forEach(line -> wrong.add(name + ": " + line.reason() + "; it was not timed"));
        Map<String, Map<Integer, Run>> runs = passed.isEmpty() ? Map.of() : rounds(workload, name, passed);
        List<PinnResult> results = new ArrayList<>();
        for (PinnVariant variant : plan.variants()) {
            results.add(result(variant, name, gate, runs));
        }
        return new PinnCell(
                workload.equation(),
                workload.seed(),
                workload.points(),
                workload.parsed().accuracy(),
                workload.checkpoint() == null ? SEEDED : PinnWeights.described(Path.of(workload.checkpoint())),
                gate,
                results);
    }

    private PinnCell skipped(PinnWorkload workload, String name, String reason) {
        if (plan.allowMissing()) {
            remarks.add(name + " was skipped: " + reason);
        } else {
            failures.add(new JobFailure(name, 0, name + " was skipped: " + reason, false));
        }
        return new PinnCell(
                workload.equation(),
                workload.seed(),
                workload.points(),
                workload.parsed().accuracy(),
                "missing",
                List.of(),
                plan.variants().stream()
                        .map(variant -> PinnResult.unavailable(variant.word(), reason))
                        .toList());
    }

    private List<Line> gate(PinnWorkload workload, String name) {
        List<String> here = plan.variants().stream()
                .filter(variant -> !plan.unavailable().containsKey(variant))
                .map(PinnVariant::word)
                .toList();
        if (here.isEmpty()) {
            return List.of();
        }
        progress.step(name + ": correctness gate", 0);
        try {
            JobReport report = executor.run(
                    new Job(PinnJob.GATE, "gate", 0, Json.tree(job(workload, String.join(",", here)))), share -> {});
            folder.writeJson("rounds/" + name + "-gate.json", report);
            return Json.value(report.outcome(), PinnGateRunner.Lines.class).lines();
        } catch (JobFailedException failed) {
            if (failed.failure().badInput()) {
                throw new IllegalArgumentException(failed.failure().reason(), failed);
            }
            failures.add(failed.failure());
            return List.of();
        }
    }

    private PinnJob job(PinnWorkload workload, String variant) {
        return new PinnJob(
                workload,
                variant,
                plan.epochs(),
                plan.checkpoints(),
                plan.place(),
                plan.protocol().warmUp(),
                plan.protocol().stealLimit());
    }

    private Map<String, Map<Integer, Run>> rounds(PinnWorkload workload, String name, List<String> variants) {
        Map<String, Map<Integer, Run>> runs = new TreeMap<>();
        progress.step(name, 0);
        RoundLoop.Rounds rounds = new RoundLoop(plan.protocol(), executor, progress)
                .run(
                        variants,
                        (variant, round) -> new Job(PinnJob.FAMILY, variant, round, Json.tree(job(workload, variant))),
                        report -> {
                            folder.writeJson(
                                    String.format(
                                            Locale.ROOT,
                                            "rounds/%s-%03d-%s.json",
                                            name,
                                            report.round(),
                                            report.variant()),
                                    report);
                            runs.computeIfAbsent(report.variant(), variant -> new TreeMap<>())
                                    .put(
                                            report.round(),
                                            new Run(report, Json.value(report.outcome(), PinnOutcome.class)));
                        });
        failures.addAll(rounds.failures());
        rounds.remarks().forEach(remark -> remarks.add(name + ": " + remark));
        return runs;
    }

    private PinnResult result(PinnVariant variant, String name, List<Line> gate, Map<String, Map<Integer, Run>> runs) {
        String word = variant.word();
        if (plan.unavailable().containsKey(variant)) {
            return PinnResult.unavailable(word, plan.unavailable().get(variant));
        }
        Map<Integer, Run> own = runs.getOrDefault(word, Map.of());
        if (own.isEmpty()) {
            return PinnResult.unavailable(
                    word,
                    gate.stream()
                            .filter(line -> line.variant().equals(word) && !line.passed())
                            .map(Line::reason)
                            .findFirst()
                            .orElse("no process of it ended well"));
        }
        List<Run> all = List.copyOf(own.values());
        PinnOutcome first = all.get(0).outcome();
        Bootstrap bootstrap =
                new Bootstrap(plan.protocol().level(), plan.protocol().seed());
        Figure wall = Figure.of(values(all, run -> run.outcome().trainingSeconds()), bootstrap);
        PinnVariant usual = plan.place().reference();
        Map<Integer, Run> reference = variant == usual ? Map.of() : runs.getOrDefault(usual.word(), Map.of());
        Optional<Interval> ratio = ratio(reference, own, bootstrap);
        Double difference = reference.isEmpty() ? null : lossDifference(reference, first);
        if (difference != null && !(difference <= PinnGateRunner.TOLERANCE)) {
            wrong.add(String.format(
                    Locale.ROOT,
                    "%s: the first losses of %s differ from those of %s by %.1e, %.0e is allowed; it gets no speedup",
                    name,
                    word,
                    usual.word(),
                    difference,
                    PinnGateRunner.TOLERANCE));
            ratio = Optional.empty();
        }
        Double errors = errorDifference(variant, runs, first);
        if (errors != null && !(errors <= ErrorAgreement.TOLERANCE)) {
            wrong.add(String.format(
                    Locale.ROOT,
                    "%s: relative L2 errors of %s along the way differ from those of %s by %.1f %%, %.0f %% is allowed; it"
                            + " gets no speedup",
                    name,
                    word,
                    errorReference(runs).orElseThrow().word(),
                    100 * errors,
                    100 * ErrorAgreement.TOLERANCE));
            ratio = Optional.empty();
        }
        return new PinnResult(
                word,
                "measured",
                null,
                first.threads(),
                wall,
                Figure.of(values(all, run -> run.outcome().iterationsPerSecond()), bootstrap),
                wall.times((double) MEASURED_1000 / plan.epochs()),
                plan.epochs() == MEASURED_1000 ? "measured" : "derived",
                median(all, run -> run.outcome().setupSeconds()),
                median(all, run -> run.outcome().firstStepSeconds()),
                median(all, run -> run.report().phases().warmUp()),
                median(
                        all,
                        run -> Summary.median(run.outcome().stepMillis().stream()
                                .mapToDouble(Double::doubleValue)
                                .toArray())),
                ratio.map(Ratio::of).orElse(null),
                ratio.map(found -> judge(found, reference, own)).orElse(null),
                Json.finite(difference == null ? Double.NaN : difference),
                Json.finite(errors == null ? Double.NaN : errors),
                first.checkpoints(),
                first.losses(),
                all.stream()
                        .map(run -> new PinnResult.Run(
                                run.report().round(),
                                run.report().phases(),
                                run.report().memory(),
                                run.report().interference(),
                                run.outcome().stepMillis()))
                        .toList());
    }

    /** Whose errors the others' are held against: the reference's, or those of the first variant that ran. */
    private Optional<PinnVariant> errorReference(Map<String, Map<Integer, Run>> runs) {
        return Stream.concat(Stream.of(plan.place().reference()), plan.variants().stream())
                .filter(variant -> runs.containsKey(variant.word()))
                .findFirst();
    }

    private Double errorDifference(PinnVariant variant, Map<String, Map<Integer, Run>> runs, PinnOutcome own) {
        PinnVariant reference = errorReference(runs).orElseThrow();
        Run expected = runs.get(reference.word()).values().iterator().next();
        return reference == variant
                ? null
                : ErrorAgreement.between(expected.outcome().checkpoints(), own.checkpoints());
    }

    /** Of the rounds in which both ran. */
    private static Optional<Interval> ratio(Map<Integer, Run> reference, Map<Integer, Run> own, Bootstrap bootstrap) {
        double[] above = common(reference, own);
        return above.length == 0
                ? Optional.empty()
                : Optional.of(bootstrap.ratioOfMedians(above, common(own, reference)));
    }

    private Judgement judge(Interval ratio, Map<Integer, Run> reference, Map<Integer, Run> own) {
        String disturbance = null;
        for (Map<Integer, Run> side : List.of(reference, own)) {
            for (Run run : side.values()) {
                Interference seen = run.report().interference();
                if (seen.stealShare() != null
                        && seen.stealShare() > plan.protocol().stealLimit()) {
                    disturbance = String.format(
                            Locale.ROOT,
                            "%.1f %% of the processor time was stolen in round %d of %s",
                            100 * seen.stealShare(),
                            run.report().round(),
                            run.report().variant());
                } else if (seen.othersShare() != null && seen.othersShare() > ProtocolSpec.OTHERS_LIMIT) {
                    disturbance = String.format(
                            Locale.ROOT,
                            "other processes took %.1f %% of the processor time in round %d of %s",
                            100 * seen.othersShare(),
                            run.report().round(),
                            run.report().variant());
                }
            }
        }
        return Judgement.of(ratio, common(reference, own), common(own, reference), disturbance);
    }

    private static double[] common(Map<Integer, Run> of, Map<Integer, Run> with) {
        return of.entrySet().stream()
                .filter(entry -> with.containsKey(entry.getKey()))
                .mapToDouble(entry -> entry.getValue().outcome().trainingSeconds())
                .toArray();
    }

    private static double lossDifference(Map<Integer, Run> reference, PinnOutcome own) {
        List<Double> expected = reference.values().iterator().next().outcome().losses();
        int count =
                Math.min(COMPARED_LOSSES, Math.min(expected.size(), own.losses().size()));
        return PinnGateRunner.largestRelative(array(expected, count), array(own.losses(), count));
    }

    private static double[] array(List<Double> values, int count) {
        return values.stream().limit(count).mapToDouble(Double::doubleValue).toArray();
    }

    private static double[] values(List<Run> runs, ToDoubleFunction<Run> of) {
        return runs.stream().mapToDouble(of).toArray();
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> of) {
        return Summary.median(values(runs, of));
    }
}
