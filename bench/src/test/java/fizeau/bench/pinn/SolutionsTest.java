// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.bench.pinn.Equation.Domain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The true solutions solve their equations, to the accuracy that is claimed for them. */
class SolutionsTest {
    private static final double H = 1e-3;

    @ParameterizedTest
    @CsvSource({"0.5,0.5,0.3", "2.3,2.5,0.3", "1.4,1.5,0.1", "2.3,0.5,0.01", "2.3,2.5,0.01"})
    void burgersSolvesItsEquationAndDoesNotDependOnTheStep(double a, double k, double nu) {
        double step = BurgersSolution.STEP;
        for (double x : new double[] {-1, -0.73, -0.31, 0, 0.2, 0.64, 1}) {
            for (double t : new double[] {1 / 63.0, 0.1, 0.35, 1}) {
                double u = BurgersSolution.at(x, t, a, k, nu, step);
                assertThat(u).isCloseTo(BurgersSolution.at(x, t, a, k, nu, step / 2), within(1e-9));
                double h = H * Math.min(1, 10 * nu);
                double ahead = BurgersSolution.at(x + h, t, a, k, nu, step);
                double behind = BurgersSolution.at(x - h, t, a, k, nu, step);
                double ux = (ahead - behind) / (2 * h);
                double uxx = (ahead - 2 * u + behind) / (h * h);
                double ut =
                        (BurgersSolution.at(x, t + h, a, k, nu, step) - BurgersSolution.at(x, t - h, a, k, nu, step))
                                / (2 * h);
                double size = Math.abs(ut) + Math.abs(u * ux) + Math.abs(nu * uxx) + 1;
                assertThat(ut + u * ux - nu * uxx).isCloseTo(0, within(2e-2 * size));
            }
        }
        assertThat(BurgersSolution.at(0.3, 1e-9, a, k, nu, step))
                .isCloseTo(a * Math.sin(k * Math.PI * 0.3), within(1e-5));
    }

    @Test
    void allenCahnIsWithinItsClaimOfARefinedSolution() {
        Nodes nodes = new Nodes(Equation.ALLEN_CAHN.domain(), 64);
        for (double[] p : new double[][] {{1e-4, 1}, {1e-3, 5}, {1e-3, 1}}) {
            double[] used = Equation.ALLEN_CAHN.truth(p, nodes);
            double[] refined = AllenCahnSolution.solve(p[0], p[1], nodes, 192, 8);
            assertThat(largestDifference(used, refined)).isLessThan(2e-4);
        }
    }

    @Test
    void allenCahnDiffusesAndReactsAsKnownExactly() {
        Nodes nodes = new Nodes(new Domain(-1, 1, 0, 1), 33);
        double lam = 3;
        double[] reacted = AllenCahnSolution.solve(0, lam, nodes, 1, 1);
        double[] diffused = AllenCahnSolution.solve(0.3, 0, nodes, 32, 32);
        for (int node = 0; node < nodes.count(); node++) {
            double x = nodes.x(node);
            double t = nodes.t(node);
            double start = x * x * Math.cos(Math.PI * x);
            double growth = Math.exp(lam * t);
            assertThat(reacted[node])
                    .isCloseTo(start * growth / Math.sqrt(1 + start * start * (growth * growth - 1)), within(1e-12));
            if (t > 0) { // the series of a kink converges slowly, and fast once it has begun to fade
                assertThat(diffused[node]).isCloseTo(fourier(x, 0.09 * t), within(4e-4));
            }
        }
    }

    /** Cosine series of x^2 cos(pi x) on -1 to 1, each term faded by diffusion; coefficients by the midpoint rule. */
    private static double fourier(double x, double spread) {
        double sum = 0;
        int parts = 4000;
        for (int n = 0; n <= 60; n++) {
            double coefficient = 0;
            for (int i = 0; i < parts; i++) {
                double y = (i + 0.5) / parts;
                coefficient += y * y * Math.cos(Math.PI * y) * Math.cos(n * Math.PI * y) / parts;
            }
            double weight = n == 0 ? 1 : 2;
            sum += weight * coefficient * Math.exp(-n * n * Math.PI * Math.PI * spread) * Math.cos(n * Math.PI * x);
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({"CONVECTION", "HELMHOLTZ"})
    void closedFormsSolveTheirEquations(Equation equation) {
        double[] p = equation == Equation.CONVECTION ? new double[] {7.3} : new double[] {1.3, 2.1, 0.9};
        Nodes nodes = new Nodes(new Domain(0.1, 0.1 + 2 * H, 0.2, 0.2 + 2 * H), 3);
        double[] u = equation.truth(p, nodes);
        double[] q = equation.source(p, nodes);
        double ux = (u[5] - u[3]) / (2 * H);
        double ut = (u[7] - u[1]) / (2 * H);
        double laplacian = (u[5] + u[3] + u[7] + u[1] - 4 * u[4]) / (H * H);
        var o = equation.operator(p);
        double residual = o.ut() * ut
                + (o.ux() + o.uux() * u[4]) * ux
                + o.second() * laplacian
                + o.u1() * u[4]
                + o.u3() * Math.pow(u[4], 3)
                - q[4];
        assertThat(residual).isCloseTo(0, within(1e-3));
        assertThat(Math.abs(ut) + Math.abs(laplacian)).isGreaterThan(0.5);
    }

    private static double largestDifference(double[] a, double[] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }
}
