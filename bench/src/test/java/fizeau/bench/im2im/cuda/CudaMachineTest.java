// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.bench.im2im.Experiment;
import fizeau.bench.im2im.Im2imJob;
import fizeau.bench.im2im.Im2imMode;
import fizeau.bench.im2im.Im2imSettings;
import fizeau.bench.im2im.Im2imSwitch;
import fizeau.bench.im2im.PatchBatch;
import fizeau.bench.im2im.ReferenceUnet;
import fizeau.bench.im2im.ResidentMarks;
import fizeau.bench.im2im.SettingKey;
import fizeau.bench.im2im.Timers;
import fizeau.bench.im2im.Timing;
import fizeau.bench.im2im.Volume;
import fizeau.bench.im2im.run.Machine;
import fizeau.bench.im2im.run.PredictionTask;
import fizeau.bench.im2im.run.Training;
import fizeau.bench.im2im.torch.TorchMachine;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.kernels.PretendCuda;
import fizeau.random.NormalGenerator;
import fizeau.unet.UnetLayout;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The network on the pretend device against libtorch and against plain loops in double precision. */
@ExtendWith(PretendCudaExtension.class)
class CudaMachineTest {
    private static final int[] PATCH = {4, 8, 12};
    private static final int COUNT = 2;
    private static final int STEPS = 5;
    private static final Set<Im2imSwitch> ALL = EnumSet.of(
            Im2imSwitch.CUDNN_AUTOTUNE, Im2imSwitch.GRAPH, Im2imSwitch.FUSED_OPTIMIZER, Im2imSwitch.WINDOW_BATCH);

    private final PretendCuda machine;

    CudaMachineTest(PretendCuda machine) {
        this.machine = machine;
    }

    private static Im2imJob job(Im2imMode mode, Experiment experiment, String filters, Set<Im2imSwitch> on) {
        Im2imSettings settings = Im2imSettings.of(on)
                .with(SettingKey.FILTERS, filters)
                .with(SettingKey.PATCH, "4x8x12")
                .with(SettingKey.BATCH_SIZE, Integer.toString(COUNT))
                .with(SettingKey.LEARNING_RATE, "0.001");
        return new Im2imJob(mode.word(), experiment, settings, null, null, 1, new WarmUpRule(1, 2, 1), 1);
    }

    private Machine opened(Im2imJob job) {
        Machine opened = new CudaMachine(machine.settings());
        assertThat(opened.settle(job)).contains("pretend device");
        return opened;
    }

    private record Trained(double[] losses, double validation, float[] values, Set<String> parts) {}

    private static Trained train(Machine machine, Im2imJob job, float[] weights) {
        double[] losses = new double[STEPS];
        try (Training training = machine.model(job, weights, true).training()) {
            for (int step = 0; step < STEPS; step++) {
                training.beginEpoch(step);
                losses[step] = training.step(batch(job.experiment(), step % 2));
            }
            double validation = training.validate(batch(job.experiment(), 0));
            return new Trained(
                    losses, validation, training.values(), training.parts().keySet());
        }
    }

    @ParameterizedTest
    @EnumSource(Experiment.class)
    void trainingsAgreeWithLibtorchAndDoublePrecision(Experiment experiment) {
        Im2imJob plain = job(Im2imMode.TRAIN, experiment, "2x3x4", Set.of());
        float[] weights = weights(plain.settings().layout());
        Trained torch = train(new TorchMachine(), plain, weights);
        assertThat(torch.losses()[STEPS - 1]).isLessThan(torch.losses()[0]);
        double reference = loss(plain.settings().layout(), weights, batch(experiment, 0), experiment);
        for (Set<Im2imSwitch> on : List.of(Set.<Im2imSwitch>of(), ALL)) {
            Im2imJob job = job(Im2imMode.TRAIN, experiment, "2x3x4", on);
            Trained own;
            try (Machine opened = opened(job)) {
                own = train(opened, job, weights);
                assertThat(opened.memory().resident()).as("given back").isZero();
            }
            assertThat(own.losses()[0]).isCloseTo(reference, within(3e-6 * reference));
            for (int step = 0; step < STEPS; step++) {
                assertThat(own.losses()[step])
                        .as("%s, step %d", on, step)
                        .isCloseTo(torch.losses()[step], within(1e-4 * torch.losses()[step]));
            }
            assertThat(own.validation()).isCloseTo(torch.validation(), within(1e-4 * torch.validation()));
            double apart = 0;
            for (int i = 0; i < weights.length; i++) {
                apart += Math.abs(own.values()[i] - torch.values()[i]) / weights.length;
            }
            assertThat(apart).as("of five steps of a thousandth").isLessThan(5e-5);
            assertThat(own.parts()).contains("to_device", "validation", on.isEmpty() ? "backward" : "step");
        }
    }

