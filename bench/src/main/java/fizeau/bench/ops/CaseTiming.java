// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.RoundLoop;
import fizeau.bench.stats.Bootstrap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleConsumer;

/** Times the methods of one case, which take turns in rounds of fresh processes. */
final class CaseTiming {
    private final OpsSettings settings;
    private final OperatorCase one;
    private final TimingPlan plan;
    private final RoundLoop.Executor executor;
    private final Map<Method, MethodPeer> peers;
    private final List<String> remarks = new ArrayList<>();
    private Reference reference;

    /**
     * @param executor runs a job in a process with the wait policy that its settings name
     * @param peers run the jobs of the methods that Python computes
     * @param reference if one is known; otherwise it is computed first
     */
    CaseTiming(
            OpsSettings settings,
            OperatorCase one,
            TimingPlan plan,
            RoundLoop.Executor executor,
            Map<Method, MethodPeer> peers,
            Reference reference) {
        this.settings = settings;
        this.one = one;
        this.plan = plan;
        this.executor = executor;
        this.peers = Map.copyOf(peers);
        this.reference = reference;
    }

    /** What a reader must know, one sentence each. */
    List<String> remarks() {
        return List.copyOf(remarks);
    }

    /** @param schedules of the methods that run in a JVM */
    Map<Method, MethodRow> rows(Map<Method, Schedule> schedules, RunFolder folder, Progress progress) {
        if (plan.firstCall()) {
            remarks.add(String.format(
                    Locale.ROOT,
                    "%s: a call takes longer than its share of --max-seconds %s, so each method made one call in each of"
                            + " %d rounds, the first of its process",
                    one.name(),
                    settings.maxSeconds(),
                    plan.rounds()));
        }
        prepareReference();
        List<String> variants =
                new ArrayList<>(schedules.keySet().stream().map(Method::word).toList());
        peers.keySet().stream().sorted().map(Method::word).forEach(variants::add);
        List<JobReport> reports = new ArrayList<>();
        RoundLoop.Rounds rounds = new RoundLoop(rules(), this::execute, progress)
                .run(variants, (word, round) -> job(word, round, schedules), report -> {
                    folder.writeJson(
                            String.format(
                                    Locale.ROOT,
                                    "rounds/%03d-%s-%s.json",
                                    report.round(),
                                    one.name(),
                                    report.variant()),
                            withoutReference(report));
                    reports.add(report);
                });
        rounds.remarks().forEach(remark -> remarks.add(one.name() + ": " + remark));
        Map<Method, MethodRow> rows = new LinkedHashMap<>();
        for (String word : variants) {
            Method method = Method.parse(List.of(word)).get(0);
            Schedule schedule = peers.containsKey(method) ? peers.get(method).schedule() : schedules.get(method);
            rows.put(method, row(method, schedule, reports, rounds.failures()));
        }
        return rows;
    }

    private MethodRow row(Method method, Schedule schedule, List<JobReport> reports, List<JobFailure> failures) {
        List<JobReport> own = reports.stream()
                .filter(report -> report.variant().equals(method.word()))
                .toList();
        List<String> reasons = failures.stream()
                .filter(failure -> failure.variant().equals(method.word()))
                .map(JobFailure::reason)
                .toList();
        reasons.forEach(reason -> remarks.add(one.name() + ": " + reason));
        if (own.isEmpty()) {
            return MethodRow.without(method, one, settings.workload(one), MethodRow.FAILED, reasons.get(0));
        }
        Bootstrap bootstrap =
                new Bootstrap(settings.protocol().level(), settings.protocol().seed());
        return MethodRow.ofRounds(method, one, settings.workload(one), schedule, own, plan.firstCall(), bootstrap);
    }

    private JobReport execute(Job job, DoubleConsumer progress) {
        MethodPeer peer = peer(job.variant());
        if (peer == null) {
            return executor.run(job, progress);
        }
        if (reference == null) {
            throw new JobFailedException(new JobFailure(
                    job.variant(),
                    job.round(),
                    "there is no reference that the peer's output could be held against",
                    false));
        }
        return peer.run(job, reference, plan.seconds(), plan.firstCall());
    }

    /** What all processes hold their outputs against; of a model a process of its own computes it. */
    private void prepareReference() {
        if (reference != null) {
            return;
        }
        if (one.shape() instanceof OperatorShape shape) {
            reference = Reference.of(shape, settings.protocol().seed());
            return;
        }
        Schedule eager = new Schedule(Method.EAGER.word(), settings.cores(), 1, false, OpsCampaign.PASSIVE);
        String what = one.name() + "-reference";
        try {
            JobReport report = executor.run(new Job(OpsJob.FAMILY, what, 0, Json.tree(job(eager))), share -> {});
            reference = Json.value(report.outcome(), OpsOutcome.class).reference();
        } catch (JobFailedException failed) {
            remarks.add(failed.failure().reason());
        }
    }

    /** Who computes a variant in Python; null where nobody does. */
    private MethodPeer peer(String word) {
        return peers.get(Method.parse(List.of(word)).get(0));
    }

    private Job job(String word, int round, Map<Method, Schedule> schedules) {
        if (peer(word) != null) {
            return new Job(settings.family(), word, round, Json.tree(Map.of()));
        }
        Schedule schedule = schedules.get(Method.parse(List.of(word)).get(0));
        return new Job(settings.family(), word, round, Json.tree(job(schedule)));
    }

    private OpsJob job(Schedule schedule) {
        return new OpsJob(
                one.name(),
                settings.shapes(),
                settings.protocol().seed(),
                settings.cores(),
                settings.device(),
                schedule,
                schedule.waitPolicy(),
                settings.warmUps(),
                settings.runs(),
                plan.seconds(),
                plan.firstCall(),
                reference,
                settings.protocol().stealLimit());
    }

    private ProtocolSpec rules() {
        ProtocolSpec given = settings.protocol();
        return new ProtocolSpec(
                plan.rounds(),
                given.minTimeSeconds(),
                given.maxSeconds(),
                given.seed(),
                given.level(),
                given.stealLimit(),
                given.warmUp());
    }

    /** It is the same in every round. */
    private static JobReport withoutReference(JobReport report) {
        OpsOutcome outcome = Json.value(report.outcome(), OpsOutcome.class);
        OpsOutcome kept = new OpsOutcome(
                outcome.candidates(), outcome.agreement(), outcome.millis(), outcome.callsPerSample(), null);
        return new JobReport(
                report.variant(),
                report.round(),
                report.phases(),
                report.memory(),
                report.interference(),
                report.protocolCost(),
                Json.tree(kept));
    }
}
