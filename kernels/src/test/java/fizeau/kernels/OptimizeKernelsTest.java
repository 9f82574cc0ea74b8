// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Adam over several steps against double precision. */
@ExtendWith(EmulatorExtension.class)
class OptimizeKernelsTest {

    private static final double LEARNING_RATE = 1e-3;
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;
    private static final AdamRule RULE = AdamRule.of(BETA1, BETA2, EPSILON);

    @Test
    void tenStepsFollowTheReference(Emulator emulator) {
        int count = 700;
        int steps = 10;
        float[] start = Samples.uniform(1, count, -1, 1);
        Emulation emulation = emulator.begin();
        DeviceAddress weights = emulation.upload(start);
        DeviceAddress first = emulation.upload(new float[count]);
        DeviceAddress second = emulation.upload(new float[count]);
        DeviceAddress state = emulation.upload(AdamState.NEW);
        double[] expected = Samples.doubles(start);
        double[] firstExpected = new double[count];
        double[] secondExpected = new double[count];
        for (int step = 1; step <= steps; step++) {
            float[] gradients = Samples.uniform(100 + step, count, -1e-3, 1e-3);
            gradients[3] = 0; // no gradient ever: the weight must stay
            gradients[4] *= 1e-6f; // near epsilon, where its place in the formula shows
            emulation.launch(new AdamAdvanceParameters(state, LEARNING_RATE, BETA1, BETA2));
            AdamStepParameters stepParameters =
                    new AdamStepParameters(weights, emulation.upload(gradients), first, second, state, count, RULE);
            // Few blocks, so that threads stride.
            emulation.launch(stepParameters, new LaunchShape(2, 1, 96, 0));
            OptimizeReference.adamStep(
                    expected,
                    Samples.doubles(gradients),
                    firstExpected,
                    secondExpected,
                    OptimizeReference.adamAdvance(step, LEARNING_RATE, BETA1, BETA2),
                    BETA1,
                    BETA2,
                    EPSILON);
        }
        emulation.execute();
        float[] actual = emulation.floats(weights);
        for (int i = 0; i < count; i++) {
            assertThat((double) actual[i]).as("weight %d", i).isCloseTo(expected[i], within(5e-7));
        }
        assertThat(actual[3]).isEqualTo(start[3]);
        Samples.assertClose("first moments", emulation.floats(first), firstExpected, 1e-6);
        Samples.assertClose("second moments", emulation.floats(second), secondExpected, 1e-6);
        assertThat(emulation.ints(state)[0]).isEqualTo(steps);
    }

    /** The first step of Adam is the learning rate times the sign, less what epsilon takes: 1 / (1 + eps / |g|). */
    @Test
    void epsilonStandsOutsideTheCorrectedRoot(Emulator emulator) {
        Emulation emulation = emulator.begin();
        DeviceAddress weights = emulation.upload(0f);
        DeviceAddress state = emulation.upload(AdamState.NEW);
        emulation.launch(new AdamAdvanceParameters(state, 1, BETA1, BETA2));
        emulation.launch(new AdamStepParameters(
                weights, emulation.upload(1e-8f), emulation.upload(0f), emulation.upload(0f), state, 1, RULE));
        emulation.execute();
        assertThat(emulation.floats(weights)[0]).isCloseTo(-0.5f, within(1e-4f));
    }

    @Test
    void refusesWhatCannotStep() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdamAdvanceParameters(DeviceAddress.NULL, 0, BETA1, BETA2))
                .withMessageContaining("learning rate 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdamAdvanceParameters(DeviceAddress.NULL, 1, 1, BETA2))
                .withMessageContaining("beta1 1.0");
    }
}
