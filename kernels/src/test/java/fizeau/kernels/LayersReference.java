// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/** What stands between convolutions and matrix products, in double precision. */
final class LayersReference {

    private LayersReference() {}

    static double[] maxPool(double[] source, int inEdge, int window, int stride, int padding) {
        int maps = source.length / (inEdge * inEdge);
        int edge = (inEdge + 2 * padding - window) / stride + 1;
        double[] target = new double[maps * edge * edge];
        for (int i = 0; i < target.length; i++) {
            int map = i / (edge * edge);
            double largest = Double.NEGATIVE_INFINITY;
            for (int tap = 0; tap < window * window; tap++) {
                int row = i / edge % edge * stride - padding + tap / window;
                int column = i % edge * stride - padding + tap % window;
                if (row >= 0 && row < inEdge && column >= 0 && column < inEdge) {
                    largest = Math.max(largest, source[(map * inEdge + row) * inEdge + column]);
                }
            }
            target[i] = largest;
        }
        return target;
    }

    static double[] meanRows(double[] source, int columns) {
        double[] means = new double[source.length / columns];
        for (int i = 0; i < source.length; i++) {
            means[i / columns] += source[i] / columns;
        }
        return means;
    }

    static double[] layerNorm(double[] source, double[] gamma, double[] beta, double epsilon) {
        int columns = gamma.length;
        double[] means = meanRows(source, columns);
        double[] squares = new double[source.length];
        for (int i = 0; i < source.length; i++) {
            squares[i] = Math.pow(source[i] - means[i / columns], 2);
        }
        double[] variances = meanRows(squares, columns);
        double[] target = new double[source.length];
        for (int i = 0; i < source.length; i++) {
            int row = i / columns;
            int column = i % columns;
            target[i] = gamma[column] * (source[i] - means[row]) / Math.sqrt(variances[row] + epsilon) + beta[column];
        }
        return target;
    }

    static double[] softmaxRows(double[] values, int columns) {
        double[] target = new double[values.length];
        for (int from = 0; from < values.length; from += columns) {
            double sum = 0;
            for (int i = from; i < from + columns; i++) {
                target[i] = Math.exp(values[i] - values[from]);
                sum += target[i];
            }
            for (int i = from; i < from + columns; i++) {
                target[i] /= sum;
            }
        }
        return target;
    }

    /** @param bias of each column; {@code residual} of each value; both may be null */
    static double[] finishRows(
            double[] source,
            double[] bias,
            double[] residual,
            int columns,
            FinishRowsParameters.Activation activation) {
        double[] target = new double[source.length];
        for (int i = 0; i < source.length; i++) {
            double sum = source[i] + (bias == null ? 0 : bias[i % columns]) + (residual == null ? 0 : residual[i]);
            target[i] = switch (activation) {
                case NONE -> sum;
                case RELU -> Math.max(0, sum);
                case GELU -> sum * normal(sum);
                case GELU_BY_TANH ->
                    0.5 * sum * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (sum + 0.044715 * Math.pow(sum, 3))));
            };
        }
        return target;
    }

    /** The normal distribution up to a value, by Simpson's rule over its density. */
    private static double normal(double x) {
        int steps = 2000;
        double h = x / steps;
        double sum = 0;
        for (int i = 0; i <= steps; i++) {
            double weight = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.exp(-0.5 * Math.pow(i * h, 2));
        }
        return 0.5 + sum * h / 3 / Math.sqrt(2 * Math.PI);
    }

    /** Element by element, over the elements that {@code sizes} count. */
    static double[] copyStrided(double[] source, double[] target, long[] sizes, long[] from, long[] to) {
        double[] copied = target.clone();
        for (int a = 0; a < sizes[0]; a++) {
            for (int b = 0; b < sizes[1]; b++) {
                for (int c = 0; c < sizes[2]; c++) {
                    for (int d = 0; d < sizes[3]; d++) {
                        copied[(int) (a * to[0] + b * to[1] + c * to[2] + d * to[3])] =
                                source[(int) (a * from[0] + b * from[1] + c * from[2] + d * from[3])];
                    }
                }
            }
        }
        return copied;
    }
}