    /** Twelve maps of an eighth of the voxels are more than one map of all. */
    @Test
    void aLowerLevelMayHoldMoreValuesThanTheOneAbove() {
        Im2imJob job = job(Im2imMode.TRAIN, Experiment.SEGMENTATION, "1x12x3", Set.of());
        float[] weights = weights(job.settings().layout());
        Trained torch = train(new TorchMachine(), job, weights);
        try (Machine opened = opened(job)) {
            Trained own = train(opened, job, weights);
            for (int step = 0; step < STEPS; step++) {
                assertThat(own.losses()[step]).isCloseTo(torch.losses()[step], within(1e-4 * torch.losses()[step]));
            }
        }
    }

    /** Every parameter's gradient shows in Adam's first step, whose size is the learning rate: against differences of losses. */
    @ParameterizedTest
    @EnumSource(Experiment.class)
    void firstStepsGoAlongTheGradient(Experiment experiment) {
        Im2imJob job =
                job(Im2imMode.TRAIN, experiment, "1x3", Set.of()); // nothing is past the first block but its input
        UnetLayout layout = job.settings().layout();
        float[] weights = weights(layout);
        PatchBatch batch = batch(experiment, 0);
        float[] after;
        try (Machine opened = opened(job);
                Training training = opened.model(job, weights, true).training()) {
            training.beginEpoch(0);
            training.step(batch);
            after = training.values();
        }
        int judged = 0;
        for (UnetLayout.Segment segment : layout.segments()) {
            int at = segment.offset() + segment.count() / 2;
            double h = 1e-5;
            float[] moved = weights.clone();
            moved[at] = weights[at] + (float) h;
            double above = loss(layout, moved, batch, experiment);
            double up = moved[at];
            moved[at] = weights[at] - (float) h;
            double below = loss(layout, moved, batch, experiment);
            double gradient =
                    (above - below) / (up - moved[at]) + job.settings().number(SettingKey.WEIGHT_DECAY) * weights[at];
            double step = -1e-3 * Math.signum(gradient);
            if (Math.abs(gradient) > 1e-4) {
                assertThat((double) after[at] - weights[at]).as(segment.name()).isCloseTo(step, within(1e-6));
                judged++;
            }
        }
        assertThat(judged).isGreaterThan(layout.segments().size() / 2);
    }

    @Test
    void predictionsAgreeWithLibtorchAndDoublePrecision() {
        Im2imJob plain = job(Im2imMode.INFER, Experiment.SEGMENTATION, "2x3x4", Set.of());
        float[] weights = weights(plain.settings().layout());
        List<Volume> volumes =
                List.of(new Volume(8, 16, 24, normal(8 * 16 * 24, 5)), new Volume(4, 8, 12, normal(4 * 8 * 12, 6)));
        List<Volume> torch = predict(new TorchMachine(), plain, weights, volumes);
        double[] reference = new ReferenceUnet(plain.settings().layout(), wide(weights))
                .forward(PATCH, wide(volumes.get(1).values()));
        for (Set<Im2imSwitch> on : List.of(Set.<Im2imSwitch>of(), ALL)) {
            Im2imJob job = job(Im2imMode.INFER, Experiment.SEGMENTATION, "2x3x4", on);
            List<Volume> own;
            try (Machine opened = opened(job)) {
                own = predict(opened, job, weights, volumes);
            }
            for (int volume = 0; volume < volumes.size(); volume++) {
                assertClose(own.get(volume).values(), wide(torch.get(volume).values()), 2e-5);
            }
            assertClose(own.get(1).values(), reference, 2e-5);
        }
    }

