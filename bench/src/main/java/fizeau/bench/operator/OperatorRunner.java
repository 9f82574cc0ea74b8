// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import fizeau.backend.DeviceRates;
import fizeau.backend.cpu.CpuBackend;
import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.cuda.raw.CudaException;
import fizeau.bench.files.Json;
import fizeau.bench.protocol.InterferenceMeter;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import fizeau.bench.protocol.MemoryUse;
import fizeau.nativeconfig.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.function.Function;

/** Times one of our methods through all cases in this process. A result that is wrong gets no time. */
public final class OperatorRunner implements JobRunner {
    private static final double SHORTEST_SAMPLE_SECONDS = 2e-3;
    private static final double WARM_UP_SECONDS = 0.3;
    private static final int MOST_SAMPLES = 200;

    private final Settings settings;

    public OperatorRunner() {
        this(Settings.ofProcess());
    }

    /** @param settings where CUDA is looked for */
    OperatorRunner(Settings settings) {
        this.settings = settings;
    }

    @Override
    public String family() {
        return OperatorJob.FAMILY;
    }

    @Override
    public JobReport run(Job job, double startSeconds, DoubleConsumer progress) {
        OperatorJob given = Json.value(job.settings(), OperatorJob.class);
        OperatorMethod method = OperatorMethod.of(given.method());
        long began = System.nanoTime();
        if (method.device().equals("cuda")) {
            try (CudaBackend backend = CudaBackend.open(settings, given.device(), given.caches())) {
                return run(
                        job,
                        new Started(given, backend.description(), backend.rates(), startSeconds, seconds(began)),
                        one -> new CudaTimedOperator(backend, method, given, one),
                        progress);
            }
        }
        try (CpuBackend backend = CpuBackend.open(given.threads())) {
            return run(
                    job,
                    new Started(given, backend.description(), backend.rates(), startSeconds, seconds(began)),
                    one -> new CpuTimedOperator(backend, method, given, one),
                    progress);
        }
    }

    /** A job whose backend is open, and what that took. */
    private record Started(
            OperatorJob job, String description, DeviceRates rates, double startSeconds, double loadSeconds) {}

    private static JobReport run(
            Job job, Started started, Function<OperatorSetting.Case, TimedOperator> open, DoubleConsumer progress) {
        InterferenceMeter meter = new InterferenceMeter(started.job().stealLimit());
        long warmFrom = System.nanoTime();
        int warmUps = warmUp(started.job(), open);
        double warmUp = seconds(warmFrom);
        long timedFrom = System.nanoTime();
        List<OperatorOutcome.Timing> rows = rows(started.job(), open, meter, progress);
        return new JobReport(
                job.variant(),
                job.round(),
                new JobReport.Phases(
                        started.startSeconds(), started.loadSeconds(), warmUp, warmUps, true, seconds(timedFrom)),
                MemoryUse.ofThisProcess(0),
                meter.total(),
                Json.tree(new OperatorOutcome(started.description(), rows, started.rates())));
    }

    /** Computes the smallest case in both directions until the time is up; returns how often. */
    private static int warmUp(OperatorJob job, Function<OperatorSetting.Case, TimedOperator> open) {
        long from = System.nanoTime();
        int calls = 0;
        try (TimedOperator operator = open.apply(job.setting().cases().get(0))) {
            while (seconds(from) < job.warmUpSeconds()) {
                operator.forward();
                operator.adjoint();
                operator.await();
                calls += Direction.values().length;
            }
        }
        return calls;
    }

    private static List<OperatorOutcome.Timing> rows(
            OperatorJob job,
            Function<OperatorSetting.Case, TimedOperator> open,
            InterferenceMeter meter,
            DoubleConsumer progress) {
        List<OperatorOutcome.Timing> rows = new ArrayList<>();
        List<OperatorSetting.Case> cases = job.setting().cases();
        RowLimit limit = new RowLimit(job.longestCallSeconds());
        for (OperatorSetting.Case one : cases) {
            rows.addAll(ofCase(job, one, open, meter, limit));
            progress.accept((double) rows.size() / (Direction.values().length * cases.size()));
        }
        return rows;
    }

    /** Both directions of a case; what does not fit the device, or fails on it, is told and the others go on. */
    private static List<OperatorOutcome.Timing> ofCase(
            OperatorJob job,
            OperatorSetting.Case one,
            Function<OperatorSetting.Case, TimedOperator> open,
            InterferenceMeter meter,
            RowLimit limit) {
        List<OperatorOutcome.Timing> rows = new ArrayList<>();
        for (Direction direction : Direction.values()) {
            String tooLong = limit.whyNot(one, direction);
            if (tooLong != null) {
                rows.add(OperatorOutcome.Timing.without(one, direction, tooLong));
                continue;
            }
            try (TimedOperator operator = open.apply(one)) {
                OperatorOutcome.Timing timing = time(job, one, direction, operator, meter);
                limit.saw(one, direction, timing.millis());
                rows.add(timing);
            } catch (CudaException failed) {
                if (failed.isDeviceLost()) {
                    throw failed;
                }
                rows.add(OperatorOutcome.Timing.without(one, direction, failed.getMessage()));
            } catch (OutOfMemoryError failed) {
                rows.add(OperatorOutcome.Timing.without(
                        one, direction, "the heap of the process is too small for a part of the batch"));
            }
        }
        return rows;
    }

    private static OperatorOutcome.Timing time(
            OperatorJob job,
            OperatorSetting.Case one,
            Direction direction,
            TimedOperator operator,
            InterferenceMeter meter) {
        Runnable call = direction == Direction.FORWARD ? operator::forward : operator::adjoint;
        long warmFrom = System.nanoTime();
        double fastest = Double.POSITIVE_INFINITY;
        int calls = 0;
        while (calls < 3 || (seconds(warmFrom) < WARM_UP_SECONDS && seconds(warmFrom) < job.secondsPerRow())) {
            fastest = Math.min(fastest, seconds(call, operator, 1)); // with graphs: run, captured, replayed
            calls++;
        }
        ResultCheck check = new ResultCheck(job.checks(one));
        double error =
                check.worst(direction, direction == Direction.FORWARD ? operator::amplitudes : operator::gradient);
        if (!(error <= check.tolerance(direction))) {
            return OperatorOutcome.Timing.wrong(one, direction, error, check.tolerance(direction));
        }
        int perSample = (int) Math.max(1, Math.min(1000, Math.ceil(SHORTEST_SAMPLE_SECONDS / fastest)));
        List<Double> millis = new ArrayList<>();
        System.gc(); // not inside the window
        meter.open();
        long from = System.nanoTime();
        while (millis.isEmpty() || (millis.size() < MOST_SAMPLES && seconds(from) < job.secondsPerRow())) {
            millis.add(1e3 * seconds(call, operator, perSample));
        }
        meter.close();
        return new OperatorOutcome.Timing(one, direction, millis, perSample, job.part(one), error, false, null);
    }

    /** Seconds of a call, averaged over so many, all of them finished. */
    private static double seconds(Runnable call, TimedOperator operator, int calls) {
        long before = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            call.run();
        }
        operator.await();
        return (System.nanoTime() - before) * 1e-9 / calls;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) * 1e-9;
    }
}
