// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.cuda;

import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.cuda.raw.CudaException;
import fizeau.backend.selection.DeviceName;
import fizeau.bench.files.Json;
import fizeau.bench.ops.Agreement;
import fizeau.bench.ops.CallTiming;
import fizeau.bench.ops.Candidate;
import fizeau.bench.ops.OperatorShape;
import fizeau.bench.ops.OpsJob;
import fizeau.bench.ops.Reference;
import fizeau.bench.ops.Schedule;
import fizeau.bench.protocol.InterferenceMeter;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import fizeau.nativeconfig.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;

/** Searches for the fastest way of an operator on a device, or times one, in this process. */
public final class DeviceOpsRunner implements JobRunner {
    private static final int FIRST_CALLS = 4;
    private static final int MOST_CALLS = 200;

    @Override
    public String family() {
        return OpsJob.DEVICE_FAMILY;
    }

    @Override
    public JobReport run(Job job, double startSeconds, DoubleConsumer progress) {
        OpsJob settings = Json.value(job.settings(), OpsJob.class);
        long began = System.nanoTime();
        if (!(settings.operator().shape() instanceof OperatorShape shape)) {
            throw new IllegalArgumentException(settings.name() + " is no operator: models are timed on the CPU only");
        }
        Reference reference =
                settings.reference() == null ? Reference.of(shape, settings.seed()) : settings.reference();
        InterferenceMeter meter = new InterferenceMeter(settings.stealLimit());
        int ordinal = DeviceName.parse(settings.device()).ordinal();
        try (CudaBackend backend = CudaBackend.open(Settings.ofProcess(), ordinal)) {
            if (settings.schedule() == null) {
                CallTiming.Start start = new CallTiming.Start(job, settings, reference, startSeconds, seconds(began));
                return CallTiming.found(start, search(backend, shape, settings, reference, progress), meter);
            }
            DeviceWays ways = DeviceWays.named(shape, settings.schedule().implementation());
            try (DeviceOperator operator = new DeviceOperator(backend, shape, settings.seed(), ways, reference)) {
                CallTiming.Start start = new CallTiming.Start(job, settings, reference, startSeconds, seconds(began));
                return CallTiming.time(start, operator, meter);
            }
        }
    }

    /** Every way once, the most promising first, as long as there is time. */
    private static List<Candidate> search(
            CudaBackend backend, OperatorShape shape, OpsJob settings, Reference reference, DoubleConsumer progress) {
        List<DeviceWays> all = DeviceWays.of(shape);
        List<Candidate> candidates = new ArrayList<>();
        long began = System.nanoTime();
        for (DeviceWays ways : all) {
            Schedule schedule = new Schedule(ways.word(shape), 1, 1, true, settings.waitPolicy());
            candidates.add(
                    candidates.isEmpty() || seconds(began) < settings.seconds()
                            ? attempt(backend, shape, settings, reference, ways, schedule)
                            : new Candidate(schedule, null, "not tried: the search had used its time"));
            progress.accept((double) candidates.size() / all.size());
        }
        return candidates;
    }

    private static Candidate attempt(
            CudaBackend backend,
            OperatorShape shape,
            OpsJob settings,
            Reference reference,
            DeviceWays ways,
            Schedule schedule) {
        try (DeviceOperator operator = new DeviceOperator(backend, shape, settings.seed(), ways, reference)) {
            operator.run();
            Agreement agreement = operator.check();
            if (!agreement.passed()) {
                return new Candidate(schedule, null, "wrong: " + agreement.sentence());
            }
            double fastest = Double.POSITIVE_INFINITY;
            for (int call = 0; call < FIRST_CALLS; call++) {
                fastest = Math.min(fastest, CallTiming.millis(operator::run, 1));
            }
            int more = (int) Math.min(MOST_CALLS, MOST_CALLS / fastest); // a fifth of a second
            for (int call = 0; call < more; call++) {
                fastest = Math.min(fastest, CallTiming.millis(operator::run, 1));
            }
            return new Candidate(schedule, fastest, "");
        } catch (CudaException failure) {
            if (failure.isDeviceLost()) {
                throw failure;
            }
            return new Candidate(schedule, null, "failed: " + failure.getMessage());
        } catch (UnsupportedOperationException | IllegalArgumentException impossible) {
            return new Candidate(schedule, null, "failed: " + impossible.getMessage());
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) * 1e-9;
    }
}
