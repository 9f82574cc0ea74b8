// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.bench.eager.EagerTensors;
import fizeau.bench.im2im.Accelerator;
import fizeau.bench.im2im.Experiment;
import fizeau.bench.im2im.Im2imMode;
import fizeau.bench.im2im.Im2imSettings;
import fizeau.bench.im2im.Im2imSwitch;
import fizeau.bench.im2im.PatchBatch;
import fizeau.bench.im2im.ReferenceUnet;
import fizeau.bench.im2im.SettingKey;
import fizeau.bench.im2im.Volume;
import fizeau.bench.im2im.run.PredictionTask;
import fizeau.random.NormalGenerator;
import fizeau.unet.UnetLayout;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The network, its losses, gradients and optimisers against plain loops in double precision. */
class ResidualUnetTest {
    private static final UnetLayout LAYOUT = new UnetLayout(List.of(2, 3, 4));
    private static final int[] PATCH = {4, 8, 12};
    private static final int COUNT = 2;

    static Stream<Arguments> formsAndExperiments() {
        return Stream.of(Experiment.values())
                .flatMap(experiment -> Stream.of(
                                new ResidualUnet.Form(false, false, false, false),
                                new ResidualUnet.Form(true, false, false, false),
                                new ResidualUnet.Form(false, true, false, false),
                                new ResidualUnet.Form(true, true, false, false))
                        .map(form -> Arguments.of(experiment, form)));
    }

    @ParameterizedTest
    @MethodSource("formsAndExperiments")
    void outputLossAndGradientAreThoseOfTheReference(Experiment experiment, ResidualUnet.Form form) {
        float[] weights = weights();
        PatchBatch batch = batch(experiment);
        double[][] expected = outputs(weights(), batch, -1, 0);
        int voxels = PatchBatch.voxels(PATCH);
        try (PointerScope scope = new PointerScope();
                ResidualUnet network = new ResidualUnet(LAYOUT, weights, form, false, true)) {
            Tensor output = network.forward(network.prepared(TrainingTask.tensor(batch, batch.input())));
            float[] values = new float[COUNT * voxels];
            EagerTensors.read(output.detach(), values, 0, values.length);
            for (int i = 0; i < values.length; i++) {
                assertThat((double) values[i]).isCloseTo(expected[i / voxels][i % voxels], within(2e-5));
            }
            Tensor loss = Losses.of(experiment, output, TrainingTask.tensor(batch, batch.target()));
            assertThat((double) loss.item_float()).isCloseTo(loss(experiment, expected, batch), within(2e-6));
            loss.backward();
            List<UnetLayout.Segment> segments = LAYOUT.segments();
            for (int index = 0; index < segments.size(); index++) {
                UnetLayout.Segment segment = segments.get(index);
                Tensor leaf = network.parameters().get(index);
                float[] gradient = new float[segment.count()];
                EagerTensors.read(leaf.grad(), gradient, 0, gradient.length);
                int at = segment.count() / 2;
                double h = 1e-7; // few rectifiers turn over within so little
                double above = loss(experiment, outputs(weights, batch, segment.offset() + at, h), batch);
                double below = loss(experiment, outputs(weights, batch, segment.offset() + at, -h), batch);
                double difference = (above - below) / (2 * h);
                assertThat((double) gradient[at])
                        .as(segment.name())
                        .isCloseTo(difference, within(2e-5 + 1e-3 * Math.abs(difference)));
            }
        }
    }

    @Test
    void halfPrecisionIsNearby() {
        PatchBatch batch = batch(Experiment.LABELFREE);
        double[][] expected = outputs(weights(), batch, -1, 0);
        int voxels = PatchBatch.voxels(PATCH);
        try (PointerScope scope = new PointerScope();
                ResidualUnet network = new ResidualUnet(
                        LAYOUT, weights(), new ResidualUnet.Form(false, true, true, false), false, true)) {
            Tensor output = network.forward(network.prepared(TrainingTask.tensor(batch, batch.input())));
            float[] values = new float[COUNT * voxels];
            EagerTensors.read(output.detach(), values, 0, values.length);
            double square = 0;
            double size = 0;
            for (int i = 0; i < values.length; i++) {
                square += Math.pow(values[i] - expected[i / voxels][i % voxels], 2);
                size += Math.pow(expected[i / voxels][i % voxels], 2);
            }
            assertThat(Math.sqrt(square / size)).isBetween(1e-5, 0.05);
        }
    }

    @ParameterizedTest
    @EnumSource(Experiment.class)
    void everySwitchTrainsAlike(Experiment experiment) {
        double[] expected = losses(experiment, Set.of());
        assertThat(expected[5]).isLessThan(expected[0]);
        for (Im2imSwitch one : Im2imSwitch.values()) {
            boolean same = one.appliesTo(Im2imMode.TRAIN, Accelerator.CPU) && one.exact();
            if (same && one != Im2imSwitch.KEEP_MEMORY) { // would change this process for good
                double[] losses = losses(experiment, Set.of(one));
                for (int i = 0; i < expected.length; i++) {
                    assertThat(losses[i]).as(one + " step " + i).isCloseTo(expected[i], within(1e-4 * expected[i]));
                }
            }
        }
    }

    /** Six steps on one batch. */
    private static double[] losses(Experiment experiment, Set<Im2imSwitch> on) {
        Im2imSettings settings = settings(on);
        double[] losses = new double[6];
        try (TrainingTask task = new TrainingTask(experiment, settings, Network.of(settings, weights(), true))) {
            for (int step = 0; step < losses.length; step++) {
                task.beginEpoch(step);
                losses[step] = task.step(batch(experiment));
            }
            assertThat(task.parts().keySet()).contains("to_device", "forward", "backward", "optimizer");
        }
        return losses;
    }

