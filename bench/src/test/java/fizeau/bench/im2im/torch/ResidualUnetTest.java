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
import fizeau.bench.im2im.SettingKey;
import fizeau.bench.im2im.UnetCase;
import fizeau.bench.im2im.Volume;
import fizeau.bench.im2im.run.PredictionTask;
import fizeau.unet.UnetLayout;
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
    private static final UnetCase CASE = new UnetCase(4, 8, 12, 2, 3, 4);

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
        float[] weights = CASE.weights();
        PatchBatch batch = CASE.batch(experiment);
        double[][] expected = CASE.outputs(batch);
        int voxels = CASE.voxels();
        try (PointerScope scope = new PointerScope();
                ResidualUnet network = new ResidualUnet(CASE.layout(), weights, form, false, true)) {
            Tensor output = network.forward(network.prepared(TrainingTask.tensor(batch, batch.input())));
            float[] values = new float[UnetCase.COUNT * voxels];
            EagerTensors.read(output.detach(), values, 0, values.length);
            for (int i = 0; i < values.length; i++) {
                assertThat((double) values[i]).isCloseTo(expected[i / voxels][i % voxels], within(2e-5));
            }
            Tensor loss = Losses.of(experiment, output, TrainingTask.tensor(batch, batch.target()));
            assertThat((double) loss.item_float()).isCloseTo(CASE.loss(experiment, expected, batch), within(2e-6));
            loss.backward();
            List<UnetLayout.Segment> segments = CASE.layout().segments();
            for (int index = 0; index < segments.size(); index++) {
                UnetLayout.Segment segment = segments.get(index);
                Tensor leaf = network.parameters().get(index);
                float[] gradient = new float[segment.count()];
                EagerTensors.read(leaf.grad(), gradient, 0, gradient.length);
                int at = segment.count() / 2;
                double difference = CASE.difference(experiment, batch, segment.offset() + at);
                assertThat((double) gradient[at])
                        .as(segment.name())
                        .isCloseTo(difference, within(2e-5 + 1e-3 * Math.abs(difference)));
            }
        }
    }

    @Test
    void halfPrecisionIsNearby() {
        PatchBatch batch = CASE.batch(Experiment.LABELFREE);
        double[][] expected = CASE.outputs(batch);
        int voxels = CASE.voxels();
        try (PointerScope scope = new PointerScope();
                ResidualUnet network = new ResidualUnet(
                        CASE.layout(), CASE.weights(), new ResidualUnet.Form(false, true, true, false), false, true)) {
            Tensor output = network.forward(network.prepared(TrainingTask.tensor(batch, batch.input())));
            float[] values = new float[UnetCase.COUNT * voxels];
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
            boolean same = one.appliesTo(Im2imMode.TRAIN, Accelerator.CPU) && one.exact() && one != Im2imSwitch.ONEDNN;
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
        Im2imSettings settings = CASE.settings(on);
        double[] losses = new double[6];
        try (TrainingTask task = new TrainingTask(experiment, settings, Network.of(settings, CASE.weights(), true))) {
            for (int step = 0; step < losses.length; step++) {
                task.beginEpoch(step);
                losses[step] = task.step(CASE.batch(experiment));
            }
            assertThat(task.parts().keySet()).contains("to_device", "forward", "backward", "optimizer");
        }
        return losses;
    }

    @Test
    void aStepOfAdamIsThatOfTheBook() {
        Im2imSettings settings = CASE.settings(Set.of(Im2imSwitch.FUSED_OPTIMIZER));
        float[] before = CASE.weights();
        PatchBatch batch = CASE.batch(Experiment.LABELFREE);
        float[] gradient = new float[before.length];
        try (PointerScope scope = new PointerScope();
                ResidualUnet network = Network.of(CASE.settings(Set.of()), before, true)) {
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
            Im2imSettings own = CASE.settings(on);
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
        Volume volume = new Volume(8, 16, 24, UnetCase.noise(8 * 16 * 24, 5));
        float[] one = predicted(CASE.settings(Set.of()), volume);
        float[] many = predicted(CASE.settings(Set.of(Im2imSwitch.WINDOW_BATCH)), volume);
        float[] all =
                predicted(CASE.settings(EnumSet.copyOf(Im2imSwitch.ofFused(Im2imMode.INFER, Accelerator.CPU))), volume);
        float[] last = predicted(CASE.settings(EnumSet.of(Im2imSwitch.CHANNELS_LAST, Im2imSwitch.PREPACK)), volume);
        for (int i = 0; i < one.length; i++) {
            assertThat(many[i]).isCloseTo(one[i], within(1e-5f));
            assertThat(all[i]).isCloseTo(one[i], within(1e-5f));
            assertThat(last[i]).isCloseTo(one[i], within(1e-5f));
        }
        assertThat(one).isNotEqualTo(volume.values());
    }

    private static float[] predicted(Im2imSettings settings, Volume volume) {
        try (PredictionTask task = new PredictionTask(
                        settings, new TorchWindows(CASE.patch(), Network.of(settings, CASE.weights(), false)));
                PredictionTask.Windows windows = task.toDevice(List.of(volume, volume))) {
            List<Volume> both = task.forward(windows);
            assertThat(both.get(1).values()).isEqualTo(both.get(0).values());
            return both.get(0).values();
        }
    }
}
