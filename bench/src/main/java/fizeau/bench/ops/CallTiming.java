// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import fizeau.bench.files.Json;
import fizeau.bench.protocol.InterferenceMeter;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.MemoryUse;
import java.util.ArrayList;
import java.util.List;

/** Times calls of one schedule in this process, once its output was found right. An output that is wrong gets no time. */
public final class CallTiming {
    /** Shorter samples are a matter of the clock. */
    private static final double SHORTEST_SAMPLE_MILLIS = 0.02;

    /** The JVM compiles what is hot within half a second. */
    private static final double WARM_UP_SECONDS = 0.5;

    /** One way to compute, ready on its input. */
    public interface Call {
        /** The whole work, done when it returns. */
        void run();

        /** Of the last call's output with the reference. */
        Agreement check();
    }

    /** What is known before the first call. */
    public record Start(Job job, OpsJob settings, Reference reference, double startSeconds, double loadSeconds) {}

    private CallTiming() {}

    /** Times it as the settings say. */
    public static JobReport time(Start start, Call call, InterferenceMeter meter) {
        OpsJob settings = start.settings();
        if (settings.firstCall()) {
            return timeFirstCall(start, call, meter);
        }
        long warmFrom = System.nanoTime();
        call.run();
        Agreement agreement = call.check();
        if (!agreement.passed()) {
            return report(start, phases(start, 0, 1, true, 0), meter, agreement, List.of(), 1);
        }
        int warmUps = 1;
        double fastest = Double.POSITIVE_INFINITY;
        while ((warmUps < settings.warmUps() || seconds(warmFrom) < WARM_UP_SECONDS)
                && (warmUps < 2 || seconds(warmFrom) < settings.seconds() / 2)) {
            fastest = Math.min(fastest, millis(call::run, 1));
            warmUps++;
        }
        int calls = (int) Math.max(1, Math.ceil(SHORTEST_SAMPLE_MILLIS / fastest));
        double warmUp = seconds(warmFrom);
        List<Double> samples = new ArrayList<>();
        System.gc(); // not inside the window
        long timedFrom = System.nanoTime();
        meter.open();
        while (samples.isEmpty() || (samples.size() < settings.runs() && seconds(timedFrom) < settings.seconds())) {
            samples.add(millis(call::run, calls));
        }
        meter.close();
        JobReport.Phases phases = phases(start, warmUp, warmUps, warmUps >= settings.warmUps(), seconds(timedFrom));
        return report(start, phases, meter, agreement, samples, calls);
    }

    /** Where a call takes longer than all there is time for, a warm-up would be most of the work: there is none. */
    private static JobReport timeFirstCall(Start start, Call call, InterferenceMeter meter) {
        System.gc(); // not inside the window
        meter.open();
        double millis = millis(call::run, 1);
        meter.close();
        Agreement agreement = call.check();
        List<Double> samples = agreement.passed() ? List.of(millis) : List.of();
        return report(start, phases(start, 0, 0, false, millis * 1e-3), meter, agreement, samples, 1);
    }

    /** The report of a search. */
    public static JobReport found(Start start, List<Candidate> candidates, InterferenceMeter meter) {
        OpsOutcome outcome = new OpsOutcome(candidates, null, List.of(), 1, start.reference());
        return report(start, phases(start, 0, 0, true, 0), meter, outcome);
    }

    /** Milliseconds of a call, averaged over {@code calls} of them. */
    public static double millis(Runnable call, int calls) {
        long before = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            call.run();
        }
        return (System.nanoTime() - before) * 1e-6 / calls;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) * 1e-9;
    }

    private static JobReport.Phases phases(Start start, double warmUp, int warmUps, boolean enough, double timed) {
        return new JobReport.Phases(start.startSeconds(), start.loadSeconds(), warmUp, warmUps, enough, timed);
    }

    private static JobReport report(
            Start start,
            JobReport.Phases phases,
            InterferenceMeter meter,
            Agreement agreement,
            List<Double> samples,
            int calls) {
        return report(start, phases, meter, new OpsOutcome(List.of(), agreement, samples, calls, start.reference()));
    }

    private static JobReport report(Start start, JobReport.Phases phases, InterferenceMeter meter, OpsOutcome outcome) {
        Job job = start.job();
        return new JobReport(
                job.variant(), job.round(), phases, MemoryUse.ofThisProcess(0), meter.total(), Json.tree(outcome));
    }
}
