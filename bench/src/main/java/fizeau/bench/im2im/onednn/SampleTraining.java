// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.onednn;

import fizeau.backend.Closing;
import fizeau.bench.im2im.Experiment;
import fizeau.bench.im2im.Im2imSettings;
import fizeau.bench.im2im.PatchBatch;
import fizeau.bench.im2im.SettingKey;
import fizeau.bench.im2im.Timers;
import fizeau.bench.im2im.run.Training;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A training under way whose samples go through the network on several threads, one sample each at a time. Gradients are added
 * in the order of the samples, so that results do not depend on the number of threads. Owns its threads and native memory.
 */
final class SampleTraining implements Training {
    private final Experiment experiment;
    private final Im2imSettings settings;
    private final int[] patch;
    private final float[] parameters;
    private final Adam adam;
    private final SampleThreads threads;
    private final List<Sample> samples = new ArrayList<>();
    private final Map<String, Double> parts = new TreeMap<>();
    private boolean stale;
    private double rate;
    private long clock;

    /** What is kept of one sample of a batch; the output becomes the gradient by it. */
    private static final class Sample {
        final float[] output;
        final float[] gradient;
        double loss;

        Sample(int voxels, int parameters) {
            this.output = new float[voxels];
            this.gradient = new float[parameters];
        }
    }

    /** Work on one sample, by the pass that is its own. */
    private interface Work {
        void on(UnetPass pass, int number, Sample sample);
    }

    /** @param weights in the order of the layout */
    SampleTraining(Experiment experiment, Im2imSettings settings, float[] weights, int threadCount) {
        this.experiment = experiment;
        this.settings = settings;
        this.patch = settings.sizes(SettingKey.PATCH);
        this.parameters = weights.clone();
        this.rate = settings.learningRate(0);
        this.adam = new Adam(weights.length, settings.number(SettingKey.WEIGHT_DECAY));
        this.threads = new SampleThreads(settings.layout(), patch, weights, threadCount);
        try {
            makeRoom(settings.integer(SettingKey.BATCH_SIZE));
            onEach(samples.size(), (pass, number, sample) -> {}); // plans belong to setting up, not to the first step
        } catch (RuntimeException | Error failure) {
            Closing.afterFailure(failure, this);
            throw failure;
        }
    }

    @Override
    public void beginEpoch(int epoch) {
        rate = settings.learningRate(epoch);
    }

    @Override
    public double step(PatchBatch batch) {
        return step(batch, Runnable::run);
    }

    @Override
    public double firstStep(PatchBatch batch, Timers timers) {
        Iterator<String> names = FIRST_BATCH.iterator();
        return step(batch, work -> timers.run(names.next(), work));
    }

    private double step(PatchBatch batch, Consumer<Runnable> around) {
        clock = System.nanoTime();
        around.accept(() -> load(batch));
        lap("to_device");
        around.accept(() -> forward(batch));
        lap("forward");
        onEach(batch.count(), (pass, number, sample) -> pass.backward(sample.output, sample.gradient));
        lap("backward");
        float[] gradient = samples.get(0).gradient;
        for (int i = 1; i < batch.count(); i++) {
            add(gradient, samples.get(i).gradient);
        }
        adam.step(parameters, gradient, rate);
        threads.put(parameters);
        stale = true;
        lap("optimizer");
        return loss(batch.count());
    }

    @Override
    public double validate(PatchBatch batch) {
        clock = System.nanoTime();
        load(batch);
        forward(batch);
        lap("validation");
        return loss(batch.count());
    }

    private void makeRoom(int count) {
        while (samples.size() < count) {
            samples.add(new Sample(PatchBatch.voxels(patch), parameters.length));
        }
    }

    private void load(PatchBatch batch) {
        makeRoom(batch.count());
        onEach(batch.count(), (pass, number, sample) -> pass.load(batch.input(), number * sample.output.length));
    }

    private void forward(PatchBatch batch) {
        if (stale) {
            threads.onEach((thread, number) -> thread.bench().layOutWeights());
            stale = false;
        }
        onEach(batch.count(), (pass, number, sample) -> {
            pass.forward(sample.output);
            int from = number * sample.output.length;
            sample.loss = SampleLoss.andGradient(experiment, sample.output, batch.target(), from, batch.count());
        });
    }

    /** Every sample on the thread that has its pass. */
    private void onEach(int count, Work work) {
        threads.onEach((thread, first) -> {
            for (int number = first; number < count; number += threads.count()) {
                work.on(thread.pass(number / threads.count()), number, samples.get(number));
            }
        });
    }

    private double loss(int count) {
        return samples.stream()
                .limit(count)
                .mapToDouble(sample -> sample.loss)
                .average()
                .orElseThrow();
    }

    private static void add(float[] sum, float[] term) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += term[i];
        }
    }

    private void lap(String part) {
        long now = System.nanoTime();
        parts.merge(part, (now - clock) * 1e-9, Double::sum);
        clock = now;
    }

    @Override
    public Map<String, Double> parts() {
        return parts;
    }

    @Override
    public float[] values() {
        return parameters.clone();
    }

    @Override
    public void close() {
        threads.close();
    }
}
