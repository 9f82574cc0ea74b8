// SPDX-License-Identifier: Apache-2.0
package fizeau.pinn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.pinn.CollocationProblem.Losses;
import fizeau.pinn.CollocationProblem.Pairs;
import fizeau.pinn.CollocationProblem.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jets, losses, gradients and steps against double precision and finite differences. */
class FineTuningTest {
    private static final int NY = 5;
    private static final int NX = 7;

    @Test
    void jetsAreTheDerivatives() {
        Random random = new Random(1);
        LowRankNetwork network = ReferenceField.network(9, random);
        float[] parameters = ReferenceField.parameters(network, random);
        ReferenceField reference = new ReferenceField(network, widen(parameters));
        List<SecondOrder> operators =
                List.of(SecondOrder.XX, SecondOrder.TT, SecondOrder.LAPLACIAN, new SecondOrder(0.5f, -2));
        int points = 6;
        float[] x = new float[points];
        float[] t = new float[points];
        for (int i = 0; i < points; i++) {
            x[i] = (float) random.nextGaussian();
            t[i] = (float) random.nextGaussian();
        }
        try (JetNetwork jets = new JetNetwork(network, operators, points)) {
            jets.begin(parameters);
            float[][] found = jets.forward(x, t);
            for (int i = 0; i < points; i++) {
                double xx = reference.dxx(x[i], t[i]);
                double tt = reference.dtt(x[i], t[i]);
                double[] expected = {
                    reference.value(x[i], t[i]),
                    reference.dx(x[i], t[i]),
                    reference.dt(x[i], t[i]),
                    xx,
                    tt,
                    xx + tt,
                    0.5 * xx - 2 * tt
                };
                for (int channel = 0; channel < expected.length; channel++) {
                    assertThat((double) found[channel][i])
                            .as("channel %d at point %d", channel, i)
                            .isCloseTo(expected[channel], within(2e-5 * (1 + Math.abs(expected[channel]))));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void lossesAndGradientAreThoseOfTheReference(boolean pairs, boolean secondOrder) {
        Random random = new Random(2);
        LowRankNetwork network = ReferenceField.network(6, random);
        float[] parameters = ReferenceField.parameters(network, random);
        CollocationProblem problem = problem(random, pairs, secondOrder ? new SecondOrder(1, 0.7f) : null);
        float[] gradient = new float[parameters.length];
        Losses losses;
        try (FineTuning tuning = new FineTuning(problem, network, parameters, settings(false, 2, 16))) {
            losses = tuning.gradient(gradient);
        }
        double[] wide = widen(parameters);
        Losses expected = new ReferenceField(network, wide).losses(problem);
        assertThat(losses.data()).isCloseTo(expected.data(), within(1e-5 * expected.data()));
        assertThat(losses.residual()).isCloseTo(expected.residual(), within(1e-5 * expected.residual()));
        assertThat(expected.boundary()).isPositive();
        assertThat(losses.boundary()).isCloseTo(expected.boundary(), within(1e-5 * expected.boundary()));

        double largest = 0;
        double[] slopes = new double[wide.length];
        for (int i = 0; i < wide.length; i++) {
            double kept = wide[i];
            wide[i] = kept + 3e-4;
            double above = new ReferenceField(network, wide).losses(problem).total();
            wide[i] = kept - 3e-4;
            double below = new ReferenceField(network, wide).losses(problem).total();
            wide[i] = kept;
            slopes[i] = (above - below) / 6e-4;
            largest = Math.max(largest, Math.abs(slopes[i]));
        }
        assertThat(largest).isGreaterThan(0.1);
        for (int i = 0; i < slopes.length; i++) {
            assertThat((double) gradient[i]).as("parameter %d", i).isCloseTo(slopes[i], within(2e-5 * largest));
        }
    }

    @ParameterizedTest
    @CsvSource({"true,1,16", "true,2,128", "false,1,128", "false,3,6"})
    void sharingThreadsAndBlocksChangeNothingButRounding(boolean shared, int threads, int blockPoints) {
        for (boolean pairs : new boolean[] {true, false}) {
            Random random = new Random(3);
            LowRankNetwork network = ReferenceField.network(8, random);
            float[] parameters = ReferenceField.parameters(network, random);
            CollocationProblem problem = problem(random, pairs, SecondOrder.XX);
            float[] one = new float[parameters.length];
            float[] other = new float[parameters.length];
            try (FineTuning plain = new FineTuning(problem, network, parameters, settings(false, 1, 32));
                    FineTuning varied =
                            new FineTuning(problem, network, parameters, settings(shared, threads, blockPoints))) {
                Losses a = plain.gradient(one);
                Losses b = varied.gradient(other);
                assertThat(b.total()).isCloseTo(a.total(), within(1e-6 * a.total()));
                float largest = 0;
                for (float value : one) {
                    largest = Math.max(largest, Math.abs(value));
                }
                assertThat(other).containsExactly(one, Offset.offset(1e-5f * largest));
            }
        }
    }

    @Test
    void stepsAreThoseOfAdamInDoublePrecision() {
        Random random = new Random(4);
        LowRankNetwork network = ReferenceField.network(6, random);
        float[] parameters = ReferenceField.parameters(network, random);
        CollocationProblem problem = problem(random, true, SecondOrder.LAPLACIAN);
        double rate = 1e-3;
        double decay = 0.1;
        double[] expected = widen(parameters);
        double[] m = new double[parameters.length];
        double[] v = new double[parameters.length];
        float[] gradient = new float[parameters.length];
        try (FineTuning tuning =
                new FineTuning(problem, network, parameters, new FineTuning.Settings(rate, decay, true, 2, 16))) {
            double first = tuning.gradient(gradient).total();
            double last = 0;
            for (int step = 1; step <= 20; step++) {
                tuning.gradient(gradient);
                for (int i = 0; i < expected.length; i++) {
                    m[i] = 0.9 * m[i] + 0.1 * gradient[i];
                    v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i];
                    double root = Math.sqrt(v[i] / (1 - Math.pow(0.999, step))) + 1e-8;
                    expected[i] -= rate * decay * expected[i] + rate * (m[i] / (1 - Math.pow(0.9, step))) / root;
                }
                last = tuning.step().total();
            }
            float[] found = tuning.parameters();
            for (int i = 0; i < found.length; i++) {
                assertThat((double) found[i]).isCloseTo(expected[i], within(1e-5));
            }
            assertThat(last).isLessThan(first);
        }
    }

    @Test
    void fieldIsThePhysicalOne() {
        Random random = new Random(5);
        LowRankNetwork network = ReferenceField.network(6, random);
        float[] parameters = ReferenceField.parameters(network, random);
        CollocationProblem problem = problem(random, true, null);
        ReferenceField reference = new ReferenceField(network, widen(parameters));
        try (FineTuning tuning = new FineTuning(problem, network, parameters, settings(true, 1, 16))) {
            float[] field = tuning.field();
            for (int p = 0; p < field.length; p++) {
                double expected = problem.scale() * reference.value(problem.x()[p], problem.t()[p]) + problem.mean();
                assertThat((double) field[p]).isCloseTo(expected, within(1e-5));
            }
        }
    }

    @Test
    void countsAreThoseOfThePublishedModel() {
        LowRankNetwork network = ReferenceField.network(50, new Random(6));
        assertThat(network.trainable()).isEqualTo(351);
        assertThat(network.parameters()).isEqualTo(15_351);
    }

    @Test
    void refusesWhatDoesNotFit() {
        Random random = new Random(7);
        LowRankNetwork network = ReferenceField.network(4, random);
        CollocationProblem problem = problem(random, true, null);
        assertThatThrownBy(() -> new FineTuning(problem, network, new float[3], settings(true, 1, 16)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("trains 29 numbers, got 3");
        assertThatThrownBy(() -> settings(true, 0, 16)).isInstanceOf(IllegalArgumentException.class);
        Sample second =
                new Sample(PolynomialOperator.TIME_DERIVATIVE.withSecond(1), new float[NY * NX], new float[NY * NX]);
        assertThatThrownBy(() -> new CollocationProblem(
                        problem.x(), problem.t(), problem.edges(), 0, Pairs.NONE, null, List.of(second), 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("second-order channel");
    }

    private static FineTuning.Settings settings(boolean shared, int threads, int blockPoints) {
        return new FineTuning.Settings(1e-3, 0, shared, threads, blockPoints);
    }

    private static CollocationProblem problem(Random random, boolean pairs, SecondOrder second) {
        float[] x = new float[NY * NX];
        float[] t = new float[NY * NX];
        float[] edges = new float[NY * NX];
        for (int p = 0; p < x.length; p++) {
            x[p] = -1 + 2f * (p % NX) / (NX - 1);
            t[p] = (float) (p / NX) / (NY - 1);
            edges[p] = pairs ? 0 : (p % NX == 0 ? 1 : 0) + (p / NX == 0 ? 1 : 0);
        }
        List<Sample> samples = new ArrayList<>();
        for (int sample = 0; sample < 3; sample++) {
            float[] source = new float[x.length];
            float[] truth = new float[x.length];
            for (int p = 0; p < x.length; p++) {
                source[p] = (float) random.nextGaussian();
                truth[p] = (float) random.nextGaussian();
            }
            PolynomialOperator operator = PolynomialOperator.TIME_DERIVATIVE
                    .selfAdvected()
                    .advectedBy(random.nextGaussian())
                    .withReaction(random.nextGaussian(), random.nextGaussian())
                    .withSecond(second == null ? 0 : random.nextGaussian());
            samples.add(new Sample(operator, source, truth));
        }
        float[] times = {0, 0.2f, 0.4f, 0.6f, 0.8f};
        return new CollocationProblem(
                x, t, edges, pairs ? 0 : 6, pairs ? new Pairs(-1, 1, times) : Pairs.NONE, second, samples, 0.3f, 1.7f);
    }

    private static double[] widen(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }
}
