// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import fizeau.bench.files.Json;
import fizeau.bench.pinn.PinnOutcome.Checkpoint;
import fizeau.bench.pinn.PinnSetup.RelativeErrors;
import fizeau.bench.protocol.InterferenceMeter;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.stats.Summary;
import fizeau.pinn.CollocationProblem.Losses;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * Times one training in this process: setup, a warm-up on a session that is thrown away, then the epochs from the initial
 * weights, each with its own time. On a GPU some epochs are queued before the clock and the losses are read: each then has its
 * share of that time.
 */
public final class PinnRunner implements JobRunner {
    /** Steps of one pass of the warm-up. */
    private static final int PASS = 3;

    /** Steps of the peer before its clock starts. */
    private static final int PEER_WARM_UP = 10;

    private static final double NANOS_PER_MILLI = 1e6;

    @Override
    public String family() {
        return PinnJob.FAMILY;
    }

    /** What the warm-up took. */
    private record WarmUp(double firstStep, double seconds, int steps, boolean stationary) {}

    @Override
    public JobReport run(Job job, double startSeconds, DoubleConsumer progress) {
        PinnJob settings = Json.value(job.settings(), PinnJob.class);
        PinnWorkload workload = settings.workload();
        PinnVariant variant = PinnVariant.parse(settings.variant());
        long began = System.nanoTime();
        PinnSetup setup = PinnSetup.of(workload);
        double setupSeconds = seconds(began);
        if (variant.inPython()) {
            return peer(variant, job, startSeconds, settings, setup, setupSeconds);
        }
        PinnPlace place = settings.place();
        long loading = System.nanoTime();
        String threads = PinnSession.settle(variant, workload, place);
        double load = seconds(loading) + setupSeconds;
        WarmUp warmUp;
        try (PinnSession thrownAway = PinnSession.open(variant, setup, workload, place)) {
            warmUp = warmUp(thrownAway, settings);
        }
        InterferenceMeter meter = new InterferenceMeter(settings.stealLimit());
        try (PinnSession session = PinnSession.open(variant, setup, workload, place)) {
            String where = place.onCuda() ? threads + ", " + session.device() : threads;
            PinnOutcome outcome = train(session, setup, settings, where, setupSeconds, warmUp, meter, progress);
            return new JobReport(
                    job.variant(),
                    job.round(),
                    new JobReport.Phases(
                            startSeconds,
                            load,
                            warmUp.seconds(),
                            warmUp.steps(),
                            warmUp.stationary(),
                            outcome.trainingSeconds()),
                    MemoryUse.ofThisProcess(session.deviceBytes()),
                    meter.total(),
                    Json.tree(outcome));
        }
    }

    /** The peer times itself; this process waits. */
    private static JobReport peer(
            PinnVariant variant, Job job, double startSeconds, PinnJob settings, PinnSetup setup, double setupSeconds) {
        InterferenceMeter meter = new InterferenceMeter(settings.stealLimit());
        PinnPeer.Trained trained = new PinnPeer(variant, settings.place())
                .train(setup, settings.workload(), settings.epochs(), PEER_WARM_UP);
        RelativeErrors errors = setup.errors(trained.fieldArray());
        PinnOutcome outcome = new PinnOutcome(
                trained.threads() + " of torch " + trained.torch() + " on " + trained.device(),
                setupSeconds,
                trained.firstStepSeconds(),
                trained.stepMillis(),
                trained.losses(),
                List.of(),
                List.of(new Checkpoint(
                        settings.epochs(),
                        errors.mean(),
                        errors.std(),
                        errors.constant(),
                        errors.noBetterThanConstant(),
                        0)));
        return new JobReport(
                job.variant(),
                job.round(),
                new JobReport.Phases(
                        startSeconds,
                        setupSeconds,
                        trained.warmUpSeconds(),
                        PEER_WARM_UP,
                        true,
                        outcome.trainingSeconds()),
                MemoryUse.ofThisProcess(trained.peakDeviceBytes()),
                meter.total(),
                Json.tree(outcome));
    }

    private static WarmUp warmUp(PinnSession session, PinnJob settings) {
        int together = settings.place().stepsOfReading();
        long began = System.nanoTime();
        session.step();
        double first = seconds(began);
        WarmUpRule.End end = settings.warmUp().repeat(began, number -> {
            double[] times = new double[PASS];
            for (int i = 0; i < PASS; i++) {
                long start = System.nanoTime();
                session.steps(together);
                times[i] = System.nanoTime() - start;
            }
            return Summary.median(times);
        });
        return new WarmUp(first, end.seconds(), 1 + PASS * together * end.passes(), end.stationary());
    }

    private static PinnOutcome train(
            PinnSession session,
            PinnSetup setup,
            PinnJob settings,
            String threads,
            double setupSeconds,
            WarmUp warmUp,
            InterferenceMeter meter,
            DoubleConsumer progress) {
        List<Double> millis = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        List<Checkpoint> checkpoints = new ArrayList<>();
        checkpoints.add(checkpoint(0, session, setup));
        Losses last = null;
        System.gc();
        meter.open();
        int epoch = 0;
        while (epoch < settings.epochs()) {
            int count = untilNextReading(epoch, settings);
            long start = System.nanoTime();
            List<Losses> found = session.steps(count);
            double each = (System.nanoTime() - start) / NANOS_PER_MILLI / count;
            millis.addAll(Collections.nCopies(count, each));
            found.forEach(loss -> losses.add(loss.total()));
            last = found.get(count - 1);
            epoch += count;
            if (settings.checkpoints().contains(epoch)) {
                meter.close();
                checkpoints.add(checkpoint(epoch, session, setup));
                progress.accept((double) epoch / settings.epochs());
                meter.open();
            }
        }
        meter.close();
        if (!settings.checkpoints().contains(settings.epochs())) {
            checkpoints.add(checkpoint(settings.epochs(), session, setup));
        }
        return new PinnOutcome(
                threads,
                setupSeconds,
                warmUp.firstStep(),
                millis,
                losses,
                List.of(last.data(), last.residual(), last.boundary()),
                checkpoints);
    }

    /** Epochs that are run before losses, the clock, or an error are read. */
    private static int untilNextReading(int epoch, PinnJob settings) {
        int most = Math.min(settings.place().stepsOfReading(), settings.epochs() - epoch);
        return settings.checkpoints().stream()
                .mapToInt(checkpoint -> checkpoint - epoch)
                .filter(left -> left > 0)
                .reduce(most, Math::min);
    }

    private static Checkpoint checkpoint(int epoch, PinnSession session, PinnSetup setup) {
        long start = System.nanoTime();
        RelativeErrors errors = setup.errors(session.field());
        return new Checkpoint(
                epoch,
                errors.mean(),
                errors.std(),
                errors.constant(),
                errors.noBetterThanConstant(),
                (System.nanoTime() - start) / NANOS_PER_MILLI);
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) * 1e-9;
    }
}
