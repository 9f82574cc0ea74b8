// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.run;

import fizeau.bench.ops.Algebra;
import java.util.Arrays;
import java.util.List;

/** Textbook loops in double precision, one element at a time. */
public final class PlainAlgebra implements Algebra<PlainAlgebra.Values> {

    /** Row-major values. */
    public record Values(long[] dims, double[] all) {
        public static Values zeros(long... dims) {
            return new Values(
                    dims, new double[Math.toIntExact(Arrays.stream(dims).reduce(1, (a, b) -> a * b))]);
        }

        int dim(int i) {
            return Math.toIntExact(dims[i]);
        }
    }

    /** Value at a position of the result. */
    private interface Element {
        double at(int[] position);
    }

    @Override
    public Values convolution(Values x, Values weight, Values bias, int stride, int padding, int groups) {
        int window = weight.dim(2);
        int rows = (x.dim(2) + 2 * padding - window) / stride + 1;
        int columns = (x.dim(3) + 2 * padding - window) / stride + 1;
        return each(
                p -> {
                    double sum = bias == null ? 0 : bias.all[p[1]];
                    for (int c = 0; c < x.dim(1); c++) {
                        for (int i = 0; i < window; i++) {
                            for (int j = 0; j < window; j++) {
                                int y = p[2] * stride + i - padding;
                                int z = p[3] * stride + j - padding;
                                if (y >= 0 && y < x.dim(2) && z >= 0 && z < x.dim(3)) {
                                    sum += at(x, p[0], c, y, z) * at(weight, p[1], c, i, j);
                                }
                            }
                        }
                    }
                    return sum;
                },
                x.dim(0),
                weight.dim(0),
                rows,
                columns);
    }

    @Override
    public Values batchNorm(Values x, Values gamma, Values beta, Values mean, Values variance, double epsilon) {
        return each(
                p -> (at(x, p) - mean.all[p[1]]) / Math.sqrt(variance.all[p[1]] + epsilon) * gamma.all[p[1]]
                        + beta.all[p[1]],
                x.dims);
    }

    @Override
    public Values layerNorm(Values x, long size, Values gamma, Values beta, double epsilon) {
        Values result = Values.zeros(x.dims);
        int width = (int) size;
        for (int from = 0; from < x.all.length; from += width) {
            double mean = Arrays.stream(x.all, from, from + width).average().orElseThrow();
            double variance = Arrays.stream(x.all, from, from + width)
                    .map(value -> (value - mean) * (value - mean))
                    .average()
                    .orElseThrow();
            for (int i = 0; i < width; i++) {
                result.all[from + i] =
                        (x.all[from + i] - mean) / Math.sqrt(variance + epsilon) * gamma.all[i] + beta.all[i];
            }
        }
        return result;
    }

    @Override
    public Values linear(Values x, Values weight, Values bias) {
        long[] dims = x.dims.clone();
        int in = weight.dim(1);
        int out = weight.dim(0);
        dims[dims.length - 1] = out;
        Values result = Values.zeros(dims);
        for (int row = 0; row < x.all.length / in; row++) {
            for (int o = 0; o < out; o++) {
                double sum = bias.all[o];
                for (int i = 0; i < in; i++) {
                    sum += x.all[row * in + i] * weight.all[o * in + i];
                }
                result.all[row * out + o] = sum;
            }
        }
        return result;
    }

    @Override
    public Values attention(Values query, Values key, Values value, boolean causal) {
        int tokens = query.dim(2);
        int size = query.dim(3);
        Values result = Values.zeros(query.dims);
        for (int head = 0; head < query.dim(0) * query.dim(1); head++) {
            int base = head * tokens * size;
            for (int t = 0; t < tokens; t++) {
                double[] weight = new double[tokens];
                double sum = 0;
                for (int s = 0; s < tokens; s++) {
                    double score = 0;
                    for (int i = 0; i < size; i++) {
                        score += query.all[base + t * size + i] * key.all[base + s * size + i];
                    }
                    weight[s] = Math.exp(score / Math.sqrt(size));
                    sum += weight[s];
                }
                for (int s = 0; s < tokens; s++) {
                    for (int i = 0; i < size; i++) {
                        result.all[base + t * size + i] += weight[s] / sum * value.all[base + s * size + i];
                    }
                }
            }
        }
        return result;
    }

