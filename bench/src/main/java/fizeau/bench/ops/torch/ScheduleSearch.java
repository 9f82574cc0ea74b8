// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import fizeau.bench.ops.Agreement;
import fizeau.bench.ops.Candidate;
import fizeau.bench.ops.Computation;
import fizeau.bench.ops.OpsJob;
import fizeau.bench.ops.Schedule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Times every schedule that this process can run, after its output was found right, and the most promising ones again in
 * turns. Schedules that keep memory come last, because that cannot be undone. Fastest calls count: others on the machine
 * can only slow a call down.
 */
final class ScheduleSearch {
    /** A schedule this much slower than the best one in its first calls is not tried further. */
    private static final double HOPELESS = 1.6;

    private static final int MOST_THREAD_COUNTS = 3;

    private static final int WARM_UP_CALLS = 40;
    private static final double WARM_UP_SECONDS = 1.5;
    private static final int FIRST_CALLS = 4;

    /** Calls this long are timed twice only. */
    private static final double LONG_MILLIS = 500;

    /** Where fewer calls than these fit into the whole search, each schedule is called once. */
    private static final int FEWEST_IN_TIME = 20;

    private static final int FINALISTS = 4;
    private static final int FINAL_ROUNDS = 5;

    private final Computation computation;
    private final Tensors parameters;
    private final Correctness correctness;
    private final OpsJob job;
    private final Map<Schedule, Candidate> found = new LinkedHashMap<>();
    private final long began = System.nanoTime();
    private Tensor checked;
    private double best = Double.POSITIVE_INFINITY;
    private boolean loopsCompiled;
    private boolean callsAreLong;

    ScheduleSearch(Computation computation, Tensors parameters, Correctness correctness, OpsJob job) {
        this.computation = computation;
        this.parameters = parameters;
        this.correctness = correctness;
        this.job = job;
    }

    List<Candidate> run(DoubleConsumer progress) {
        try {
            List<Schedule> schedules = schedules();
            for (int i = 0; i < schedules.size(); i++) {
                attempt(schedules.get(i));
                progress.accept((i + 1.0) / (schedules.size() + 1));
            }
            runFinal();
            return List.copyOf(found.values());
        } finally {
            if (checked != null) {
                checked.close();
            }
        }
    }

    /**
     * Eager and jit first, which must have their best thread counts; then breadth first: each implementation at its usual
     * thread counts, then at the others, so that a search whose time is short has seen every implementation.
     */
    private List<Schedule> schedules() {
        List<String> names = Implementations.of(computation);
        List<String> others = names.stream().filter(name -> !isOpponent(name)).toList();
        List<Schedule> schedules = new ArrayList<>();
        add(schedules, names.stream().filter(ScheduleSearch::isOpponent).toList(), false);
        add(schedules, others, false);
        add(schedules, names, true);
        return schedules;
    }

    private void add(List<Schedule> schedules, List<String> names, boolean keep) {
        for (int setting = 0; setting < MOST_THREAD_COUNTS; setting++) {
            for (String name : names) {
                List<int[]> threads = threads(name);
                if (setting < threads.size()) {
                    int[] pair = threads.get(setting);
                    schedules.add(new Schedule(name, pair[0], pair[1], keep, job.waitPolicy()));
                }
            }
        }
    }

    private static boolean isOpponent(String name) {
        return name.equals(Implementations.EAGER) || name.equals(Implementations.JIT);
    }

    /** OpenMP and OpenBLAS threads, the usual first. */
    private List<int[]> threads(String name) {
        int all = job.cores();
        if (all == 1) {
            return List.of(new int[] {1, 1});
        }
        if (Implementations.isWinograd(name)) {
            return List.of(new int[] {all, 1});
        }
        if (Implementations.isBlasOnly(name)) {
            return List.of(new int[] {1, all}, new int[] {1, 1});
        }
        return List.of(new int[] {all, 1}, new int[] {all, all}, new int[] {1, 1});
    }

    private void attempt(Schedule schedule) {
        if (elapsed() > job.seconds() && !isNeeded(schedule)) {
            found.put(schedule, new Candidate(schedule, null, "not tried: the search had used its time"));
            return;
        }
        if (callsAreLong && !isUsual(schedule)) {
            found.put(schedule, new Candidate(schedule, null, "not tried: calls are long"));
            return;
        }
        if (!isUsual(schedule) && !isOpponent(schedule.implementation()) && slow(found.get(usual(schedule)))) {
            found.put(schedule, new Candidate(schedule, null, "not tried: too slow with other threads"));
            return;
        }
        Schedule plain = withoutMemory(schedule);
        if (schedule.keepMemory() && slow(found.get(plain))) {
            found.put(schedule, new Candidate(schedule, null, "not tried: too slow without kept memory"));
            return;
        }
        try {
            ProcessSettings.apply(schedule);
            try (Kernel kernel = open(schedule)) {
                found.put(schedule, firstCalls(schedule, kernel));
            }
        } catch (RuntimeException unable) {
            String why = String.valueOf(unable.getMessage()).lines().findFirst().orElse("no reason given");
            found.put(schedule, new Candidate(schedule, null, "failed: " + why));
        }
    }

