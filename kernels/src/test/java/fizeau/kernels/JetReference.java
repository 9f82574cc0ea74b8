// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * What {@code jets.cu} computes, in double precision: derivatives by Taylor's rules point by point, the gradient by central
 * differences of the loss, so that nothing is shared with the way back on the device.
 */
record JetReference(int width, double[] columns, double[] rows, Problem problem) {

    private static final double STEP = 1e-4;

    /**
     * Equations on points.
     *
     * @param source samples after each other, as {@code truth} and {@code operators}
     * @param edgePoints of one edge; 0 for none
     */
    record Problem(
            double[] x,
            double[] t,
            double[] edges,
            double[] pairT,
            double[] source,
            double[] truth,
            double[] operators,
            int samples,
            int edgePoints,
            double lowerX,
            double upperX,
            double mean,
            double scale,
            double xx,
            double tt) {}

    /** C diag(alpha) R of one square layer. */
    double[] compose(double[] parameters, int layer) {
        int h = width;
        double[] matrix = new double[h * h];
        for (int i = 0; i < h; i++) {
            for (int j = 0; j < h; j++) {
                for (int k = 0; k < h; k++) {
                    matrix[i * h + j] += columns[(layer * h + i) * h + k]
                            * parameters[(3 + layer) * h + k]
                            * rows[(layer * h + k) * h + j];
                }
            }
        }
        return matrix;
    }

    /** u, u_x, u_t and the second-order channel at a point. */
    double[] jet(double[] parameters, double[][] matrices, double x, double t) {
        int h = width;
        double[][] z = new double[4][h];
        for (int j = 0; j < h; j++) {
            z[0][j] = parameters[j] * x + parameters[h + j] * t + parameters[2 * h + j];
            z[1][j] = parameters[j];
            z[2][j] = parameters[h + j];
        }
        double[][] y = behindTanh(z);
        for (double[] matrix : matrices) {
            z = new double[4][h];
            for (int channel = 0; channel < 4; channel++) {
                for (int i = 0; i < h; i++) {
                    for (int j = 0; j < h; j++) {
                        z[channel][j] += y[channel][i] * matrix[i * h + j];
                    }
                }
            }
            y = behindTanh(z);
        }
        double[] jet = {parameters[7 * h], 0, 0, 0};
        for (int channel = 0; channel < 4; channel++) {
            for (int j = 0; j < h; j++) {
                jet[channel] += y[channel][j] * parameters[6 * h + j];
            }
        }
        return jet;
    }

    private double[][] behindTanh(double[][] z) {
        double[][] y = new double[4][width];
        for (int j = 0; j < width; j++) {
            double value = Math.tanh(z[0][j]);
            double slope = 1 - value * value;
            double square = problem.xx * z[1][j] * z[1][j] + problem.tt * z[2][j] * z[2][j];
            y[0][j] = value;
            y[1][j] = slope * z[1][j];
            y[2][j] = slope * z[2][j];
            y[3][j] = slope * (z[3][j] - 2 * value * square);
        }
        return y;
    }

    double[][] matrices(double[] parameters) {
        return new double[][] {compose(parameters, 0), compose(parameters, 1), compose(parameters, 2)};
    }

    double[] field(double[] parameters) {
        double[][] matrices = matrices(parameters);
        double[] field = new double[problem.x.length];
        for (int point = 0; point < field.length; point++) {
            field[point] =
                    problem.scale * jet(parameters, matrices, problem.x[point], problem.t[point])[0] + problem.mean;
        }
        return field;
    }

    /** Data, residual and boundary. */
    double[] losses(double[] parameters) {
        Problem q = problem;
        double[][] matrices = matrices(parameters);
        int points = q.x.length;
        double[] losses = new double[3];
        for (int point = 0; point < points; point++) {
            double[] jet = jet(parameters, matrices, q.x[point], q.t[point]);
            double u = q.scale * jet[0] + q.mean;
            for (int sample = 0; sample < q.samples; sample++) {
                int at = sample * points + point;
                int term = 6 * sample;
                double f = q.operators[term] * q.scale * jet[2]
                        + (q.operators[term + 1] + q.operators[term + 2] * u) * q.scale * jet[1]
                        + q.operators[term + 3] * q.scale * jet[3]
                        + q.operators[term + 4] * u
                        + q.operators[term + 5] * u * u * u
                        - q.source[at];
                double error = u - q.truth[at];
                losses[0] += error * error / (q.samples * points);
                losses[1] += f * f / (q.samples * points);
                losses[2] +=
                        q.edgePoints == 0 ? 0 : q.edges[point] * error * error / (q.samples * (double) q.edgePoints);
            }
        }
        for (double t : q.pairT) {
            double difference =
                    q.scale * (jet(parameters, matrices, q.lowerX, t)[0] - jet(parameters, matrices, q.upperX, t)[0]);
            losses[2] += difference * difference / q.pairT.length;
        }
        return losses;
    }

    /** Of the sum of the losses. */
    double[] gradient(double[] parameters) {
        double[] moved = parameters.clone();
        double[] gradient = new double[moved.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = parameters[i] + STEP;
            double above = total(moved);
            moved[i] = parameters[i] - STEP;
            gradient[i] = (above - total(moved)) / (2 * STEP);
            moved[i] = parameters[i];
        }
        return gradient;
    }

    private double total(double[] parameters) {
        double[] losses = losses(parameters);
        return losses[0] + losses[1] + losses[2];
    }
}