    private static List<Volume> predict(Machine machine, Im2imJob job, float[] weights, List<Volume> volumes) {
        try (PredictionTask task = new PredictionTask(
                job.settings(), machine.model(job, weights, false).windows())) {
            List<Volume> first;
            try (PredictionTask.Windows windows = task.toDevice(volumes)) {
                first = task.forward(windows);
            }
            try (PredictionTask.Windows windows = task.toDevice(volumes)) { // replayed, where that is on
                List<Volume> again = task.forward(windows);
                for (int i = 0; i < first.size(); i++) {
                    assertThat(again.get(i).values()).isEqualTo(first.get(i).values());
                }
            }
            return first;
        }
    }

    /** Memory of the device stands beside that of the process, peaks of inner timers in those of outer ones. */
    @Test
    void deviceMemoryIsInTheNestedTimers() {
        Im2imJob job = job(Im2imMode.TRAIN, Experiment.SEGMENTATION, "2x3", Set.of());
        float[] weights = weights(job.settings().layout());
        Timers timers;
        try (Machine opened = new CudaMachine(machine.settings())) {
            timers = new Timers(ResidentMarks.ofThisProcess(), opened.memory());
            timers.run("outer", () -> {
                timers.run("settling", () -> opened.settle(job));
                timers.run("training", () -> train(opened, job, weights));
            });
        }
        Timing training = timers.timings().get("training");
        assertThat(timers.timings().get("settling").devicePeakMemoryMb()).isZero();
        assertThat(training.devicePeakMemoryMb()).isPositive();
        assertThat(training.deviceMemoryDeltaMb())
                .as("all of it was given back")
                .isZero();
        assertThat(timers.timings().get("outer").devicePeakMemoryMb()).isEqualTo(training.devicePeakMemoryMb());
    }

    @Test
    void firstBatchesHaveTimersOfTheirOwn() {
        Im2imJob job = job(Im2imMode.TRAIN, Experiment.LABELFREE, "2x3", Set.of(Im2imSwitch.GRAPH));
        float[] weights = weights(job.settings().layout());
        double whole = train(new TorchMachine(), job, weights).losses()[0];
        try (Machine opened = opened(job);
                Training training = opened.model(job, weights, true).training()) {
            Timers timers = new Timers(ResidentMarks.UNKNOWN, opened.memory());
            training.beginEpoch(0);
            assertThat(training.firstStep(batch(Experiment.LABELFREE, 0), timers))
                    .isCloseTo(whole, within(1e-5));
            assertThat(timers.timings()).containsOnlyKeys(Training.FIRST_BATCH);
            assertThatThrownBy(() -> opened.model(job, weights, true).windows())
                    .hasMessageContaining("set up to be trained");
        }
    }

    private static float[] weights(UnetLayout layout) {
        float[] weights = layout.seeded(3);
        NormalGenerator random = new NormalGenerator(4);
        for (int i = 0; i < weights.length; i++) {
            weights[i] += (float) (0.1 * random.nextNormal()); // no norm as simple as it starts
        }
        return weights;
    }

    private static PatchBatch batch(Experiment experiment, int number) {
        int voxels = PatchBatch.voxels(PATCH);
        float[] target = normal(COUNT * voxels, 10 + number);
        if (experiment == Experiment.SEGMENTATION) {
            for (int i = 0; i < target.length; i++) {
                target[i] = target[i] > 0.4 ? 1 : 0;
            }
        }
        return new PatchBatch(COUNT, PATCH, normal(COUNT * voxels, 20 + number), target);
    }

    private static double loss(UnetLayout layout, float[] weights, PatchBatch batch, Experiment experiment) {
        ReferenceUnet reference = new ReferenceUnet(layout, wide(weights));
        double[][] outputs = new double[COUNT][];
        double[][] targets = new double[COUNT][];
        int voxels = PatchBatch.voxels(PATCH);
        for (int sample = 0; sample < COUNT; sample++) {
            int from = sample * voxels;
            outputs[sample] = reference.forward(PATCH, wide(Arrays.copyOfRange(batch.input(), from, from + voxels)));
            targets[sample] = wide(Arrays.copyOfRange(batch.target(), from, from + voxels));
        }
        return ReferenceUnet.loss(experiment, outputs, targets);
    }

    private static float[] normal(int count, long seed) {
        NormalGenerator random = new NormalGenerator(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextNormal();
        }
        return values;
    }

    private static double[] wide(float[] values) {
        double[] wide = new double[values.length];
        Arrays.setAll(wide, i -> values[i]);
        return wide;
    }

    private static void assertClose(float[] actual, double[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).as("voxel %d", i).isCloseTo(expected[i], within(tolerance));
        }
    }
}