    private Candidate firstCalls(Schedule schedule, Kernel kernel) {
        double fastest = OpsRunner.millis(kernel, 1);
        Agreement agreement = correctness.check(kernel.output());
        if (!agreement.passed()) {
            return new Candidate(schedule, null, "wrong: " + agreement.sentence());
        }
        if (checked == null) { // eager comes first
            try (PointerScope scope = new PointerScope()) {
                checked = kernel.output().clone().retainReference();
            }
        } else if (!(Correctness.everywhere(kernel.output(), checked) <= Agreement.TOLERANCE)) {
            return new Candidate(schedule, null, "wrong: differs from eager's output at some position");
        }
        if (fastest * 1e-3 > job.seconds() / FEWEST_IN_TIME) {
            callsAreLong = true;
            best = Math.min(best, fastest);
            return new Candidate(schedule, fastest, ""); // there is no time for a second call
        }
        fastest = Double.POSITIVE_INFINITY; // the first call paid for pages and preparations
        if (Implementations.isWinograd(schedule.implementation())) {
            warmUp(kernel, loopsCompiled ? WARM_UP_SECONDS / 5 : WARM_UP_SECONDS);
            loopsCompiled = true;
        }
        for (int call = 0; call < FIRST_CALLS; call++) {
            fastest = Math.min(fastest, OpsRunner.millis(kernel, 1));
            boolean hopeless = fastest > 2 * HOPELESS * best;
            if (call > 0 && (hopeless || fastest > LONG_MILLIS)) {
                break;
            }
        }
        int more = (int) Math.min(200, 200 / fastest); // a fifth of a second for those that are short
        for (int call = 0; call < more && fastest < 2 * HOPELESS * best; call++) {
            fastest = Math.min(fastest, OpsRunner.millis(kernel, 1));
        }
        best = Math.min(best, fastest);
        return new Candidate(schedule, fastest, "");
    }

    /** Loops of ours run an order of magnitude slower until the JVM has compiled them. */
    private static void warmUp(Kernel kernel, double seconds) {
        long from = System.nanoTime();
        for (int call = 0; call < WARM_UP_CALLS && (System.nanoTime() - from) * 1e-9 < seconds; call++) {
            kernel.run();
        }
    }

    /** Again, in turns; the process keeps memory now, so that only schedules which want it are compared fairly. */
    private void runFinal() {
        List<Schedule> finalists = found.values().stream()
                .filter(one -> one.fastestMillis() != null && one.schedule().keepMemory())
                .sorted(Comparator.comparingDouble(Candidate::fastestMillis))
                .limit(FINALISTS)
                .map(Candidate::schedule)
                .toList();
        for (int round = 0; round < FINAL_ROUNDS && elapsed() < 1.3 * job.seconds(); round++) {
            for (Schedule schedule : finalists) {
                ProcessSettings.apply(schedule);
                try (Kernel kernel = open(schedule)) {
                    kernel.run();
                    double fastest = found.get(schedule).fastestMillis();
                    int calls = (int) Math.max(2, Math.min(50, 50 / fastest));
                    for (int call = 0; call < calls; call++) {
                        fastest = Math.min(fastest, OpsRunner.millis(kernel, 1));
                    }
                    found.put(schedule, new Candidate(schedule, fastest, ""));
                }
            }
        }
    }

    private Kernel open(Schedule schedule) {
        return Implementations.open(schedule.implementation(), computation, parameters, schedule.openMp());
    }

    private boolean slow(Candidate plain) {
        return plain == null || plain.fastestMillis() == null || plain.fastestMillis() > HOPELESS * best;
    }

    /**
     * At their usual thread counts: eager and jit, without which they would have no time, also with kept memory, and what
     * promises most of the others, without which tuned would be one of them for want of time only.
     */
    private boolean isNeeded(Schedule schedule) {
        String name = schedule.implementation();
        String promising = Implementations.of(computation).stream()
                .filter(one -> !isOpponent(one))
                .findFirst()
                .orElse("");
        boolean anyway = isOpponent(name) || (name.equals(promising) && !schedule.keepMemory());
        return anyway && isUsual(schedule) && !(callsAreLong && schedule.keepMemory());
    }

    private boolean isUsual(Schedule schedule) {
        return schedule.equals(usual(schedule));
    }

    private Schedule usual(Schedule s) {
        int[] threads = threads(s.implementation()).get(0);
        return new Schedule(s.implementation(), threads[0], threads[1], s.keepMemory(), s.waitPolicy());
    }

    private static Schedule withoutMemory(Schedule s) {
        return new Schedule(s.implementation(), s.openMp(), s.openBlas(), false, s.waitPolicy());
    }

    private double elapsed() {
        return (System.nanoTime() - began) * 1e-9;
    }
}
