// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.RoundLoop;
import fizeau.bench.workload.Workload;
import fizeau.bench.workload.WorkloadPreset;
import fizeau.image.AmplitudeImage;
import fizeau.image.NpyFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleConsumer;

/**
 * The run of several variants of one workload: object written down, trial (correctness and threads), rounds. Every training
 * is written to the run's folder as soon as it is there.
 */
public final class Campaign {
    /** Where the object lies in the run's folder. */
    public static final String OBJECT_FILE = "object.npy";

    private static final int LATER_SAMPLES = 3;
    private static final int QUICK_LOSSES = 3;
    private static final int QUICK_LATER_SAMPLES = 2;

    /** Start, load, warm-up and quality of one child, roughly; only for the time that is left. */
    private static final double SECONDS_AROUND_TRAINING = 4;

    /**
     * What to run.
     *
     * @param variants those to be timed
     * @param reference the variant that the others must agree with
     * @param seeds seeds of the initial weights; round r takes number {@code (r - 1) mod seeds}
     * @param cores most threads of a variant
     * @param tuneThreads whether thread settings are tried; otherwise variants keep theirs
     * @param peers run in every round beside the variants, with the baseline's threads
     */
    public record Plan(
            Workload workload,
            List<VariantSpec> variants,
            VariantSpec reference,
            List<Long> seeds,
            ProtocolSpec protocol,
            int cores,
            boolean tuneThreads,
            PythonPeers peers) {

        /** The same with other peers. */
        Plan with(PythonPeers others) {
            return new Plan(workload, variants, reference, seeds, protocol, cores, tuneThreads, others);
        }
    }

    /**
     * What came of it.
     *
     * @param specs variants as they ran, with their threads
     * @param runs all trainings
     * @param peerRuns what the peers gave, and those that could not run
     * @param gate what was found before timing
     */
    public record Result(
            List<VariantSpec> specs,
            List<TrainingRun> runs,
            List<PeerRun> peerRuns,
            List<CorrectnessGate.Result> gate,
            Map<String, List<Trial.ThreadTrial>> threadTrials,
            int rounds,
            List<JobFailure> failures,
            List<String> remarks) {

        public List<TrainingRun> runsOf(String variant) {
            return runs.stream().filter(run -> run.variant().equals(variant)).toList();
        }
    }

    private final Plan plan;
    private final RunFolder folder;
    private final RoundLoop.Executor executor;
    private final Progress progress;

    public Campaign(Plan plan, RunFolder folder, RoundLoop.Executor executor, Progress progress) {
        this.plan = plan;
        this.folder = folder;
        this.executor = executor;
        this.progress = progress;
    }

    /** Name of the file that holds the final estimate of a variant's first round. */
    public static String estimateFile(String variant) {
        return "estimates/" + variant + ".npy";
    }

    public Result run(AmplitudeImage object) {
        NpyFile.write(
                folder.resolve(OBJECT_FILE),
                new NpyFile.Array(List.of(object.shape().ny(), object.shape().nx()), object.toArray()));
        folder.add(OBJECT_FILE);
        Trial.Outcomes trial = tryOut();
        List<CorrectnessGate.Result> gate = new ArrayList<>();
        List<VariantSpec> admitted = new ArrayList<>();
        List<JobFailure> failures = new ArrayList<>();
        Map<String, List<Trial.ThreadTrial>> threadTrials = new LinkedHashMap<>();
        for (VariantSpec variant : plan.variants()) {
            Trial.Outcome outcome = trial.of(variant.name());
            CorrectnessGate.Result result =
                    CorrectnessGate.judge(trial, plan.reference().name(), variant.name());
            gate.add(result);
            if (!outcome.threadTrials().isEmpty()) {
                threadTrials.put(variant.name(), outcome.threadTrials());
            }
            if (result.passed()) {
                admitted.add(outcome.spec());
            } else {
                progress.note("not timed: " + result.reason());
                failures.add(new JobFailure(
                        variant.name(), 0, "variant " + variant.name() + " was not timed: " + result.reason(), false));
            }
        }
        return timed(admitted, trial, gate, threadTrials, failures);
    }

    private Result timed(
            List<VariantSpec> specs,
            Trial.Outcomes trial,
            List<CorrectnessGate.Result> gate,
            Map<String, List<Trial.ThreadTrial>> threadTrials,
            List<JobFailure> failures) {
        if (specs.isEmpty()) {
            return new Result(specs, List.of(), List.of(), gate, threadTrials, 0, failures, List.of());
        }
        RoundLoop loop = new RoundLoop(plan.protocol(), this::execute, progress);
        Map<String, VariantSpec> byName = new LinkedHashMap<>();
        for (VariantSpec spec : specs) {
            byName.put(spec.name(), spec);
            double training = trial.of(spec.name()).iterationMillis()
                    * 1e-3
                    * plan.workload().iterations();
            loop.expect(spec.name(), training + SECONDS_AROUND_TRAINING);
        }
        boolean baselineRuns = byName.containsKey(VariantSpec.BASELINE);
        // where they are the opponents, the reference lends them its workload and its time in the trial
        VariantSpec yardstick = baselineRuns ? byName.get(VariantSpec.BASELINE) : plan.reference();
        List<PythonPeers.Peer> peers = baselineRuns || plan.peers().standForTheBaseline()
                ? plan.peers().runnable()
                : List.of();
        Map<String, PythonPeers.Peer> peersByName = new LinkedHashMap<>();
        for (PythonPeers.Peer peer : peers) {
            peersByName.put(peer.name(), peer);
            loop.expect(
                    peer.name(),
                    trial.of(yardstick.name()).iterationMillis()
                                    * 1e-3
                                    * plan.peers().iterations(plan.workload())
                            + SECONDS_AROUND_TRAINING);
        }
        List<String> names = new ArrayList<>(byName.keySet());
        names.addAll(peersByName.keySet());
        List<TrainingRun> runs = new ArrayList<>();
        List<PeerRun> peerRuns = new ArrayList<>();
        plan.peers().all().stream()
                .filter(peer -> peer.unavailable() != null)
                .forEach(peer -> peerRuns.add(new PeerRun(peer.name(), 0, null, peer.unavailable())));
        RoundLoop.Rounds rounds = loop.run(
                names,
                (name, round) -> peersByName.containsKey(name)
                        ? plan.peers().job(peersByName.get(name), round, training(yardstick, round, null))
                        : job(byName.get(name), round),
                report -> {
                    folder.writeJson(roundFile(report), report);
                    if (peersByName.containsKey(report.variant())) {
                        peerRuns.add(PeerRun.of(report));
                    } else {
                        runs.add(keep(report));
                    }
                });
        failures.addAll(rounds.failures());
        return new Result(specs, runs, peerRuns, gate, threadTrials, rounds.rounds(), failures, rounds.remarks());
    }

