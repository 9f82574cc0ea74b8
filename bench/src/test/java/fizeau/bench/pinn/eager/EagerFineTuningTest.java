// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn.eager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.bench.pinn.Equation;
import fizeau.bench.pinn.PinnSetup;
import fizeau.bench.pinn.PinnWorkload;
import fizeau.pinn.CollocationProblem.Losses;
import fizeau.pinn.FineTuning;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Automatic differentiation in 64 bits is the reference of every gradient, that of TorchScript included. */
class EagerFineTuningTest {

    @ParameterizedTest
    @EnumSource(Equation.class)
    void allWaysGiveTheLossesAndTheGradientOfDoublePrecision(Equation equation) {
        PinnSetup setup = PinnSetup.of(new PinnWorkload(equation.word(), 2, 12, 1, 1e-3, 0, null));
        float[] exact = new float[setup.initialParameters().length];
        Losses expected = eager(setup, false, true, exact);
        check(expected, exact, eager(setup, false, false, exact.clone()), gradient(setup, false), 1e-4);
        check(expected, exact, eager(setup, true, false, exact.clone()), gradient(setup, true), 1e-4);
        float[] jets = new float[exact.length];
        try (FineTuning fused = new FineTuning(
                setup.problem(),
                setup.network(),
                setup.initialParameters(),
                new FineTuning.Settings(1e-3, 0, true, 2, 64))) {
            check(expected, exact, fused.gradient(jets), jets, 1e-4);
        }
    }

    private static float[] gradient(PinnSetup setup, boolean scripted) {
        float[] gradient = new float[setup.initialParameters().length];
        eager(setup, scripted, false, gradient);
        return gradient;
    }

    private static Losses eager(PinnSetup setup, boolean scripted, boolean wide, float[] gradient) {
        try (EagerFineTuning session = new EagerFineTuning(
                setup.problem(), setup.network(), setup.initialParameters(), 1e-3, 0, scripted, wide)) {
            Losses losses = session.gradient(gradient);
            for (int again = 0; again < 3; again++) { // TorchScript recompiles after it has seen shapes
                losses = session.gradient(gradient);
            }
            return losses;
        }
    }

    private static void check(Losses expected, float[] exact, Losses found, float[] gradient, double tolerance) {
        assertThat(found.data()).isCloseTo(expected.data(), within(1e-5 * expected.data()));
        assertThat(found.residual()).isCloseTo(expected.residual(), within(1e-4 * expected.residual()));
        assertThat(found.boundary()).isCloseTo(expected.boundary(), within(1e-4 * expected.total()));
        double norm = 0;
        double difference = 0;
        for (int i = 0; i < exact.length; i++) {
            norm += (double) exact[i] * exact[i];
            difference += Math.pow(exact[i] - (double) gradient[i], 2);
        }
        assertThat(norm).isPositive();
        assertThat(Math.sqrt(difference / norm)).isLessThan(tolerance);
    }
}
