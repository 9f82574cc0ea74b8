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
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * Times one training in this process: setup, a warm-up on a session that is thrown away, then the epochs from the initial
 * weights, each with its own time.
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
        if (variant == PinnVariant.COMPILE) {
            return peer(job, startSeconds, settings, setup, setupSeconds);
        }
        long loading = System.nanoTime();
        String threads = PinnSession.settle(variant, workload, settings.threads());
        double load = seconds(loading) + setupSeconds;
        WarmUp warmUp;
        try (PinnSession thrownAway = PinnSession.open(variant, setup, workload, settings.threads())) {
            warmUp = warmUp(thrownAway, settings);
        }
        InterferenceMeter meter = new InterferenceMeter(settings.stealLimit());
        try (PinnSession session = PinnSession.open(variant, setup, workload, settings.threads())) {
            PinnOutcome outcome = train(session, setup, settings, threads, setupSeconds, warmUp, meter, progress);
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
                    MemoryUse.ofThisProcess(0),
                    meter.total(),
                    Json.tree(outcome));
        }
    }

    /** The peer times itself; this process waits. */
    private static JobReport peer(
            Job job, double startSeconds, PinnJob settings, PinnSetup setup, double setupSeconds) {
        InterferenceMeter meter = new InterferenceMeter(settings.stealLimit());
        PinnPeer.Trained trained = new PinnPeer(settings.python())
                .train(setup, settings.workload(), settings.epochs(), PEER_WARM_UP, settings.threads());
        RelativeErrors errors = setup.errors(trained.fieldArray());
        PinnOutcome outcome = new PinnOutcome(
                trained.threads() + " of torch " + trained.torch(),
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
                MemoryUse.ofThisProcess(0),
                meter.total(),
                Json.tree(outcome));
    }

    private static WarmUp warmUp(PinnSession session, PinnJob settings) {
        long began = System.nanoTime();
        session.step();
        double first = seconds(began);
        WarmUpRule.End end = settings.warmUp().repeat(began, number -> {
            double[] times = new double[PASS];
            for (int i = 0; i < PASS; i++) {
                long start = System.nanoTime();
                session.step();
                times[i] = System.nanoTime() - start;
            }
            return Summary.median(times);
        });
        return new WarmUp(first, end.seconds(), 1 + PASS * end.passes(), end.stationary());
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
        for (int epoch = 1; epoch <= settings.epochs(); epoch++) {
            long start = System.nanoTime();
            last = session.step();
            millis.add((System.nanoTime() - start) / NANOS_PER_MILLI);
            losses.add(last.total());
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