    private JobReport execute(Job job, DoubleConsumer progress) {
        return job.family().equals(PythonPeers.FAMILY) ? plan.peers().run(job) : executor.run(job, progress);
    }

    /**
     * What the GPU of a variant that was timed can do at best; empty where none was, or where it could not be measured, which is
     * noted.
     */
    public Optional<CeilingRunner.Ceilings> ceilings(Result result) {
        Optional<VariantSpec> timed =
                result.specs().stream().filter(VariantSpec::onCuda).findFirst();
        if (timed.isEmpty()) {
            return Optional.empty();
        }
        progress.step("what the device can do at best", 0);
        try {
            JobReport report = attempt("ceilings", CeilingRunner.FAMILY, new CeilingRunner.Settings(timed.get()));
            return Optional.of(Json.value(report.outcome(), CeilingRunner.Ceilings.class));
        } catch (JobFailedException failed) {
            progress.note("no floor is known: " + failed.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Trains the optimised variant again from the weights of the first round, twice in one process and once in another, and says
     * how far its losses stray; null where it was not timed.
     */
    public LossSpread lossSpread(Result result) {
        return result.specs().stream()
                .filter(spec -> spec.name().equals(VariantSpec.OPTIMIZED))
                .findFirst()
                .map(this::lossSpread)
                .orElse(null);
    }

    private LossSpread lossSpread(VariantSpec spec) {
        VariantSpec again = spec.withName(VariantSpec.OPTIMIZED_AGAIN);
        progress.step("again from the same weights: do losses repeat", 0);
        try {
            Trial.Outcomes one = attempt("repeat-1", settings(List.of(spec, again), List.of(), false));
            Trial.Outcomes other = attempt("repeat-2", settings(List.of(spec), List.of(), false));
            return LossSpread.of(spec, one.of(spec.name()), one.of(again.name()), other.of(spec.name()));
        } catch (JobFailedException failed) {
            return LossSpread.unknown(spec, failed.getMessage());
        }
    }

    private Trial.Outcomes tryOut() {
        List<VariantSpec> all = new ArrayList<>();
        all.add(plan.reference());
        plan.variants().stream()
                .filter(variant -> !variant.name().equals(plan.reference().name()))
                .forEach(all::add);
        progress.step("trial: are the variants right" + (plan.tuneThreads() ? ", and how many threads" : ""), 0);
        List<String> tuned =
                plan.tuneThreads() ? all.stream().map(VariantSpec::name).toList() : List.of();
        return attempt("trial", settings(all, tuned, true));
    }

    private Trial.Settings settings(List<VariantSpec> variants, List<String> tuned, boolean moved) {
        boolean quick = plan.workload().name().equals(WorkloadPreset.QUICK.word());
        return new Trial.Settings(
                plan.workload(),
                variants,
                plan.seeds().get(0),
                objectPath(),
                quick ? QUICK_LOSSES : CorrectnessGate.LOSSES,
                quick ? QUICK_LATER_SAMPLES : LATER_SAMPLES,
                tuned,
                plan.cores(),
                moved);
    }

    private Trial.Outcomes attempt(String name, Trial.Settings settings) {
        return Json.value(attempt(name, Trial.FAMILY, settings).outcome(), Trial.Outcomes.class);
    }

    private JobReport attempt(String name, String family, Object settings) {
        Job job = new Job(family, name, 0, Json.tree(settings));
        JobReport report = executor.run(job, share -> progress.part(name, share, 0));
        folder.writeJson("rounds/000-" + name + ".json", report);
        return report;
    }

    private Job job(VariantSpec variant, int round) {
        String estimate = round == 1
                ? folder.resolve(estimateFile(variant.name())).toAbsolutePath().toString()
                : null;
        return new Job(TrainingJob.FAMILY, variant.name(), round, Json.tree(training(variant, round, estimate)));
    }

    private TrainingJob training(VariantSpec variant, int round, String estimateFile) {
        return new TrainingJob(
                plan.workload(),
                variant,
                plan.seeds().get((round - 1) % plan.seeds().size()),
                objectPath(),
                estimateFile,
                plan.protocol().warmUp(),
                plan.protocol().stealLimit());
    }

    private static String roundFile(JobReport report) {
        return String.format("rounds/%03d-%s.json", report.round(), report.variant());
    }

    private TrainingRun keep(JobReport report) {
        if (report.round() == 1) {
            folder.add(estimateFile(report.variant()));
        }
        return TrainingRun.of(report);
    }

    private String objectPath() {
        return folder.resolve(OBJECT_FILE).toAbsolutePath().toString();
    }
}
