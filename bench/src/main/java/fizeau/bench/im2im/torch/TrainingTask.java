// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.torch;

import fizeau.bench.eager.EagerTensors;
import fizeau.bench.im2im.Experiment;
import fizeau.bench.im2im.Im2imSettings;
import fizeau.bench.im2im.Im2imSwitch;
import fizeau.bench.im2im.PatchBatch;
import fizeau.bench.im2im.SettingKey;
import fizeau.bench.im2im.Timers;
import fizeau.bench.im2im.run.Training;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A training under way: the loop that PyTorch programs have. libtorch computes on the processor at once, so that clock
 * readings between calls need no synchronisation. Owns network and optimiser.
 */
final class TrainingTask implements Training {
    private final Experiment experiment;
    private final Im2imSettings settings;
    private final ResidualUnet network;
    private final Optimiser optimiser;
    private final Map<String, Double> parts = new TreeMap<>();
    private long clock;

    TrainingTask(Experiment experiment, Im2imSettings settings, ResidualUnet network) {
        this.experiment = experiment;
        this.settings = settings;
        this.network = network;
        double rate = settings.number(SettingKey.LEARNING_RATE);
        double decay = settings.number(SettingKey.WEIGHT_DECAY);
        this.optimiser = settings.on(Im2imSwitch.FUSED_OPTIMIZER)
                ? new Optimiser.Flat(network, rate, decay)
                : new Optimiser.Library(network.parameters(), rate, decay);
    }

    ResidualUnet network() {
        return network;
    }

    @Override
    public Map<String, Double> parts() {
        return parts;
    }

    @Override
    public float[] values() {
        return network.values();
    }

    @Override
    public void beginEpoch(int epoch) {
        optimiser.learningRate(settings.learningRate(epoch));
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
        try (PointerScope scope = new PointerScope()) {
            Tensor[] made = new Tensor[3];
            clock = System.nanoTime();
            around.accept(() -> {
                made[0] = tensor(batch, batch.target());
                made[1] = network.prepared(tensor(batch, batch.input()));
            });
            lap("to_device");
            optimiser.zero();
            around.accept(() -> made[2] = Losses.of(experiment, network.forward(made[1]), made[0]));
            lap("forward");
            made[2].backward();
            lap("backward");
            optimiser.step();
            lap("optimizer");
            return made[2].item_float();
        }
    }

    @Override
    public double validate(PatchBatch batch) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            clock = System.nanoTime();
            Tensor target = tensor(batch, batch.target());
            Tensor output = network.forward(network.prepared(tensor(batch, batch.input())));
            double loss = Losses.of(experiment, output, target).item_float();
            lap("validation");
            return loss;
        }
    }

    private void lap(String part) {
        long now = System.nanoTime();
        parts.merge(part, (now - clock) * 1e-9, Double::sum);
        clock = now;
    }

    static Tensor tensor(PatchBatch batch, float[] values) {
        int[] size = batch.size();
        Tensor tensor = torch.empty(batch.count(), 1, size[0], size[1], size[2]);
        EagerTensors.write(tensor, values, 0, values.length);
        return tensor;
    }

    @Override
    public void close() {
        optimiser.close();
        network.close();
    }
}
