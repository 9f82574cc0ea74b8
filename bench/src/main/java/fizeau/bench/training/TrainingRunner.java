// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.backend.SessionReport;
import fizeau.backend.TrainingSession;
import fizeau.bench.files.Json;
import fizeau.bench.protocol.InterferenceMeter;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.protocol.ProtocolCost;
import fizeau.bench.stats.Summary;
import fizeau.bench.training.TrainingOutcome.Quality;
import fizeau.bench.training.TrainingOutcome.Sample;
import fizeau.bench.workload.ObjectSource;
import fizeau.image.NpyFile;
import fizeau.metric.ImageQuality;
import fizeau.optics.PixelPosition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * Runs one training in this process: load, warm up on a throwaway session, train. The timed window of a sample holds the
 * start of the sample, its iterations and its end; quality is computed between windows. Iterations are run one by one and
 * timed each: two readings of the clock, some 50 ns, around work of milliseconds; what they really take is measured. On a GPU
 * the iterations of a sample are run, and timed, as one: waiting for each of them would be timed instead.
 */
public final class TrainingRunner implements JobRunner {

    @Override
    public String family() {
        return TrainingJob.FAMILY;
    }

    @Override
    public JobReport run(Job job, double startSeconds, DoubleConsumer progress) {
        TrainingJob settings = Json.value(job.settings(), TrainingJob.class);
        long loadBegan = System.nanoTime();
        TrainingInput input = TrainingInput.load(settings);
        try (SessionFactory sessions = Sessions.open(settings.variant())) {
            double load = secondsSince(loadBegan);
            long warmUpBegan = System.nanoTime();
            WarmUp.Result warm = new WarmUp(settings, input, sessions).run();
            double warmUp = secondsSince(warmUpBegan);
            ProtocolCost.Readings readings = ProtocolCost.measure();
            // what the warm-up left behind is not to be collected inside a timed window
            System.gc();
            InterferenceMeter meter = new InterferenceMeter(settings.stealLimit());
            try (TrainingSession session = sessions.openSession(input.spec(), input.object(), input.parameters())) {
                Training training = new Training(settings, input, session, meter, progress);
                TrainingOutcome outcome = training.run(sessions.description());
                if (settings.estimateFile() != null) {
                    NpyFile.write(Path.of(settings.estimateFile()), input.asArray(training.estimate));
                }
                return new JobReport(
                        job.variant(),
                        job.round(),
                        new JobReport.Phases(
                                startSeconds,
                                load,
                                warmUp,
                                warm.iterations(),
                                warm.stationary(),
                                outcome.trainingSeconds()),
                        MemoryUse.ofThisProcess(session.report().nativeBytes()),
                        meter.total(),
                        readings.over(medianNanos(outcome), settings.workload().epochs()),
                        Json.tree(outcome));
            }
        }
    }

    private static double medianNanos(TrainingOutcome outcome) {
        return Math.max(
                1,
                Summary.median(
                        Arrays.stream(outcome.iterationNanos()).asDoubleStream().toArray()));
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) * 1e-9;
    }

    /** One training under way. */
    private static final class Training {
        private final TrainingJob job;
        private final TrainingInput input;
        private final TrainingSession session;
        private final InterferenceMeter meter;
        private final DoubleConsumer progress;
        private final long[] nanos;
        private final float[] losses;
        private final int together;
        private final float[] loss;
        private final List<Sample> samples = new ArrayList<>();
        private float[] estimate = new float[0];
        private final double[] leftOver;

        Training(
                TrainingJob job,
                TrainingInput input,
                TrainingSession session,
                InterferenceMeter meter,
                DoubleConsumer progress) {
            this.job = job;
            this.input = input;
            this.session = session;
            this.meter = meter;
            this.progress = progress;
            this.nanos = new long[job.workload().iterations()];
            this.losses = new float[job.workload().iterations()];
            this.together = job.variant().onCuda() ? job.workload().epochs() : 1;
            this.loss = new float[together];
            this.leftOver = new double[input.centres().size()];
        }

        TrainingOutcome run(String description) {
            List<PixelPosition> centres = input.centres();
            double total = 0;
            for (int sample = 0; sample < centres.size(); sample++) {
                Sample done = train(sample, centres.get(sample));
                samples.add(done);
                total += done.seconds();
                progress.accept((sample + 1.0) / centres.size());
            }
            SessionReport report = session.report();
            return new TrainingOutcome(
                    job.seed(),
                    ObjectSource.digest(input.parameters()),
                    description,
                    total,
                    settleSeconds(),
                    nanos,
                    losses,
                    samples,
                    Quality.of(ImageQuality.of(
                            estimate, input.object(), input.spec().object())),
                    report.caches(),
                    report.plans());
        }

        private Sample train(int sample, PixelPosition centre) {
            int epochs = job.workload().epochs();
            meter.open();
            long began = System.nanoTime();
            session.beginSample(centre);
            long begun = System.nanoTime();
            for (int i = sample * epochs; i < (sample + 1) * epochs; i += together) {
                long before = System.nanoTime();
                session.iterate(together, loss);
                Arrays.fill(nanos, i, i + together, (System.nanoTime() - before) / together);
                System.arraycopy(loss, 0, losses, i, together);
            }
            session.endSample();
            long ended = System.nanoTime();
            InterferenceMeter.Window window = meter.close();
            estimate = session.estimate();
            leftOver[sample] = settleSince(ended);
            ImageQuality quality =
                    ImageQuality.of(estimate, input.object(), input.spec().object());
            return new Sample(
                    (ended - began) * 1e-9,
                    (begun - began) * 1e-9,
                    window.stealShare(),
                    window.collections(),
                    window.disturbed(),
                    Json.finite(quality.psnr()),
                    quality.ssim());
        }

        /**
         * The first estimate after a window waits for whatever the window left undone, the second one does not: the
         * difference is work that the clock did not see.
         */
        private double settleSince(long ended) {
            long first = System.nanoTime() - ended;
            long before = System.nanoTime();
            session.estimate();
            return Math.max(0, first - (System.nanoTime() - before)) * 1e-9;
        }

        /**
         * The median window's, times the windows: a variant that does not wait leaves work behind in every one of them,
         * a busy machine is late in some. The lower median, so that one of two does not count either. What is left behind
         * in fewer than half of the windows is not seen.
         */
        private double settleSeconds() {
            double[] sorted = leftOver.clone();
            Arrays.sort(sorted);
            return sorted[(sorted.length - 1) / 2] * sorted.length;
        }
    }
}