    @Override
    public Values relu(Values x) {
        return new Values(x.dims, Arrays.stream(x.all).map(v -> Math.max(0, v)).toArray());
    }

    @Override
    public Values gelu(Values x, boolean tanh) {
        return new Values(
                x.dims,
                Arrays.stream(x.all)
                        .map(v -> v / 2 * (1 + errorFunction(v / Math.sqrt(2))))
                        .toArray());
    }

    @Override
    public Values add(Values left, Values right) {
        return each(p -> at(left, p) + at(right, folded(p, right)), left.dims);
    }

    @Override
    public Values maxPool(Values x, int size, int stride, int padding) {
        int rows = (x.dim(2) + 2 * padding - size) / stride + 1;
        int columns = (x.dim(3) + 2 * padding - size) / stride + 1;
        return each(
                p -> {
                    double most = Double.NEGATIVE_INFINITY;
                    for (int y = Math.max(0, p[2] * stride - padding);
                            y < Math.min(x.dim(2), p[2] * stride - padding + size);
                            y++) {
                        for (int z = Math.max(0, p[3] * stride - padding);
                                z < Math.min(x.dim(3), p[3] * stride - padding + size);
                                z++) {
                            most = Math.max(most, at(x, p[0], p[1], y, z));
                        }
                    }
                    return most;
                },
                x.dim(0),
                x.dim(1),
                rows,
                columns);
    }

    @Override
    public Values meanOfPixels(Values x) {
        int pixels = x.dim(2) * x.dim(3);
        return each(
                p -> {
                    int from = (p[0] * x.dim(1) + p[1]) * pixels;
                    return Arrays.stream(x.all, from, from + pixels).average().orElseThrow();
                },
                x.dim(0),
                x.dim(1),
                1,
                1);
    }

    @Override
    public Values concatenate(List<Values> parts, int dimension) {
        Values first = parts.get(0);
        Values second = parts.get(1);
        long[] dims = first.dims.clone();
        dims[dimension] += second.dims[dimension];
        return each(
                p -> {
                    if (p[dimension] < first.dim(dimension)) {
                        return at(first, p);
                    }
                    int[] behind = p.clone();
                    behind[dimension] -= first.dim(dimension);
                    return at(second, behind);
                },
                dims);
    }

    @Override
    public Values reshape(Values x, long... sizes) {
        return new Values(sizes, x.all);
    }

    @Override
    public Values permute(Values x, long... dimensions) {
        long[] dims = Arrays.stream(dimensions).map(d -> x.dims[(int) d]).toArray();
        return each(
                p -> {
                    int[] source = new int[p.length];
                    for (int i = 0; i < p.length; i++) {
                        source[(int) dimensions[i]] = p[i];
                    }
                    return at(x, source);
                },
                dims);
    }

    @Override
    public Values slice(Values x, int dimension, long from, long to) {
        long[] dims = x.dims.clone();
        dims[dimension] = to - from;
        return each(
                p -> {
                    int[] source = p.clone();
                    source[dimension] += (int) from;
                    return at(x, source);
                },
                dims);
    }

    @Override
    public Values expand(Values x, long... sizes) {
        return each(p -> at(x, folded(p, x)), sizes);
    }

    @Override
    public Values matmul(Values left, Values right) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Values multiply(Values left, Values right) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Values embedding(Values table, Values positions) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Values lstm(Values x, Values zeroState, List<Values> weights, int layers) {
        throw new UnsupportedOperationException();
    }

    private static Values each(Element element, long... dims) {
        Values result = Values.zeros(dims);
        int[] position = new int[dims.length];
        for (int i = 0; i < result.all.length; i++) {
            result.all[i] = element.at(position);
            for (int d = dims.length - 1; d >= 0 && ++position[d] == dims[d]; d--) {
                position[d] = 0;
            }
        }
        return result;
    }

    private static double at(Values x, int... position) {
        int index = 0;
        for (int d = 0; d < position.length; d++) {
            index = index * x.dim(d) + position[d];
        }
        return x.all[index];
    }

    /** Where dimensions of size 1 are repeated. */
    private static int[] folded(int[] position, Values x) {
        int[] source = position.clone();
        for (int d = 0; d < source.length; d++) {
            source[d] = x.dim(d) == 1 ? 0 : source[d];
        }
        return source;
    }

    /** Maclaurin series; the arguments here are small. */
    private static double errorFunction(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && n < 200; n++) {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }
}
