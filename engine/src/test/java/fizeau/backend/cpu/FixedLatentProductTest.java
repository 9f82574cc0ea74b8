// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.testkit.RandomImages;
import fizeau.testkit.ReferenceAdam;
import fizeau.testkit.Tolerances;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Three vectors against Adam on the whole matrix in double precision. */
class FixedLatentProductTest {
    private static final int INPUTS = 23;
    private static final int OUTPUTS = 48;
    private static final int STEPS = 300;
    private static final double RATE = 1e-3;

    /** A sample with its own optimiser, then another; columns that see no gradient, and one of epsilon's size. */
    @Test
    void theProductMovesAsThatOfTheWholeMatrix() {
        float[] latent = RandomImages.signed(INPUTS, 1);
        latent[4] = 0;
        latent[7] = 1e-6f;
        float[] weight = RandomImages.signed(INPUTS * OUTPUTS, 2);
        double[] matrix = RandomImages.widen(weight);
        float[][] partial = new float[3][OUTPUTS];
        for (int i = 0; i < INPUTS; i++) {
            for (int j = 0; j < OUTPUTS; j++) {
                partial[i % 3][j] += latent[i] * weight[i * OUTPUTS + j];
            }
        }
        FixedLatentProduct product = new FixedLatentProduct(latent, INPUTS, partial);
        for (int sample = 0; sample < 2; sample++) {
            ReferenceAdam reference = new ReferenceAdam(matrix.length, RATE);
            for (int step = 1; step <= STEPS; step++) {
                float[] gradient = gradient(1000 * sample + step);
                AdamStep adam = AdamStep.of(step, RATE);
                for (int worker = 0; worker < 3; worker++) {
                    product.stepAndMultiply(adam, latent, null, null, gradient, worker, 3);
                }
                reference.step(matrix, outer(latent, gradient));
            }
        }
        double[] expected = new double[OUTPUTS];
        float[] actual = new float[OUTPUTS];
        for (int j = 0; j < OUTPUTS; j++) {
            for (int i = 0; i < INPUTS; i++) {
                expected[j] += latent[i] * matrix[i * OUTPUTS + j];
            }
            for (float[] part : partial) {
                actual[j] += part[j];
            }
        }
        Tolerances.assertClose(actual, expected, 1e-5);
    }

    private static float[] gradient(int seed) {
        float[] gradient = RandomImages.signed(OUTPUTS, seed);
        Arrays.fill(gradient, 3, 6, 0);
        gradient[9] *= 1e-8f;
        return gradient;
    }

    private static double[] outer(float[] latent, float[] gradient) {
        double[] outer = new double[INPUTS * OUTPUTS];
        for (int i = 0; i < INPUTS; i++) {
            for (int j = 0; j < OUTPUTS; j++) {
                outer[i * OUTPUTS + j] = (double) latent[i] * gradient[j];
            }
        }
        return outer;
    }
}
