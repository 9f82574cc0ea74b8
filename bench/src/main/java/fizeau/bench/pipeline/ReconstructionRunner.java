// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pipeline;

import fizeau.backend.Backend;
import fizeau.backend.MeasurementOperator;
import fizeau.backend.Plan;
import fizeau.backend.SessionReport;
import fizeau.backend.TrainingSession;
import fizeau.backend.cpu.CpuBackend;
import fizeau.backend.selection.BackendSelector;
import fizeau.backend.selection.DeviceName;
import fizeau.bench.files.Json;
import fizeau.bench.pipeline.ReconstructionOutcome.Sample;
import fizeau.bench.protocol.InterferenceMeter;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.training.TrainingInput;
import fizeau.bench.training.TrainingOutcome.Quality;
import fizeau.bench.training.VariantSpec;
import fizeau.image.NpyFile;
import fizeau.metric.ImageQuality;
import fizeau.nativeconfig.Settings;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleConsumer;

/** Reconstructs an object with the engine: every position until the loss is small or its iterations are used up. */
public final class ReconstructionRunner implements JobRunner {

    @Override
    public String family() {
        return ReconstructionSettings.FAMILY;
    }

    @Override
    public JobReport run(Job job, double startSeconds, DoubleConsumer progress) {
        ReconstructionSettings settings = Json.value(job.settings(), ReconstructionSettings.class);
        long began = System.nanoTime();
        TrainingInput input = TrainingInput.load(settings.workload(), settings.seed(), Path.of(settings.objectFile()));
        try (Backend backend = open(settings.variant());
                TrainingSession session = backend.openTraining(
                        input.spec(), settings.variant().switches(), input.object(), input.parameters())) {
            double load = (System.nanoTime() - began) * 1e-9;
            InterferenceMeter meter = new InterferenceMeter(ProtocolSpec.STEAL_LIMIT);
            meter.open();
            Training training = new Training(settings, input, session);
            ReconstructionOutcome outcome = training.run(backend, progress);
            meter.close();
            NpyFile.write(Path.of(settings.estimateFile()), input.asArray(training.estimate));
            return new JobReport(
                    job.variant(),
                    job.round(),
                    new JobReport.Phases(startSeconds, load, 0, 0, false, outcome.trainingSeconds()),
                    MemoryUse.ofThisProcess(session.report().nativeBytes()),
                    meter.total(),
                    Json.tree(outcome));
        }
    }

    /** Loads nothing of the CPU's where a GPU computes. */
    private static Backend open(VariantSpec variant) {
        return new BackendSelector(Settings.ofProcess(), () -> CpuBackend.open(variant.threads()), notice -> {})
                .open(DeviceName.parse(variant.device()));
    }

    /** One training under way. */
    private static final class Training {
        private final ReconstructionSettings settings;
        private final TrainingInput input;
        private final TrainingSession session;
        private final float[] losses;
        private final float[] loss;
        private int done;
        private float[] estimate = new float[0];

        Training(ReconstructionSettings settings, TrainingInput input, TrainingSession session) {
            this.settings = settings;
            this.input = input;
            this.session = session;
            this.losses = new float[settings.workload().iterations()];
            // A GPU is not waited for after every iteration unless the next one depends on its loss.
            boolean together = settings.variant().onCuda() && settings.lossThreshold() == null;
            this.loss = new float[together ? settings.workload().epochs() : 1];
        }

        ReconstructionOutcome run(Backend backend, DoubleConsumer progress) {
            List<Sample> samples = new ArrayList<>();
            double total = 0;
            for (PixelPosition centre : input.centres()) {
                Sample sample = train(centre);
                samples.add(sample);
                total += sample.seconds();
                progress.accept((double) samples.size() / input.centres().size());
            }
            SessionReport report = session.report();
            return new ReconstructionOutcome(
                    settings.seed(),
                    backend.description(),
                    total,
                    samples,
                    Arrays.copyOf(losses, done),
                    Quality.of(quality()),
                    misfit(backend),
                    report.caches(),
                    report.plans());
        }

        private Sample train(PixelPosition centre) {
            long began = System.nanoTime();
            int first = done;
            boolean early = false;
            session.beginSample(centre);
            while (done - first < settings.workload().epochs() && !early) {
                session.iterate(loss.length, loss);
                for (float one : loss) {
                    if (!Float.isFinite(one)) {
                        throw new IllegalStateException("the loss is " + one + " at iteration " + (done + 1)
                                + ": the training diverged, try another --seed");
                    }
                    losses[done++] = one;
                }
                early = settings.lossThreshold() != null && loss[0] < settings.lossThreshold();
            }
            session.endSample();
            double seconds = (System.nanoTime() - began) * 1e-9;
            estimate = session.estimate();
            ImageQuality quality = quality();
            return new Sample(
                    centre.y(),
                    centre.x(),
                    done - first,
                    early,
                    losses[first],
                    losses[done - 1],
                    seconds,
                    Json.finite(quality.psnr()),
                    quality.ssim());
        }

        private ImageQuality quality() {
            return ImageQuality.of(estimate, input.object(), input.spec().object());
        }

        private double misfit(Backend backend) {
            int pixels = input.spec().frame().count();
            float[] measured = new float[pixels];
            float[] estimated = new float[pixels];
            double sum = 0;
            try (MeasurementOperator operator = backend.measurementOperator(
                    input.spec().object(), input.spec().frame(), Plan.MATRIX)) {
                for (PixelPosition centre : input.centres()) {
                    List<Mask> mask =
                            List.of(input.spec().aperture().mask(input.spec().frame(), centre));
                    operator.load(input.object());
                    operator.measure(mask, measured);
                    operator.load(estimate);
                    operator.measure(mask, estimated);
                    sum += relativeDifference(estimated, measured);
                }
            }
            return sum / input.centres().size();
        }

        private static double relativeDifference(float[] estimated, float[] measured) {
            double difference = 0;
            double all = 0;
            for (int i = 0; i < measured.length; i++) {
                difference += Math.abs(estimated[i] - measured[i]);
                all += measured[i];
            }
            return difference / all;
        }
    }
}
