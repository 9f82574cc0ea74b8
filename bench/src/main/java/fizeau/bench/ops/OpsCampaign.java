// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import fizeau.backend.Closing;
import fizeau.bench.environment.SystemMemory;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.ops.ScheduleStore.Findings;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.RoundLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Executes methods on cases, case by case: schedules are searched for or remembered, then all methods take turns in rounds
 * of fresh processes. What fails becomes a row that says so; the others go on.
 */
public final class OpsCampaign {
    /** Waiting threads sleep. */
    static final String PASSIVE = "passive";

    /** How threads of the pools may wait; each needs its own process. */
    private static final List<String> WAIT_POLICIES = List.of(PASSIVE, "active");

    /** Calls of more than about a tenth of a second hardly notice how threads wait: waking one takes a ten-thousandth. */
    private static final double LONG_GIGAFLOP = 10;

    private static final String NOT_ON_DEVICE =
            "TorchScript comes with libtorch, and the one of this build computes on the CPU only";

    private final OpsSettings settings;
    private final RunFolder folder;
    private final ScheduleStore store;
    private final RoundLoop.Executor executor;
    private final Progress progress;
    private final Duration peerLimit;
    private final List<String> remarks = new ArrayList<>();
    private final OperatorPeer python;

    /**
     * @param executor runs a job in a process with the wait policy that its settings name
     * @param peerLimit after which a peer's process is ended
     */
    public OpsCampaign(
            OpsSettings settings,
            RunFolder folder,
            ScheduleStore store,
            RoundLoop.Executor executor,
            Progress progress,
            Duration peerLimit) {
        this.settings = settings;
        this.folder = folder;
        this.store = store;
        this.executor = executor;
        this.progress = progress;
        this.peerLimit = peerLimit;
        this.python = new OperatorPeer(settings.python());
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
            rows(one, methods)
                    .forEach((method, row) -> files.add(folder, method, Map.of(one.name(), row.on(settings.device()))));
        }
        return List.copyOf(remarks);
    }

    private boolean isThere(MethodFiles files, Method method, OperatorCase one) {
        MethodRow row = files.read(method).get(one.name());
        return row != null && row.measured() && row.workload().equals(settings.workload(one));
    }

    private Map<Method, MethodRow> rows(OperatorCase one, List<Method> methods) {
        Map<Method, MethodRow> rows = new LinkedHashMap<>();
        Optional<String> noMemory = MemoryNeed.refusal(one.shape(), SystemMemory.availableMemoryBytes());
        if (noMemory.isPresent()) {
            methods.forEach(method -> rows.put(method, without(method, one, MethodRow.FAILED, noMemory.get())));
            return rows;
        }
        Map<Method, Schedule> schedules = new LinkedHashMap<>();
        List<Double> callSeconds = new ArrayList<>();
        List<Method> own = methods.stream().filter(settings::inJvm).toList();
        Search search = own.isEmpty() ? null : search(one);
        for (Method method : own) {
            Findings findings = search.findings();
            Optional<Candidate> found = method == Method.TUNED ? findings.tuned() : findings.plain(method.word());
            if (found.isPresent()) {
                schedules.put(method, found.get().schedule());
                callSeconds.add(found.get().fastestMillis() * 1e-3);
            } else {
                rows.put(method, without(method, one, MethodRow.FAILED, whyNone(findings, method)));
            }
        }
        List<Method> peers = methods.stream().filter(settings::byPeer).toList();
        if (!peers.isEmpty() && python.unavailability(settings.onDevice()).isPresent()) {
            String why = python.unavailability(settings.onDevice()).get();
            peers.forEach(method -> rows.put(method, without(method, one, MethodRow.UNAVAILABLE, why)));
            peers = List.of();
        }
        methods.stream()
                .filter(method -> !settings.inJvm(method) && !settings.byPeer(method))
                .forEach(method -> rows.put(method, without(method, one, MethodRow.UNAVAILABLE, NOT_ON_DEVICE)));
        if (!schedules.isEmpty() || !peers.isEmpty()) {
            rows.putAll(time(one, schedules, callSeconds, peers, search == null ? null : search.reference()));
        }
        return rows;
    }

    private Map<Method, MethodRow> time(
            OperatorCase one,
            Map<Method, Schedule> schedules,
            List<Double> callSeconds,
            List<Method> byPeers,
            Reference reference) {
        TimingPlan plan = TimingPlan.of(settings, schedules.size() + byPeers.size(), callSeconds);
        Map<Method, MethodPeer> peers = new EnumMap<>(Method.class);
        try {
            for (Method method : byPeers) {
                peers.put(method, new MethodPeer(method, python, settings, one, peerThreads(one), peerLimit));
            }
            CaseTiming timing = new CaseTiming(settings, one, plan, executor, peers, reference);
            Map<Method, MethodRow> rows = timing.rows(schedules, folder, progress);
            remarks.addAll(timing.remarks());
            return rows;
        } finally {
            Closing.all(List.copyOf(peers.values()));
        }
    }

    /** The peer's own search would take minutes: it takes the number of threads with which eager is fastest. */
    private int peerThreads(OperatorCase one) {
        return store.find(one)
                .flatMap(findings -> findings.plain(Method.EAGER.word()))
                .map(found ->
                        Math.max(found.schedule().openMp(), found.schedule().openBlas()))
                .orElse(settings.cores());
    }

    private MethodRow without(Method method, OperatorCase one, String kind, String reason) {
        return MethodRow.without(method, one, settings.workload(one), kind, reason);
    }

    /** What is known of a case's schedules; the reference is null when they were remembered. */
    private record Search(Findings findings, Reference reference) {}

    private Search search(OperatorCase one) {
        if (!settings.searchAgain()) {
            Optional<Findings> remembered = store.find(one);
            if (remembered.isPresent()) {
                return new Search(remembered.get(), null);
            }
        }
        List<Candidate> candidates = new ArrayList<>();
        boolean waiting = one.shape().gigaflop() <= LONG_GIGAFLOP && !settings.onDevice();
        List<String> policies = waiting ? WAIT_POLICIES : List.of(PASSIVE);
        Reference reference = null;
        for (String policy : policies) {
            String what = one.name() + "-search-" + policy;
            progress.step(what, 0);
            OpsJob search = job(one, policy, settings.searchSeconds() / policies.size(), reference);
            try {
                JobReport report = executor.run(
                        new Job(settings.family(), what, 0, Json.tree(search)), share -> progress.part(what, share, 0));
                OpsOutcome outcome = Json.value(report.outcome(), OpsOutcome.class);
                candidates.addAll(outcome.candidates());
                reference = outcome.reference();
            } catch (JobFailedException failed) {
                remarks.add(failed.failure().reason());
                progress.note(failed.failure().reason());
            }
        }
        Findings findings = new Findings(Map.of(), one.shape().toString(), candidates);
        return new Search(findings.tuned().isPresent() ? store.keep(one, candidates) : findings, reference);
    }

    private static String whyNone(Findings findings, Method method) {
        return findings.candidates().stream()
                .filter(one -> one.schedule().implementation().equals(method.word())
                        && !one.remark().isEmpty())
                .map(Candidate::remark)
                .findFirst()
                .orElse("the search for its schedule gave no result");
    }

    private OpsJob job(OperatorCase one, String waitPolicy, double seconds, Reference reference) {
        return new OpsJob(
                one.name(),
                settings.shapes(),
                settings.protocol().seed(),
                settings.cores(),
                settings.device(),
                null,
                waitPolicy,
                settings.warmUps(),
                settings.runs(),
                seconds,
                false,
                reference,
                settings.protocol().stealLimit());
    }
}
