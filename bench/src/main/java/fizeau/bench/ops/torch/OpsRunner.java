// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import fizeau.bench.files.Json;
import fizeau.bench.ops.Agreement;
import fizeau.bench.ops.CallTiming;
import fizeau.bench.ops.Candidate;
import fizeau.bench.ops.Computation;
import fizeau.bench.ops.OpsJob;
import fizeau.bench.protocol.InterferenceMeter;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import java.util.List;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.NoGradGuard;

/** Searches for schedules, or times one, in this process. An output that is wrong gets no time. */
public final class OpsRunner implements JobRunner {
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
            double loaded = (System.nanoTime() - began) * 1e-9;
            if (settings.schedule() == null) {
                List<Candidate> candidates =
                        new ScheduleSearch(computation, parameters, correctness, settings).run(progress);
                return CallTiming.found(
                        new CallTiming.Start(job, settings, correctness.reference(), startSeconds, loaded),
                        candidates,
                        meter);
            }
            ProcessSettings.apply(settings.schedule());
            try (Kernel kernel = Implementations.open(
                    settings.schedule().implementation(),
                    computation,
                    parameters,
                    settings.schedule().openMp())) {
                double ready = (System.nanoTime() - began) * 1e-9;
                return CallTiming.time(
                        new CallTiming.Start(job, settings, correctness.reference(), startSeconds, ready),
                        new KernelCall(kernel, correctness),
                        meter);
            }
        }
    }

    /** A kernel whose output is held against the reference. */
    private record KernelCall(Kernel kernel, Correctness correctness) implements CallTiming.Call {
        @Override
        public void run() {
            kernel.run();
        }

        @Override
        public Agreement check() {
            return correctness.check(kernel.output());
        }
    }

    /** Milliseconds of a call, averaged over {@code calls} of them. */
    static double millis(Kernel kernel, int calls) {
        return CallTiming.millis(kernel::run, calls);
    }
}
