// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import fizeau.bench.files.Json;
import fizeau.bench.ops.Agreement;
import fizeau.bench.ops.Candidate;
import fizeau.bench.ops.Computation;
import fizeau.bench.ops.OpsJob;
import fizeau.bench.ops.OpsOutcome;
import fizeau.bench.protocol.InterferenceMeter;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import fizeau.bench.protocol.MemoryUse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.NoGradGuard;

/** Searches for schedules, or times one, in this process. An output that is wrong gets no time. */
public final class OpsRunner implements JobRunner {
    /** Shorter samples are a matter of the clock. */
    private static final double SHORTEST_SAMPLE_MILLIS = 0.02;

    /** The JVM compiles what is hot within half a second. */
    private static final double WARM_UP_SECONDS = 0.5;

    @Override
    public String family() {
        return OpsJob.FAMILY;
    }

    @Override
    public JobReport run(Job job, double startSeconds, DoubleConsumer progress) {
        OpsJob settings = Json.value(job.settings(), OpsJob.class);
        Computation computation = settings.operator().shape();
        long began = System.nanoTime();
        InterferenceMeter meter = new InterferenceMeter(settings.stealLimit());
        try (NoGradGuard guard = new NoGradGuard();
                Tensors parameters = new Tensors(computation.parameters(settings.seed()))) {
            Correctness correctness = settings.reference() == null
                    ? Correctness.of(computation, settings.seed(), parameters)
                    : Correctness.given(settings.reference());
            if (settings.schedule() == null) {
                double load = (System.nanoTime() - began) * 1e-9;
                List<Candidate> candidates =
                        new ScheduleSearch(computation, parameters, correctness, settings).run(progress);
                OpsOutcome outcome = new OpsOutcome(candidates, null, List.of(), 1, correctness.reference());
                return report(job, new JobReport.Phases(startSeconds, load, 0, 0, true, 0), meter, outcome);
            }
            ProcessSettings.apply(settings.schedule());
            try (Kernel kernel = Implementations.open(
                    settings.schedule().implementation(),
                    computation,
                    parameters,
                    settings.schedule().openMp())) {
                double load = (System.nanoTime() - began) * 1e-9;
                return time(job, settings, kernel, correctness, meter, startSeconds, load);
            }
        }
    }

    private static JobReport time(
            Job job,
            OpsJob settings,
            Kernel kernel,
            Correctness correctness,
            InterferenceMeter meter,
            double start,
            double load) {
        if (settings.firstCall()) {
            return timeFirstCall(job, kernel, correctness, meter, start, load);
        }
        long warmFrom = System.nanoTime();
        kernel.run();
        Agreement agreement = correctness.check(kernel.output());
        if (!agreement.passed()) {
            OpsOutcome wrong = new OpsOutcome(List.of(), agreement, List.of(), 1, correctness.reference());
            return report(job, new JobReport.Phases(start, load, 0, 1, true, 0), meter, wrong);
        }
        int warmUps = 1;
        double fastest = Double.POSITIVE_INFINITY;
        while ((warmUps < settings.warmUps() || seconds(warmFrom) < WARM_UP_SECONDS)
                && (warmUps < 2 || seconds(warmFrom) < settings.seconds() / 2)) {
            fastest = Math.min(fastest, millis(kernel, 1));
            warmUps++;
        }
        int calls = (int) Math.max(1, Math.ceil(SHORTEST_SAMPLE_MILLIS / fastest));
        double warmUp = seconds(warmFrom);
        List<Double> samples = new ArrayList<>();
        System.gc(); // not inside the window
        long timedFrom = System.nanoTime();
        meter.open();
        while (samples.isEmpty() || (samples.size() < settings.runs() && seconds(timedFrom) < settings.seconds())) {
            samples.add(millis(kernel, calls));
        }
        meter.close();
        JobReport.Phases phases =
                new JobReport.Phases(start, load, warmUp, warmUps, warmUps >= settings.warmUps(), seconds(timedFrom));
        OpsOutcome outcome = new OpsOutcome(List.of(), agreement, samples, calls, correctness.reference());
        return report(job, phases, meter, outcome);
    }

    /** Where a call takes longer than all there is time for, a warm-up would be most of the work: there is none. */
    private static JobReport timeFirstCall(
            Job job, Kernel kernel, Correctness correctness, InterferenceMeter meter, double start, double load) {
        System.gc(); // not inside the window
        meter.open();
        double millis = millis(kernel, 1);
        meter.close();
        Agreement agreement = correctness.check(kernel.output());
        List<Double> samples = agreement.passed() ? List.of(millis) : List.of();
        OpsOutcome outcome = new OpsOutcome(List.of(), agreement, samples, 1, correctness.reference());
        return report(job, new JobReport.Phases(start, load, 0, 0, false, millis * 1e-3), meter, outcome);
    }

    /** Milliseconds of a call, averaged over {@code calls} of them. */
    static double millis(Kernel kernel, int calls) {
        long before = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            kernel.run();
        }
        return (System.nanoTime() - before) * 1e-6 / calls;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) * 1e-9;
    }

    private static JobReport report(Job job, JobReport.Phases phases, InterferenceMeter meter, OpsOutcome outcome) {
        return new JobReport(
                job.variant(), job.round(), phases, MemoryUse.ofThisProcess(0), meter.total(), Json.tree(outcome));
    }
}
