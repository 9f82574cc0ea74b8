// SPDX-License-Identifier: Apache-2.0
package fizeau.pinn;

import fizeau.pinn.CollocationProblem.Losses;
import fizeau.pinn.CollocationProblem.Sample;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;

/** The network and its loss in double precision: derivatives by central differences, nothing shared with the jets. */
final class ReferenceField {
    private static final double FIRST = 1e-5;
    private static final double SECOND = 5e-3;

    private final LowRankNetwork network;
    private final double[] parameters;

    ReferenceField(LowRankNetwork network, double[] parameters) {
        this.network = network;
        this.parameters = parameters;
    }

    static LowRankNetwork network(int width, Random random) {
        float[][] c = new float[3][width * width];
        float[][] r = new float[3][width * width];
        for (int layer = 0; layer < 3; layer++) {
            for (int i = 0; i < width * width; i++) {
                c[layer][i] = (float) (random.nextGaussian() / Math.sqrt(width));
                r[layer][i] = (float) (random.nextGaussian() / Math.sqrt(width));
            }
        }
        return new LowRankNetwork(width, c, r);
    }

    static float[] parameters(LowRankNetwork network, Random random) {
        float[] values = new float[network.trainable()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * 0.8);
        }
        return values;
    }

    double value(double x, double t) {
        int h = network.width();
        double[] y = new double[h];
        for (int j = 0; j < h; j++) {
            y[j] = Math.tanh(parameters[j] * x + parameters[h + j] * t + parameters[2 * h + j]);
        }
        for (int layer = 0; layer < 3; layer++) {
            double[] inner = new double[h];
            for (int k = 0; k < h; k++) {
                for (int i = 0; i < h; i++) {
                    inner[k] += y[i] * network.columns()[layer][i * h + k];
                }
                inner[k] *= parameters[3 * h + layer * h + k];
            }
            double[] next = new double[h];
            for (int j = 0; j < h; j++) {
                for (int k = 0; k < h; k++) {
                    next[j] += inner[k] * network.rows()[layer][k * h + j];
                }
                next[j] = Math.tanh(next[j]);
            }
            y = next;
        }
        double u = parameters[7 * h];
        for (int j = 0; j < h; j++) {
            u += y[j] * parameters[6 * h + j];
        }
        return u;
    }

    double dx(double x, double t) {
        return (value(x + FIRST, t) - value(x - FIRST, t)) / (2 * FIRST);
    }

    double dt(double x, double t) {
        return (value(x, t + FIRST) - value(x, t - FIRST)) / (2 * FIRST);
    }

    double dxx(double x, double t) {
        return second(h -> value(x + h, t));
    }

    double dtt(double x, double t) {
        return second(h -> value(x, t + h));
    }

    /** Fourth-order difference: its rounding is small enough to be differentiated once more. */
    private static double second(DoubleUnaryOperator f) {
        double h = SECOND;
        double near = f.applyAsDouble(h) + f.applyAsDouble(-h);
        double far = f.applyAsDouble(2 * h) + f.applyAsDouble(-2 * h);
        return (16 * near - far - 30 * f.applyAsDouble(0)) / (12 * h * h);
    }

    Losses losses(CollocationProblem problem) {
        double data = 0;
        double residual = 0;
        double boundary = 0;
        double scale = problem.scale();
        for (int p = 0; p < problem.points(); p++) {
            double x = problem.x()[p];
            double t = problem.t()[p];
            double u = scale * value(x, t) + problem.mean();
            double ux = scale * dx(x, t);
            double ut = scale * dt(x, t);
            double second = problem.second() == null
                    ? 0
                    : scale
                            * (problem.second().xx() * dxx(x, t)
                                    + problem.second().tt() * dtt(x, t));
            for (Sample sample : problem.samples()) {
                PolynomialOperator o = sample.operator();
                double f = o.ut() * ut
                        + o.ux() * ux
                        + o.uux() * u * ux
                        + o.second() * second
                        + o.u1() * u
                        + o.u3() * u * u * u
                        - sample.source()[p];
                double e = u - sample.truth()[p];
                data += e * e / problem.trainingPoints();
                residual += f * f / problem.trainingPoints();
                if (problem.edgePoints() > 0) {
                    boundary += problem.edges()[p] * e * e / (problem.samples().size() * (double) problem.edgePoints());
                }
            }
        }
        for (float t : problem.pairs().t()) {
            double difference = scale
                    * (value(problem.pairs().lowerX(), t)
                            - value(problem.pairs().upperX(), t));
            boundary += difference * difference / problem.pairs().count();
        }
        return new Losses(data, residual, boundary);
    }
}
