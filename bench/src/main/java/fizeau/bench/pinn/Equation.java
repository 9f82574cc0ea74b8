// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import fizeau.pinn.PolynomialOperator;
import fizeau.pinn.SecondOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The four equations: residual, ranges of their parameters, domain, boundary, learning rate and true solution. The second
 * coordinate is time, of the Helmholtz equation the second place.
 */
public enum Equation {
    /** {@code u_t - eps^2 u_xx + lam (u^3 - u)}, from {@code x^2 cos(pi x)}, periodic. */
    ALLEN_CAHN(
            "allen_cahn",
            "Allen--Cahn",
            List.of(new Range("eps", 1e-4, 1e-3), new Range("lam", 1, 5)),
            new Domain(-1, 1, 0, 1),
            2.5e-4,
            "exact reaction and Crank-Nicolson diffusion, Strang splitting, 64 points and 4 steps between nodes: within 2e-4 of its own refinement") {
        @Override
        PolynomialOperator operator(double[] p) {
            return PolynomialOperator.TIME_DERIVATIVE.withSecond(-p[0] * p[0]).withReaction(-p[1], p[1]);
        }

        @Override
        double[] truth(double[] p, Nodes nodes) {
            return AllenCahnSolution.solve(p[0], p[1], nodes, 64, 4);
        }
    },

    /** {@code u_t + u u_x - nu u_xx}, from {@code A sin(k pi x)} on the whole line. */
    BURGERS(
            "burgers",
            "Burgers",
            List.of(new Range("A", 0.5, 2.3), new Range("k", 0.5, 2.5), new Range("nu", 0.01, 0.3)),
            new Domain(-1, 1, 0, 1),
            2.5e-4,
            "Cole and Hopf's exact solution on the line, its integrals by the trapezoidal rule: within 1e-9 of its own refinement") {
        @Override
        PolynomialOperator operator(double[] p) {
            return PolynomialOperator.TIME_DERIVATIVE.selfAdvected().withSecond(-p[2]);
        }

        @Override
        double[] truth(double[] p, Nodes nodes) {
            return nodes.map((x, t) -> BurgersSolution.at(x, t, p[0], p[1], p[2], BurgersSolution.STEP));
        }
    },

    /**
     * {@code u_t + beta u_x - nu u_xx + rho u}: convection, diffusion and reaction with the last two zero; periodic. The
     * reference implementation evaluates all of it, the second derivative too, and so do all variants here.
     */
    CONVECTION(
            "convection",
            "Convection",
            List.of(new Range("beta", 0.7, 30)),
            new Domain(0, 2 * Math.PI, 0, 1),
            1e-3,
            "exact: 1 + sin(x - beta t)") {
        @Override
        PolynomialOperator operator(double[] p) {
            return PolynomialOperator.TIME_DERIVATIVE
                    .advectedBy(p[0])
                    .withSecond(0)
                    .withReaction(0, 0);
        }

        @Override
        double[] truth(double[] p, Nodes nodes) {
            return nodes.map((x, t) -> 1 + Math.sin(x - p[0] * t));
        }
    },

    /** {@code u_xx + u_yy + k^2 u - q} with q made for {@code sin(a1 pi x) sin(a2 pi y)}; the truth on four edges. */
    HELMHOLTZ(
            "helmholtz2D",
            "Helmholtz",
            List.of(new Range("a1", 0.5, 5), new Range("a2", 0.5, 5), new Range("k", 0.5, 5)),
            new Domain(-1, 1, -1, 1),
            2.5e-4,
            "exact: sin(a1 pi x) sin(a2 pi y)") {
        @Override
        PolynomialOperator operator(double[] p) {
            return PolynomialOperator.TIME_DERIVATIVE.stationary().withSecond(1).withReaction(p[2] * p[2], 0);
        }

        @Override
        double[] truth(double[] p, Nodes nodes) {
            return nodes.map((x, y) -> Math.sin(p[0] * Math.PI * x) * Math.sin(p[1] * Math.PI * y));
        }

        @Override
        double[] source(double[] p, Nodes nodes) {
            double factor = p[2] * p[2] - Math.PI * Math.PI * (p[0] * p[0] + p[1] * p[1]);
            double[] truth = truth(p, nodes);
            return Arrays.stream(truth).map(u -> factor * u).toArray();
        }
    };

    /** What a parameter may be. */
    public record Range(String name, double low, double high) {}

    /** Rectangle of the two coordinates, its ends included. */
    public record Domain(double lowX, double highX, double lowT, double highT) {}

    private final String word;
    private final String tableName;
    private final List<Range> parameters;
    private final Domain domain;
    private final double learningRate;
    private final String accuracy;

    Equation(
            String word,
            String tableName,
            List<Range> parameters,
            Domain domain,
            double learningRate,
            String accuracy) {
        this.word = word;
        this.tableName = tableName;
        this.parameters = parameters;
        this.domain = domain;
        this.learningRate = learningRate;
        this.accuracy = accuracy;
    }

    /** Finds an equation by its word. */
    public static Equation parse(String word) {
        return Arrays.stream(values())
                .filter(equation -> equation.word.equalsIgnoreCase(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("equation " + word + " is unknown: use " + words()));
    }

    /** The words of all, as a sentence lists them. */
    public static String words() {
        return Arrays.stream(values()).map(Equation::word).collect(Collectors.joining(", "));
    }

    /** Its name in options and results. */
    public String word() {
        return word;
    }

    /** Its name in LaTeX tables. */
    public String tableName() {
        return tableName;
    }

    public List<Range> parameters() {
        return parameters;
    }

    public Domain domain() {
        return domain;
    }

    public double learningRate() {
        return learningRate;
    }

    /** How the truth is computed and how far it may be off. */
    public String accuracy() {
        return accuracy;
    }

    /** Whether the loss asks for the truth on four edges rather than for equal fields at both ends of x. */
    boolean edges() {
        return this == HELMHOLTZ;
    }

    /** The second-order channel of the residual. */
    SecondOrder second() {
        return this == HELMHOLTZ ? SecondOrder.LAPLACIAN : SecondOrder.XX;
    }

    abstract PolynomialOperator operator(double[] parameters);

    /** The solution at all nodes, in their order. */
    abstract double[] truth(double[] parameters, Nodes nodes);

    /** The source q at all nodes. */
    double[] source(double[] parameters, Nodes nodes) {
        return new double[nodes.count()];
    }
}
