// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.ops.ScheduleStore.Findings;
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
import java.util.Optional;

/**
 * Executes methods on cases, case by case: schedules are searched for or remembered, then all methods take turns in rounds
 * of fresh processes. What fails becomes a row that says so; the others go on.
 */
public final class OpsCampaign {
    /** How threads of the pools may wait; each needs its own process. */
    private static final List<String> WAIT_POLICIES = List.of("passive", "active");

    private final OpsSettings settings;
    private final RunFolder folder;
    private final ScheduleStore store;
    private final RoundLoop.Executor executor;
    private final Progress progress;
    private final List<String> remarks = new ArrayList<>();

    /** @param executor runs a job in a process with the wait policy that its settings name */
    public OpsCampaign(
            OpsSettings settings,
            RunFolder folder,
            ScheduleStore store,
            RoundLoop.Executor executor,
            Progress progress) {
        this.settings = settings;
        this.folder = folder;
        this.store = store;
        this.executor = executor;
        this.progress = progress;
    }

    /** Runs everything; each case's rows are in the files when the next case begins. Returns what a reader must know. */
    public List<String> run() {
        MethodFiles files = new MethodFiles(folder.path());
        for (OperatorCase one : settings.cases()) {
            List<Method> methods = settings.methods().stream()
                    .filter(method -> !(settings.resume() && isThere(files, method, one)))
                    .toList();
            if (methods.isEmpty()) {
                progress.note(one.name() + ": there already");
                continue;
            }
            rows(one, methods).forEach((method, row) -> files.add(folder, method, Map.of(one.name(), row)));
        }
        return List.copyOf(remarks);
    }

    private boolean isThere(MethodFiles files, Method method, OperatorCase one) {
        MethodRow row = files.read(method).get(one.name());
        return row != null && row.measured() && row.workload().equals(settings.workload(one));
    }

    private Map<Method, MethodRow> rows(OperatorCase one, List<Method> methods) {
        Map<Method, MethodRow> rows = new LinkedHashMap<>();
        Map<String, Schedule> schedules = new LinkedHashMap<>();
        List<Method> own = methods.stream().filter(Method::inJvm).toList();
        if (!own.isEmpty()) {
            Findings findings = findings(one);
            for (Method method : own) {
                Optional<Schedule> schedule = method == Method.TUNED ? findings.tuned() : findings.plain(method.word());
                if (schedule.isPresent()) {
                    schedules.put(method.word(), schedule.get());
                } else {
                    rows.put(method, without(method, one, MethodRow.FAILED, whyNone(findings, method)));
                }
            }
        }
        if (!schedules.isEmpty()) {
            rows.putAll(time(one, schedules));
        }
        if (methods.contains(Method.COMPILE)) {
            rows.put(Method.COMPILE, new CompilePeer(settings).row(one));
        }
        return rows;
    }

    private MethodRow without(Method method, OperatorCase one, String kind, String reason) {
        return MethodRow.without(method, one, settings.workload(one), kind, reason);
    }

    private Findings findings(OperatorCase one) {
        if (!settings.searchAgain()) {
            Optional<Findings> remembered = store.find(one);
            if (remembered.isPresent()) {
                return remembered.get();
            }
        }
        List<Candidate> candidates = new ArrayList<>();
        for (String policy : WAIT_POLICIES) {
            String what = one.name() + "-search-" + policy;
            progress.step(what, 0);
            try {
                JobReport report = executor.run(
                        new Job(OpsJob.FAMILY, what, 0, Json.tree(job(one, null, policy, 1))),
                        share -> progress.part(what, share, 0));
                candidates.addAll(Json.value(report.outcome(), OpsOutcome.class).candidates());
            } catch (JobFailedException failed) {
                remarks.add(failed.failure().reason());
                progress.note(failed.failure().reason());
            }
        }
        Findings findings = new Findings(Map.of(), one.shape().toString(), candidates);
        return findings.tuned().isPresent() ? store.keep(one, candidates) : findings;
    }

    private static String whyNone(Findings findings, Method method) {
        return findings.candidates().stream()
                .filter(one -> one.schedule().implementation().equals(method.word())
                        && !one.remark().isEmpty())
                .map(Candidate::remark)
                .findFirst()
                .orElse("the search for its schedule gave no result");
    }

    private Map<Method, MethodRow> time(OperatorCase one, Map<String, Schedule> schedules) {
        List<JobReport> reports = new ArrayList<>();
        ProtocolSpec rules = settings.protocol();
        RoundLoop.Rounds rounds = new RoundLoop(rules, executor, progress)
                .run(
                        List.copyOf(schedules.keySet()),
                        (word, round) -> {
                            Schedule schedule = schedules.get(word);
                            OpsJob job = job(one, schedule, schedule.waitPolicy(), schedules.size());
                            return new Job(OpsJob.FAMILY, word, round, Json.tree(job));
                        },
                        report -> {
                            String name = String.format(
                                    Locale.ROOT,
                                    "rounds/%03d-%s-%s.json",
                                    report.round(),
                                    one.name(),
                                    report.variant());
                            folder.writeJson(name, report);
                            reports.add(report);
                        });
        rounds.remarks().forEach(remark -> remarks.add(one.name() + ": " + remark));
        Bootstrap bootstrap = new Bootstrap(rules.level(), rules.seed());
        Map<Method, MethodRow> rows = new LinkedHashMap<>();
        schedules.forEach((word, schedule) -> {
            Method method = Method.parse(List.of(word)).get(0);
            List<JobReport> own = reports.stream()
                    .filter(report -> report.variant().equals(word))
                    .toList();
            List<JobFailure> failures = rounds.failures().stream()
                    .filter(failure -> failure.variant().equals(word))
                    .toList();
            failures.forEach(failure -> remarks.add(one.name() + ": " + failure.reason()));
            rows.put(
                    method,
                    own.isEmpty()
                            ? without(
                                    method,
                                    one,
                                    MethodRow.FAILED,
                                    failures.get(0).reason())
                            : MethodRow.ofRounds(method, one, settings.workload(one), schedule, own, bootstrap));
        });
        return rows;
    }

    private OpsJob job(OperatorCase one, Schedule schedule, String waitPolicy, int methods) {
        double seconds = schedule == null
                ? settings.searchSeconds() / WAIT_POLICIES.size()
                : settings.maxSeconds() / (settings.protocol().rounds() * methods);
        return new OpsJob(
                one.name(),
                settings.shapes(),
                settings.protocol().seed(),
                settings.cores(),
                schedule,
                waitPolicy,
                settings.warmUps(),
                settings.runs(),
                seconds,
                settings.protocol().stealLimit());
    }
}
