// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.run;

import fizeau.bench.im2im.Im2imJob;
import fizeau.bench.im2im.Im2imOutcome;
import fizeau.bench.im2im.Im2imSettings;
import fizeau.bench.im2im.Im2imSwitch;
import fizeau.bench.im2im.Loader;
import fizeau.bench.im2im.Postprocess;
import fizeau.bench.im2im.Preparation;
import fizeau.bench.im2im.SettingKey;
import fizeau.bench.im2im.Timers;
import fizeau.bench.im2im.Volume;
import fizeau.bench.im2im.VolumeSource;
import fizeau.bench.im2im.run.Im2imRunner.WarmUp;
import fizeau.bench.protocol.InterferenceMeter;
import fizeau.bench.protocol.WarmUpRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;

/** The timed prediction of a job. Used once. */
final class PredictionRun {
    private static final String FIRST = "batch_breakdown.first_batch_";

    private final Machine machine;
    private final Im2imJob job;
    private final Im2imSettings settings;
    private final Timers timers;
    private final InterferenceMeter meter;
    private final DoubleConsumer progress;
    private final Consumer<WarmUp> warmUps;
    private final Map<String, Double> parts = new TreeMap<>();
    private final List<Double> batchMillis = new ArrayList<>();
    private final List<Double> squares = new ArrayList<>();
    private List<Double> sample = List.of();
    private int outputs;
    private int windowCount;
    private long regions;
    private double firstBatch;

    PredictionRun(
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
        VolumeSource source = timers.time("data_setup", () -> Im2imRunner.source(settings, false));
        int batchSize = Math.min(settings.integer(SettingKey.BATCH_SIZE), source.count());
        int batches =
                Math.min(settings.integer(SettingKey.PREDICT_BATCHES), (source.count() + batchSize - 1) / batchSize);
        float[] weights = timers.time("checkpoint_loading", () -> Weights.of(job));
        try (PredictionTask task = timers.time(
                "model_setup",
                () -> new PredictionTask(
                        settings, machine.model(job, weights, false).windows()))) {
            timers.aside("warm_up", () -> warmUp(task, source, batchSize));
            System.gc();
            meter.open();
            timers.run("full_prediction", () -> predict(task, source, batches, batchSize));
            meter.close();
        }
        Map<String, Integer> counts = new LinkedHashMap<>();
        counts.put("num_batches", batches);
        counts.put("batch_size", batchSize);
        counts.put("num_outputs", outputs);
        counts.put("num_windows", windowCount);
        counts.put("num_volumes", source.count());
        counts.put("num_parameters", settings.layout().parameterCount());
        Map<String, Double> results = new LinkedHashMap<>();
        double seconds = timers.timings().get("full_prediction").elapsedSeconds();
        results.put("avg_time_per_batch", seconds / batches);
        results.put("throughput_samples_per_sec", outputs / seconds);
        results.put("regions", (double) regions);
        return new Im2imOutcome(
                threads,
                Weights.origin(job),
                source.description(),
                Map.of(),
                parts,
                batchMillis,
                results,
                counts,
                squares,
                firstBatch,
                sample);
    }

    private List<Volume> load(VolumeSource source, int batch, int batchSize) {
        Preparation preparation = settings.preparation(job.experiment());
        List<Volume> volumes = new ArrayList<>();
        for (int i = batch * batchSize; i < Math.min(source.count(), (batch + 1) * batchSize); i++) {
            volumes.add(preparation.input(source.input(i)));
        }
        return volumes;
    }

    private void warmUp(PredictionTask task, VolumeSource source, int batchSize) {
        WarmUpRule.End end = job.warmUp().repeat(System.nanoTime(), number -> {
            long start = System.nanoTime();
            try (PredictionTask.Windows windows = task.toDevice(load(source, 0, batchSize))) {
                task.forward(windows).forEach(volume -> Postprocess.of(job.experiment(), volume));
            }
            double last = System.nanoTime() - start;
            if (number == 0) {
                firstBatch = last * 1e-9;
            }
            return last;
        });
        warmUps.accept(new WarmUp(firstBatch, end.passes(), end.stationary()));
    }

    private void predict(PredictionTask task, VolumeSource source, int batches, int batchSize) {
        try (Loader<List<Volume>> loader =
                new Loader<>(index -> load(source, index, batchSize), batches, settings.on(Im2imSwitch.PREFETCH))) {
            for (int batch = 0; batch < batches; batch++) {
                long began = System.nanoTime();
                if (batch == 0) {
                    timers.run(FIRST + "processing", () -> batch(task, loader, true));
                } else {
                    batch(task, loader, false);
                }
                batchMillis.add((System.nanoTime() - began) * 1e-6);
                progress.accept((batch + 1.0) / batches);
            }
        }
    }

    private void batch(PredictionTask task, Loader<List<Volume>> loader, boolean first) {
        List<Volume> volumes = part("loading", first, loader::next);
        List<Volume> predicted;
        try (PredictionTask.Windows windows = part("to_device", first, () -> task.toDevice(volumes))) {
            predicted = part("forward", first, () -> task.forward(windows));
            windowCount += windows.places().size();
        }
        List<Postprocess.Result> results = part(
                "postprocess",
                first,
                () -> predicted.stream()
                        .map(volume -> Postprocess.of(job.experiment(), volume))
                        .toList());
        outputs += results.size();
        results.forEach(result -> regions += result.regions());
        if (first) {
            sample = TrainingRun.sample(predicted.get(0).values());
        }
        predicted.forEach(volume -> squares.add(meanSquare(volume)));
    }

    private <T> T part(String name, boolean first, Supplier<T> work) {
        long began = System.nanoTime();
        T made = first ? timers.time(FIRST + name, work) : work.get();
        parts.merge(name, (System.nanoTime() - began) * 1e-9, Double::sum);
        return made;
    }

    private static double meanSquare(Volume volume) {
        double sum = 0;
        for (float value : volume.values()) {
            sum += (double) value * value;
        }
        return sum / volume.count();
    }
}