    @Test
    void aStepOfAdamIsThatOfTheBook() {
        Im2imSettings settings = settings(Set.of(Im2imSwitch.FUSED_OPTIMIZER));
        float[] before = weights();
        PatchBatch batch = batch(Experiment.LABELFREE);
        float[] gradient = new float[before.length];
        try (PointerScope scope = new PointerScope();
                ResidualUnet network = Network.of(settings(Set.of()), before, true)) {
            Losses.of(
                            Experiment.LABELFREE,
                            network.forward(network.prepared(TrainingTask.tensor(batch, batch.input()))),
                            TrainingTask.tensor(batch, batch.target()))
                    .backward();
            int at = 0;
            for (Tensor leaf : network.parameters()) {
                EagerTensors.read(leaf.grad(), gradient, at, (int) leaf.numel());
                at += (int) leaf.numel();
            }
        }
        for (Set<Im2imSwitch> on : List.of(Set.<Im2imSwitch>of(), EnumSet.of(Im2imSwitch.FUSED_OPTIMIZER))) {
            Im2imSettings own = settings(on);
            try (TrainingTask task = new TrainingTask(Experiment.LABELFREE, own, Network.of(own, before, true))) {
                task.beginEpoch(0);
                task.step(batch);
                float[] after = task.network().values();
                for (int i = 0; i < after.length; i++) {
                    double g = gradient[i] + settings.number(SettingKey.WEIGHT_DECAY) * before[i];
                    double expected = before[i] - settings.number(SettingKey.LEARNING_RATE) * g / (Math.abs(g) + 1e-8);
                    // where the gradient is as small as its rounding, a step is as good in any direction
                    double allowed = Math.abs(g) < 1e-6 ? 2.1e-3 : 1e-6 + 1e-4 * 1e-3;
                    assertThat((double) after[i]).isCloseTo(expected, within(allowed));
                }
            }
        }
    }

    @Test
    void windowBatchesPredictAlike() {
        Volume volume = new Volume(8, 16, 24, input(8 * 16 * 24, 5));
        float[] one = predicted(settings(Set.of()), volume);
        float[] many = predicted(settings(Set.of(Im2imSwitch.WINDOW_BATCH)), volume);
        float[] all =
                predicted(settings(EnumSet.copyOf(Im2imSwitch.ofFused(Im2imMode.INFER, Accelerator.CPU))), volume);
        float[] last = predicted(settings(EnumSet.of(Im2imSwitch.CHANNELS_LAST, Im2imSwitch.PREPACK)), volume);
        for (int i = 0; i < one.length; i++) {
            assertThat(many[i]).isCloseTo(one[i], within(1e-5f));
            assertThat(all[i]).isCloseTo(one[i], within(1e-5f));
            assertThat(last[i]).isCloseTo(one[i], within(1e-5f));
        }
        assertThat(one).isNotEqualTo(volume.values());
    }

    private static float[] predicted(Im2imSettings settings, Volume volume) {
        try (PredictionTask task =
                        new PredictionTask(settings, new TorchWindows(PATCH, Network.of(settings, weights(), false)));
                PredictionTask.Windows windows = task.toDevice(List.of(volume, volume))) {
            List<Volume> both = task.forward(windows);
            assertThat(both.get(1).values()).isEqualTo(both.get(0).values());
            return both.get(0).values();
        }
    }

    private static Im2imSettings settings(Set<Im2imSwitch> on) {
        return Im2imSettings.of(on)
                .with(SettingKey.FILTERS, "2x3x4")
                .with(SettingKey.PATCH, "4x8x12")
                .with(SettingKey.LEARNING_RATE, "0.001");
    }

    private static float[] weights() {
        float[] weights = LAYOUT.seeded(3);
        NormalGenerator random = new NormalGenerator(4);
        for (int i = 0; i < weights.length; i++) {
            weights[i] += (float) (0.1 * random.nextNormal()); // no norm as simple as it starts
        }
        return weights;
    }

    private static PatchBatch batch(Experiment experiment) {
        int voxels = PatchBatch.voxels(PATCH);
        float[] target = input(COUNT * voxels, 2);
        if (experiment == Experiment.SEGMENTATION) {
            for (int i = 0; i < target.length; i++) {
                target[i] = target[i] > 0.4 ? 1 : 0;
            }
        }
        return new PatchBatch(COUNT, PATCH, input(COUNT * voxels, 1), target);
    }

    private static float[] input(int count, long seed) {
        NormalGenerator random = new NormalGenerator(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextNormal();
        }
        return values;
    }

    /** Of the reference, one parameter moved by {@code by}. */
    private static double[][] outputs(float[] weights, PatchBatch batch, int parameter, double by) {
        double[] values = new double[weights.length];
        Arrays.setAll(values, i -> weights[i] + (i == parameter ? by : 0));
        ReferenceUnet reference = new ReferenceUnet(LAYOUT, values);
        double[][] outputs = new double[COUNT][];
        for (int sample = 0; sample < COUNT; sample++) {
            outputs[sample] = reference.forward(PATCH, sample(batch.input(), sample));
        }
        return outputs;
    }

    private static double loss(Experiment experiment, double[][] outputs, PatchBatch batch) {
        return ReferenceUnet.loss(
                experiment, outputs, new double[][] {sample(batch.target(), 0), sample(batch.target(), 1)});
    }

    private static double[] sample(float[] values, int sample) {
        int voxels = PatchBatch.voxels(PATCH);
        double[] one = new double[voxels];
        Arrays.setAll(one, i -> values[sample * voxels + i]);
        return one;
    }
}
