// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.cuda;

import fizeau.backend.cuda.CudaUnetTraining;
import fizeau.bench.im2im.Im2imSettings;
import fizeau.bench.im2im.PatchBatch;
import fizeau.bench.im2im.Timers;
import fizeau.bench.im2im.run.Training;
import java.util.Map;
import java.util.TreeMap;

/**
 * A training on a GPU. Every step is waited for, because its loss is read; parts of a step are told by the device's clock, so
 * that no wait comes between them, transfers and validation by the host's. Owns the engine's training.
 */
final class CudaTraining implements Training {
    private static final String TO_DEVICE = "to_device";
    private static final String VALIDATION = "validation";

    private final Im2imSettings settings;
    private final CudaUnetTraining training;
    private final Map<String, Double> parts = new TreeMap<>();

    CudaTraining(Im2imSettings settings, CudaUnetTraining training) {
        this.settings = settings;
        this.training = training;
    }

    @Override
    public void beginEpoch(int epoch) {
        training.learningRate(settings.learningRate(epoch));
    }

    @Override
    public double step(PatchBatch batch) {
        load(batch);
        return training.step();
    }

    @Override
    public double firstStep(PatchBatch batch, Timers timers) {
        timers.run(FIRST_BATCH.get(0), () -> load(batch));
        timers.run(FIRST_BATCH.get(1), training::beginStep);
        return training.finishStep();
    }

    @Override
    public double validate(PatchBatch batch) {
        long began = System.nanoTime();
        training.load(batch.input(), batch.target());
        double loss = training.validate();
        add(VALIDATION, began);
        return loss;
    }

    private void load(PatchBatch batch) {
        long began = System.nanoTime();
        training.load(batch.input(), batch.target());
        add(TO_DEVICE, began);
    }

    private void add(String part, long began) {
        parts.merge(part, (System.nanoTime() - began) * 1e-9, Double::sum);
    }

    @Override
    public Map<String, Double> parts() {
        Map<String, Double> all = new TreeMap<>(parts);
        all.putAll(training.deviceSeconds());
        return all;
    }

    @Override
    public float[] values() {
        return training.parameters();
    }

    @Override
    public void close() {
        training.close();
    }
}
