// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.bench.im2im.Experiment;
import fizeau.bench.im2im.Im2imJob;
import fizeau.bench.im2im.Im2imSettings;
import fizeau.bench.im2im.Im2imSwitch;
import fizeau.bench.im2im.PatchBatch;
import fizeau.bench.im2im.ResidentMarks;
import fizeau.bench.im2im.SettingKey;
import fizeau.bench.im2im.UnetCase;
import fizeau.bench.im2im.run.Machine;
import fizeau.bench.im2im.run.Training;
import fizeau.bench.im2im.torch.TorchMachine;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.unet.UnetLayout;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The primitives against plain loops in double precision. */
class SampleTrainingTest {
    private static final UnetCase CASE = new UnetCase(2, 4, 6, 16, 32);
    private static final UnetCase DEEPER = new UnetCase(4, 4, 8, 16, 16, 32);

    static Stream<Arguments> cases() {
        return Stream.of(
                Arguments.of(CASE, Experiment.LABELFREE),
                Arguments.of(CASE, Experiment.SEGMENTATION),
                Arguments.of(DEEPER, Experiment.SEGMENTATION));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void outputLossAndGradientAreThoseOfTheReference(UnetCase one, Experiment experiment) {
        PatchBatch batch = one.batch(experiment);
        double[][] expected = one.outputs(batch);
        int voxels = one.voxels();
        float[] gradient = new float[one.weights().length];
        double loss = 0;
        try (FloatPointer parameters = new FloatPointer(one.weights());
                SampleThread thread = new SampleThread(one.layout(), one.patch(), parameters)) {
            for (int sample = 0; sample < UnetCase.COUNT; sample++) {
                float[] output = new float[voxels];
                float[] part = new float[gradient.length];
                int number = sample;
                on(thread, () -> {
                    thread.pass(number).load(batch.input(), number * voxels);
                    thread.pass(number).forward(output);
                });
                for (int i = 0; i < voxels; i++) {
                    assertThat((double) output[i]).isCloseTo(expected[sample][i], within(2e-5));
                }
                loss += SampleLoss.andGradient(experiment, output, batch.target(), sample * voxels, UnetCase.COUNT)
                        / UnetCase.COUNT;
                on(thread, () -> thread.pass(number).backward(output, part));
                for (int i = 0; i < part.length; i++) {
                    gradient[i] += part[i];
                }
            }
        }
        assertThat(loss).isCloseTo(one.loss(experiment, expected, batch), within(2e-6));
        for (UnetLayout.Segment segment : one.layout().segments()) {
            int at = segment.offset() + segment.count() / 2;
            double difference = one.difference(experiment, batch, at);
            assertThat((double) gradient[at])
                    .as(segment.name())
                    .isCloseTo(difference, within(2e-5 + 1e-3 * Math.abs(difference)));
        }
    }

    private static void on(SampleThread thread, Runnable work) {
        SampleThread.await(thread.start(work));
    }

    /** Sums keep their order, so that one thread and three give the same bits; both learn. */
    @Test
    void anyNumberOfThreadsGivesTheSameBits() {
        float[] one = trained(1);
        assertThat(trained(3)).isEqualTo(one);
        assertThat(one).isNotEqualTo(CASE.weights());
    }

    private static float[] trained(int threads) {
        Im2imSettings settings = CASE.settings(Set.of(Im2imSwitch.ONEDNN));
        PatchBatch batch = CASE.batch(Experiment.SEGMENTATION);
        try (SampleTraining training = new SampleTraining(Experiment.SEGMENTATION, settings, CASE.weights(), threads)) {
            double before = training.validate(batch);
            for (int step = 0; step < 4; step++) {
                training.beginEpoch(step);
                training.step(batch);
            }
            assertThat(training.validate(batch)).isLessThan(before);
            assertThat(training.parts().keySet())
                    .containsExactly("backward", "forward", "optimizer", "to_device", "validation");
            return training.values();
        }
    }

    /** Several steps with decay, weights laid out anew after each, against the straightforward loop. */
    @Test
    void trainsAsLibtorchDoes() {
        Im2imJob job = job(CASE.settings(Set.of(Im2imSwitch.ONEDNN)));
        OneDnnMachine machine = new OneDnnMachine(new Elsewhere());
        assertThat(machine.settle(job)).contains("a sample each");
        double[] expected = losses(new TorchMachine(), job);
        double[] losses = losses(machine, job);
        assertThat(expected[5]).isLessThan(0.95 * expected[0]);
        for (int step = 0; step < expected.length; step++) {
            assertThat(losses[step]).as("step %d", step).isCloseTo(expected[step], within(1e-4 * expected[step]));
        }
    }

    private static double[] losses(Machine machine, Im2imJob job) {
        double[] losses = new double[6];
        try (Training training = machine.model(job, CASE.weights(), true).training()) {
            for (int step = 0; step < losses.length; step++) {
                training.beginEpoch(step);
                losses[step] = training.step(CASE.batch(job.experiment()));
            }
        }
        return losses;
    }

    /** What has no quick primitives here is computed as without the switch. */
    @Test
    void whatDoesNotSuitIsComputedElsewhere() {
        Im2imSettings settings = CASE.settings(Set.of(Im2imSwitch.ONEDNN));
        for (Im2imSettings other : List.of(
                settings.with(SettingKey.FILTERS, "2x4"),
                settings.with(SettingKey.BATCH_SIZE, "1"),
                CASE.settings(Set.of(Im2imSwitch.ONEDNN, Im2imSwitch.BF16)))) {
            OneDnnMachine machine = new OneDnnMachine(new Elsewhere());
            assertThat(machine.settle(job(other))).isEqualTo("elsewhere");
            assertThat(machine.model(job(other), new float[0], true)).isNull();
        }
    }

    private static Im2imJob job(Im2imSettings settings) {
        WarmUpRule none = new WarmUpRule(0, 0, 1);
        return new Im2imJob("train", Experiment.SEGMENTATION, settings, null, null, 2, none, 0.05);
    }

    /** A machine that is only asked. */
    private static final class Elsewhere implements Machine {
        @Override
        public String settle(Im2imJob job) {
            return "elsewhere";
        }

        @Override
        public Model model(Im2imJob job, float[] weights, boolean trained) {
            return null;
        }

        @Override
        public ResidentMarks memory() {
            return ResidentMarks.UNKNOWN;
        }

        @Override
        public void close() {
            // has nothing
        }
    }

    /** The first step of Adam goes by the sign of the gradient. */
    @Test
    void aStepOfAdamIsThatOfTheBook() {
        float[] parameters = {1, -2, 0.5f};
        float[] gradient = {0.3f, -0.1f, -2};
        Adam adam = new Adam(3, 0.01);
        double first = 0;
        double second = 0;
        double expected = parameters[0];
        for (int step = 1; step <= 3; step++) {
            adam.step(parameters, gradient, 0.1);
            double slope = gradient[0] + 0.01 * expected;
            first = 0.9 * first + 0.1 * slope;
            second = 0.999 * second + 0.001 * slope * slope;
            expected -=
                    0.1 * first / (1 - Math.pow(0.9, step)) / (Math.sqrt(second / (1 - Math.pow(0.999, step))) + 1e-8);
            assertThat((double) parameters[0]).isCloseTo(expected, within(1e-5));
        }
        assertThat((double) parameters[1]).isCloseTo(-1.7, within(1e-3));
        assertThat((double) parameters[2]).isCloseTo(0.8, within(1e-3));
    }

    @Test
    void extremeScoresStayFinite() {
        float[] output = {500, -500, 0};
        double loss = SampleLoss.andGradient(Experiment.SEGMENTATION, output, new float[] {0, 1, 1}, 0, 1);
        assertThat(loss).isFinite().isGreaterThan(300);
        assertThat(output).doesNotContain(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
    }

    @Test
    void whatFailsOnAThreadIsThrownHereAndTheThreadGoesOn() {
        try (FloatPointer parameters = new FloatPointer(CASE.weights());
                SampleThread thread = new SampleThread(CASE.layout(), CASE.patch(), parameters)) {
            assertThatThrownBy(() -> on(thread, () -> {
                        throw new IllegalStateException("the sixth gear is missing");
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the sixth gear is missing");
            AtomicReference<String> name = new AtomicReference<>();
            on(thread, () -> name.set(Thread.currentThread().getName()));
            assertThat(name.get()).isEqualTo("sample");
        }
    }

    /** Every native object of a training goes with it, after a failure too. */
    @Test
    void closingGivesNativeObjectsBack() {
        Im2imSettings settings = CASE.settings(Set.of(Im2imSwitch.ONEDNN));
        PatchBatch batch = CASE.batch(Experiment.LABELFREE);
        PatchBatch tooShort = new PatchBatch(UnetCase.COUNT, CASE.patch(), batch.input(), new float[1]);
        once(settings, batch);
        long before = Pointer.totalCount();
        once(settings, batch);
        assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before); // others of this process may go meanwhile
        assertThatThrownBy(() -> once(settings, tooShort)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
    }

    private static void once(Im2imSettings settings, PatchBatch batch) {
        long before = Pointer.totalCount();
        try (SampleTraining training = new SampleTraining(Experiment.LABELFREE, settings, CASE.weights(), 2)) {
            assertThat(Pointer.totalCount()).isGreaterThan(before + 100);
            training.beginEpoch(0);
            assertThat(training.step(batch)).isFinite();
            long after = Pointer.totalCount();
            training.step(batch);
            training.validate(batch);
            assertThat(Pointer.totalCount()).as("a step makes nothing").isLessThanOrEqualTo(after);
        }
    }
}
