// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import fizeau.bench.ops.OperatorShape.Convolution;
import fizeau.bench.ops.OperatorShape.Linear;
import fizeau.bench.ops.OperatorShape.MatMul;
import fizeau.bench.ops.OperatorShape.ResidualBlock;
import java.util.List;

/**
 * Single values of an operator's output in double precision, by the textbook formula. Any position can be asked for alone:
 * the largest convolution has 2 x 10^8 of them, and computing all would take hours.
 */
public final class DoubleReference {
    private final OperatorShape shape;
    private final List<SeededValues> p;

    /** @param seed as given to {@link OperatorShape#parameters} */
    public DoubleReference(OperatorShape shape, long seed) {
        this.shape = shape;
        this.p = shape.parameters(seed).stream().map(Parameter::values).toList();
    }

    /** Output value at a row-major position. */
    public double at(long position) {
        if (shape instanceof MatMul product) {
            return product(product, position);
        }
        if (shape instanceof Linear linear) {
            return linear(linear, position);
        }
        if (shape instanceof Convolution convolution) {
            return convolution(convolution, position);
        }
        if (shape instanceof ResidualBlock block) {
            return block(block, position);
        }
        throw new IllegalStateException("no reference for " + shape);
    }

    private double product(MatMul s, long position) {
        long row = position / s.n();
        long column = position % s.n();
        double sum = 0;
        for (int i = 0; i < s.k(); i++) {
            sum += (double) p.get(0).at(row * s.k() + i) * p.get(1).at((long) i * s.n() + column);
        }
        return sum;
    }

    private double linear(Linear s, long position) {
        long row = position / s.out();
        long column = position % s.out();
        double sum = p.get(2).at(column);
        for (int i = 0; i < s.in(); i++) {
            sum += (double) p.get(0).at(row * s.in() + i) * p.get(1).at(column * s.in() + i);
        }
        return sum;
    }

    private double convolution(Convolution s, long position) {
        long pixels = (long) s.ny() * s.nx();
        long image = position / (s.out() * pixels);
        long channel = position / pixels % s.out();
        int y = (int) (position % pixels / s.nx());
        int x = (int) (position % s.nx());
        SeededValues input = p.get(0);
        return p.get(2).at(channel)
                + taps(
                        s.in(),
                        s.ny(),
                        s.nx(),
                        channel,
                        y,
                        x,
                        p.get(1),
                        (c, iy, ix) -> input.at((image * s.in() + c) * pixels + (long) iy * s.nx() + ix));
    }

    private double block(ResidualBlock s, long position) {
        long pixels = (long) s.ny() * s.nx();
        long image = position / (s.channels() * pixels);
        long channel = position / pixels % s.channels();
        int y = (int) (position % pixels / s.nx());
        int x = (int) (position % s.nx());
        int channels = s.channels();
        SeededValues input = p.get(0);
        Pixel source = (c, iy, ix) -> input.at((image * channels + c) * pixels + (long) iy * s.nx() + ix);
        Pixel hidden =
                (c, iy, ix) -> Math.max(0, normal(2, c, taps(channels, s.ny(), s.nx(), c, iy, ix, p.get(1), source)));
        double second = taps(channels, s.ny(), s.nx(), channel, y, x, p.get(6), hidden);
        return Math.max(0, input.at(position) + normal(7, channel, second));
    }

    /** Batch norm with kept statistics; its four arrays begin at parameter {@code first}. */
    private double normal(int first, long channel, double value) {
        double gamma = p.get(first).at(channel);
        double beta = p.get(first + 1).at(channel);
        double mean = p.get(first + 2).at(channel);
        double variance = p.get(first + 3).at(channel);
        return (value - mean) / Math.sqrt(variance + ResidualBlock.EPSILON) * gamma + beta;
    }

    private interface Pixel {
        double at(int channel, int y, int x);
    }

    private static double taps(int in, int ny, int nx, long out, int y, int x, SeededValues weight, Pixel source) {
        double sum = 0;
        for (int c = 0; c < in; c++) {
            for (int ky = 0; ky < 3; ky++) {
                for (int kx = 0; kx < 3; kx++) {
                    int iy = y + ky - 1;
                    int ix = x + kx - 1;
                    if (iy >= 0 && iy < ny && ix >= 0 && ix < nx) {
                        sum += weight.at(((out * in + c) * 3 + ky) * 3 + kx) * source.at(c, iy, ix);
                    }
                }
            }
        }
        return sum;
    }
}
