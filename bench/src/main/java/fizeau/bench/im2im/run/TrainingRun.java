// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.run;

import fizeau.bench.im2im.Checkpoint;
import fizeau.bench.im2im.Im2imJob;
import fizeau.bench.im2im.Im2imOutcome;
import fizeau.bench.im2im.Im2imSettings;
import fizeau.bench.im2im.Im2imSwitch;
import fizeau.bench.im2im.Loader;
import fizeau.bench.im2im.PatchBatch;
import fizeau.bench.im2im.PatchDataset;
import fizeau.bench.im2im.SettingKey;
import fizeau.bench.im2im.Timers;
import fizeau.bench.im2im.VolumeSource;
import fizeau.bench.im2im.run.Im2imRunner.WarmUp;
import fizeau.bench.protocol.InterferenceMeter;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.stats.Summary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/** The timed training of a job. Used once. */
final class TrainingRun {
    private static final int PASS = 2;
    private static final int SAMPLED = 64;

    private final Machine machine;
    private final Im2imJob job;
    private final Im2imSettings settings;
    private final Timers timers;
    private final InterferenceMeter meter;
    private final DoubleConsumer progress;
    private final Consumer<WarmUp> warmUps;
    private final List<Double> stepMillis = new ArrayList<>();
    private final List<Double> losses = new ArrayList<>();
    private final Map<String, Double> results = new LinkedHashMap<>();
    private double loading;
    private double firstStep;

    TrainingRun(
            Machine machine,
            Im2imJob job,
            Timers timers,
            InterferenceMeter meter,
            DoubleConsumer progress,
            Consumer<WarmUp> warmUps) {
        this.machine = machine;
        this.job = job;
        this.settings = job.settings();
        this.timers = timers;
        this.meter = meter;
        this.progress = progress;
        this.warmUps = warmUps;
    }

    Im2imOutcome run() {
        String threads = timers.time("model_initialization", () -> machine.settle(job));
        timers.run("config_loading", settings::requireConsistent);
        VolumeSource source = timers.time("data_setup", () -> Im2imRunner.source(settings, true));
        int batchSize = settings.integer(SettingKey.BATCH_SIZE);
        float[] weights = Weights.of(job);
        Machine.Model network = timers.time("model_setup", () -> machine.model(job, weights, true));
        timers.aside("warm_up", () -> warmUp(source, weights, batchSize));
        try (Training task = timers.time("trainer_setup", network::training)) {
            PatchDataset data = dataset(source);
            System.gc();
            meter.open();
            timers.run("full_training", () -> fit(task, data, batchSize));
            meter.close();
            Map<String, Double> parts = new TreeMap<>(task.parts());
            parts.put("loading", loading);
            if (job.saveTo() != null) {
                Checkpoint.write(Path.of(job.saveTo()), task.values());
            }
            Map<String, Integer> counts = new LinkedHashMap<>();
            counts.put("num_train_batches", settings.integer(SettingKey.TRAIN_BATCHES));
            counts.put("num_val_batches", settings.integer(SettingKey.VALIDATION_BATCHES));
            counts.put("num_epochs", settings.integer(SettingKey.MAX_EPOCHS));
            counts.put("num_volumes", source.count());
            counts.put("batch_size", batchSize);
            counts.put("num_parameters", settings.layout().parameterCount());
            return new Im2imOutcome(
                    threads,
                    Weights.origin(job),
                    source.description(),
                    Map.of(),
                    parts,
                    stepMillis,
                    results,
                    counts,
                    losses,
                    firstStep,
                    sample(task.values()));
        }
    }

    private PatchDataset dataset(VolumeSource source) {
        return new PatchDataset(
                source,
                settings.preparation(job.experiment()),
                settings.sizes(SettingKey.PATCH),
                settings.seed(),
                settings.flag(SettingKey.AUGMENT),
                settings.on(Im2imSwitch.VOLUME_CACHE));
    }

    /** Steps on a network that is thrown away, with loading, until two passes agree. */
    private void warmUp(VolumeSource source, float[] weights, int batchSize) {
        long began = System.nanoTime();
        PatchDataset data = dataset(source);
        PatchBatch batch = data.training(0, 0, batchSize);
        long first = System.nanoTime(); // some make their code when they are set up, others in the first step
        try (Training task = machine.model(job, weights, true).training()) {
            task.step(batch);
            firstStep = (System.nanoTime() - first) * 1e-9;
            task.validate(batch);
            WarmUpRule.End end = job.warmUp().repeat(began, number -> {
                double[] times = new double[PASS];
                for (int i = 0; i < PASS; i++) {
                    long start = System.nanoTime();
                    task.step(data.training(0, 1 + PASS * number + i, batchSize));
                    times[i] = System.nanoTime() - start;
                }
                return Summary.median(times);
            });
            warmUps.accept(new WarmUp(firstStep, 1 + PASS * end.passes(), end.stationary()));
        }
    }

    private void fit(Training task, PatchDataset data, int batchSize) {
        int epochs = settings.integer(SettingKey.MAX_EPOCHS);
        for (int epoch = 0; epoch < epochs; epoch++) {
            int number = epoch;
            task.beginEpoch(epoch);
            if (epoch == 0) {
                timers.run("epoch_breakdown.first_epoch", () -> epoch(task, data, batchSize, number));
            } else {
                epoch(task, data, batchSize, number);
            }
            progress.accept((epoch + 1.0) / epochs);
        }
    }

    private void epoch(Training task, PatchDataset data, int batchSize, int epoch) {
        int batches = settings.integer(SettingKey.TRAIN_BATCHES);
        int validations = settings.integer(SettingKey.VALIDATION_BATCHES);
        boolean first = epoch == 0;
        double sum = 0;
        // one loader for both parts, so that the first validation batch is prefetched too
        try (Loader<PatchBatch> loader = new Loader<>(
                index -> index < batches
                        ? data.training(epoch, index, batchSize)
                        : data.validation(index - batches, batchSize),
                batches + validations,
                settings.on(Im2imSwitch.PREFETCH))) {
            for (int step = 0; step < batches; step++) {
                long began = System.nanoTime();
                PatchBatch batch = first && step == 0
                        ? timers.time("epoch_breakdown.data_loading_first_batch", loader::next)
                        : loader.next();
                loading += (System.nanoTime() - began) * 1e-9;
                double loss = first && step == 0 ? task.firstStep(batch, timers) : task.step(batch);
                stepMillis.add((System.nanoTime() - began) * 1e-6);
                losses.add(loss);
                sum += loss;
            }
            results.put("train_loss", sum / batches);
            double validation = 0;
            for (int index = 0; index < validations; index++) {
                long began = System.nanoTime();
                PatchBatch batch = loader.next();
                loading += (System.nanoTime() - began) * 1e-9;
                validation += task.validate(batch);
            }
            if (validations > 0) {
                results.put("val_loss", validation / validations);
            }
        }
    }

    /** Evenly spaced. */
    static List<Double> sample(float[] values) {
        List<Double> some = new ArrayList<>();
        int count = Math.min(SAMPLED, values.length);
        for (int i = 0; i < count; i++) {
            some.add((double) values[(int) ((long) i * values.length / count)]);
        }
        return some;
    }
}
