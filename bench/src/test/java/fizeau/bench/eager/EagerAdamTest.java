// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.eager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.optics.Shape;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class EagerAdamTest {

    private static final int COUNT = 12;
    private static final double LEARNING_RATE = 0.01;

    @Test
    void followsThePublishedAlgorithm() {
        float[] start = EagerFixture.random(COUNT, 1);
        double[] expected = EagerFixture.doubles(start);
        double[] first = new double[COUNT];
        double[] second = new double[COUNT];
        float[] values = new float[COUNT];
        try (PointerScope scope = new PointerScope()) {
            Tensor parameter = EagerTensors.image(start, new Shape(3, 4));
            parameter.set_requires_grad(true);
            try (EagerAdam adam = new EagerAdam(List.of(parameter), LEARNING_RATE)) {
                for (int step = 1; step <= 20; step++) {
                    // Gradients of both signs and of very different sizes, one of them zero.
                    float[] gradient = EagerFixture.random(COUNT, 100 + step);
                    for (int i = 0; i < COUNT; i++) {
                        gradient[i] = i == 0 ? 0 : (float) ((gradient[i] - 0.4) * Math.pow(10, -i));
                    }
                    parameter.mutable_grad().reset();
                    torch.mul(parameter, EagerTensors.image(gradient, new Shape(3, 4)))
                            .sum()
                            .backward();
                    adam.step();
                    step(expected, first, second, gradient, step);
                }
            }
            EagerTensors.read(parameter, values, 0, COUNT);
        }
        for (int i = 0; i < COUNT; i++) {
            assertThat((double) values[i]).as("parameter %d", i).isCloseTo(expected[i], within(2e-6));
        }
        assertThat(values[0]).isEqualTo(start[0]);
    }

    private static void step(double[] x, double[] m, double[] v, float[] g, int t) {
        for (int i = 0; i < x.length; i++) {
            m[i] = 0.9 * m[i] + 0.1 * g[i];
            v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
            double unbiasedFirst = m[i] / (1 - Math.pow(0.9, t));
            double unbiasedSecond = v[i] / (1 - Math.pow(0.999, t));
            x[i] -= LEARNING_RATE * unbiasedFirst / (Math.sqrt(unbiasedSecond) + 1e-8);
        }
    }
}
