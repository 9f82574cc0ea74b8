// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import java.util.List;

/** What an operator computes, with its sizes. The first parameter is the input. */
public sealed interface OperatorShape extends Computation {

    /** y = x w with x (m x k) and w (k x n). */
    record MatMul(int m, int k, int n) implements OperatorShape {
        @Override
        public List<Parameter> parameters(long seed) {
            return List.of(
                    Parameter.input("x", seed, (long) m, (long) k),
                    Parameter.weight("w", seed + 1, k, (long) k, (long) n));
        }

        @Override
        public List<Long> outputDims() {
            return List.of((long) m, (long) n);
        }

        @Override
        public double gigaflop() {
            return 2e-9 * m * k * n;
        }

        @Override
        public <V> V forward(Algebra<V> algebra, List<V> p) {
            return algebra.matmul(p.get(0), p.get(1));
        }
    }

    /** A 3 x 3 convolution of stride 1 with one zero pixel around the image, and bias. Arrays are [batch][channel][y][x]. */
    record Convolution(int batch, int in, int out, int ny, int nx) implements OperatorShape {
        @Override
        public List<Parameter> parameters(long seed) {
            return List.of(
                    Parameter.input("x", seed, (long) batch, (long) in, (long) ny, (long) nx),
                    Parameter.weight("w", seed + 1, 9L * in, (long) out, (long) in, 3L, 3L),
                    Parameter.shift("b", seed + 2, out));
        }

        @Override
        public List<Long> outputDims() {
            return List.of((long) batch, (long) out, (long) ny, (long) nx);
        }

        @Override
        public double gigaflop() {
            return 2e-9 * batch * in * out * 9 * ny * nx;
        }

        @Override
        public <V> V forward(Algebra<V> algebra, List<V> p) {
            return algebra.convolution(p.get(0), p.get(1), p.get(2), 1, 1, 1);
        }
    }

    /** relu(x + bn2(conv2(relu(bn1(conv1(x)))))): 3 x 3 convolutions without bias, batch norm with kept statistics. */
    record ResidualBlock(int batch, int channels, int ny, int nx) implements OperatorShape {
        /** Added to variances, PyTorch's default. */
        public static final double EPSILON = 1e-5;

        /** The shape of both its convolutions, whose bias is that of the folded normalisation. */
        public Convolution convolution() {
            return new Convolution(batch, channels, channels, ny, nx);
        }

        @Override
        public List<Parameter> parameters(long seed) {
            long c = channels;
            return List.of(
                    Parameter.input("x", seed, (long) batch, c, (long) ny, (long) nx),
                    Parameter.weight("w1", seed + 1, 9 * c, c, c, 3L, 3L),
                    Parameter.scale("gamma1", seed + 2, c),
                    Parameter.shift("beta1", seed + 3, c),
                    Parameter.shift("mean1", seed + 4, c),
                    Parameter.scale("variance1", seed + 5, c),
                    Parameter.weight("w2", seed + 6, 9 * c, c, c, 3L, 3L),
                    Parameter.scale("gamma2", seed + 7, c),
                    Parameter.shift("beta2", seed + 8, c),
                    Parameter.shift("mean2", seed + 9, c),
                    Parameter.scale("variance2", seed + 10, c));
        }

        @Override
        public List<Long> outputDims() {
            return List.of((long) batch, (long) channels, (long) ny, (long) nx);
        }

        @Override
        public double gigaflop() {
            return 2 * 2e-9 * batch * channels * channels * 9 * ny * nx;
        }

        @Override
        public <V> V forward(Algebra<V> algebra, List<V> p) {
            V first = algebra.convolution(p.get(0), p.get(1), null, 1, 1, 1);
            V hidden = algebra.relu(algebra.batchNorm(first, p.get(2), p.get(3), p.get(4), p.get(5), EPSILON));
            V second = algebra.convolution(hidden, p.get(6), null, 1, 1, 1);
            V normal = algebra.batchNorm(second, p.get(7), p.get(8), p.get(9), p.get(10), EPSILON);
            return algebra.relu(algebra.add(normal, p.get(0)));
        }
    }

    /** y = x w' + b with x (batch x in) and w (out x in). */
    record Linear(int batch, int in, int out) implements OperatorShape {
        @Override
        public List<Parameter> parameters(long seed) {
            return List.of(
                    Parameter.input("x", seed, (long) batch, (long) in),
                    Parameter.weight("w", seed + 1, in, (long) out, (long) in),
                    Parameter.shift("b", seed + 2, out));
        }

        @Override
        public List<Long> outputDims() {
            return List.of((long) batch, (long) out);
        }

        @Override
        public double gigaflop() {
            return 2e-9 * batch * in * out;
        }

        @Override
        public <V> V forward(Algebra<V> algebra, List<V> p) {
            return algebra.linear(p.get(0), p.get(1), p.get(2));
        }
    }
}
