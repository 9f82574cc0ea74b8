// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.testkit.RandomImages;
import fizeau.testkit.ReferenceAdam;
import fizeau.testkit.Tolerances;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Every form of the step against Adam in double precision, over enough steps to tell the decay of both moments. */
class AdamStepTest {
    private static final int COUNT = 37;
    private static final int STEPS = 300;
    private static final double RATE = 1e-3;
    private static final double TOLERANCE = 1e-5;

    private final float[] first = used();
    private final float[] second = used();
    private final float[] parameters = RandomImages.signed(COUNT, 1);

    @Test
    void rangesStepInOnePass() {
        for (int step = 1; step <= STEPS; step++) {
            AdamStep adam = AdamStep.of(step, RATE);
            float[] gradient = gradient(step);
            adam.apply(parameters, first, second, gradient, 0, 11);
            adam.apply(parameters, first, second, gradient, 11, COUNT);
        }
        Tolerances.assertClose(parameters, expected(), TOLERANCE);
    }

    @Test
    void singleParametersStep() {
        for (int step = 1; step <= STEPS; step++) {
            float[] gradient = gradient(step);
            for (int i = 0; i < COUNT; i++) {
                AdamStep.of(step, RATE).apply(parameters, first, second, i, gradient[i]);
            }
        }
        Tolerances.assertClose(parameters, expected(), TOLERANCE);
    }

    @Test
    void operationsStepInPassesOfTheirOwn() {
        for (int step = 1; step <= STEPS; step++) {
            AdamStep adam = AdamStep.of(step, RATE);
            adam.applyInPasses(parameters, first, second, gradient(step), 0, 5);
            adam.applyInPasses(parameters, first, second, gradient(step), 5, COUNT - 5);
        }
        Tolerances.assertClose(parameters, expected(), TOLERANCE);
    }

    @Test
    void rowsStepAndAreSummedUp() {
        float[] sum = new float[COUNT];
        for (int step = 1; step <= STEPS; step++) {
            float[] half = gradient(step);
            for (int i = 0; i < COUNT; i++) {
                half[i] *= 0.5f;
            }
            Arrays.fill(sum, 1);
            AdamStep.of(step, RATE).applyOuter(parameters, first, second, half, 2, sum, -3, COUNT);
        }
        Tolerances.assertClose(parameters, expected(), TOLERANCE);
        for (int i = 0; i < COUNT; i++) {
            assertThat(sum[i]).isEqualTo(1 - 3 * parameters[i]);
        }
    }

    @Test
    void aVanishingGradientMovesNothing() {
        float[] before = parameters.clone();
        AdamStep.of(1, RATE).apply(parameters, first, second, new float[COUNT], 0, COUNT);
        assertThat(parameters).isEqualTo(before);
    }

    private static double[] expected() {
        double[] parameters = RandomImages.widen(RandomImages.signed(COUNT, 1));
        ReferenceAdam adam = new ReferenceAdam(COUNT, RATE);
        for (int step = 1; step <= STEPS; step++) {
            adam.step(parameters, RandomImages.widen(gradient(step)));
        }
        return parameters;
    }

    /** Gradients of many sizes: large ones at first, later ones as small as epsilon. */
    private static float[] gradient(int step) {
        float[] gradient = RandomImages.signed(COUNT, 100 + step);
        for (int i = 0; i < COUNT; i++) {
            gradient[i] *= (float) Math.pow(10, -8.0 * i / COUNT) * 10f / (step + 9);
        }
        return gradient;
    }

    /** The moments of an optimiser before, which the first step ignores. */
    private static float[] used() {
        return RandomImages.amplitudes(COUNT, 2);
    }
}
