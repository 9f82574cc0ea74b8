// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;

/**
 * A transposed convolution of stride 1 or 2 as one matrix product and shifted additions, and its backward pass as shifted
 * copies and two products. The output is kept in {@code stride^2} phase maps (pixels with the same remainders of row and
 * column), each of the input's size, so that every shift is a contiguous run ({@link Planes}).
 *
 * <p>With X the input (in x pixels) and W the weight (in x out k k): the columns are W' X, output pixel
 * {@code stride * a + ky - padding} collects the column of tap {@code ky} at input row {@code a}; dX = W dC and
 * dW = X dC', where dC holds the shifted output gradients.
 *
 * <p>Owns its native blocks. The methods taking channel ranges are called by the workers of one phase, each with its own
 * range and its own scratch.
 */
final class TransposedConvolution implements AutoCloseable {
    private final int inChannels;
    private final int outChannels;
    private final int kernel;
    private final int stride;
    private final int padding;
    private final Planes planes;
    private final int[][] tapsOfPhase;
    private final int[][] shiftOfPhase;
    private final NativeFloats input;
    private final NativeFloats weight;
    private final NativeFloats weightGradient;
    private final NativeFloats inputGradient;
    private final NativeFloats columns;
    private final float[] zeros;

    TransposedConvolution(int inChannels, int outChannels, int inEdge, int kernel, int stride, int padding) {
        this.inChannels = inChannels;
        this.outChannels = outChannels;
        this.kernel = kernel;
        this.stride = stride;
        this.padding = padding;
        this.planes = new Planes(inEdge);
        this.input = NativeFloats.allocate((long) inChannels * planes.run());
        this.weight = NativeFloats.allocate((long) inChannels * taps());
        this.weightGradient = NativeFloats.allocate((long) inChannels * taps());
        this.inputGradient = NativeFloats.allocate((long) inChannels * planes.run());
        this.columns = NativeFloats.allocate((long) taps() * planes.run());
        this.tapsOfPhase = new int[phases()][];
        this.shiftOfPhase = new int[phases()][];
        this.zeros = new float[planes.shift(2, 2)];
        sortTapsByPhase();
    }

    /** Geometry of the input maps and of each phase map of the output. */
    Planes planes() {
        return planes;
    }

    /** Number of phase maps per output channel. */
    int phases() {
        return stride * stride;
    }

    /** The input maps, channel by channel, {@link Planes#run()} floats each, their zero columns zero. */
    NativeFloats input() {
        return input;
    }

    /** Gradient with respect to {@link #input}; what stands in the zero columns has no meaning. */
    NativeFloats inputGradient() {
        return inputGradient;
    }

    /** The weight as [in][out][k][k]. */
    NativeFloats weight() {
        return weight;
    }

    /** Gradient with respect to {@link #weight}. */
    NativeFloats weightGradient() {
        return weightGradient;
    }

    /** Temporary memory of one worker. */
    float[][] newScratch() {
        return new float[kernel * kernel / phases()][planes.run()];
    }

    /** The matrix product for the output channels {@code from} to {@code to - 1}. */
    void multiply(int from, int to) {
        int rows = (to - from) * kernel * kernel;
        if (rows == 0) {
            return;
        }
        int first = from * kernel * kernel;
        Blas.multiplyTransposedLeft(
                rows,
                planes.run(),
                inChannels,
                weight.at(first),
                taps(),
                input.at(0),
                planes.run(),
                0,
                columns.at(first * planes.run()),
                planes.run());
    }

    /**
     * Collects the columns of one output channel into its phase maps.
     *
     * @param maps {@link #phases()} arrays of {@link Planes#run()} floats
     */
    void collect(int channel, float[][] maps, float bias, float[][] scratch) {
        for (int phase = 0; phase < phases(); phase++) {
            int[] taps = tapsOfPhase[phase];
            for (int t = 0; t < taps.length; t++) {
                readShifted(columnOffset(channel, taps[t]), scratch[t], shiftOfPhase[phase][t]);
            }
            sum(maps[phase], bias, scratch);
            planes.clearZeroColumn(maps[phase]);
        }
    }

    /**
     * Lays the output gradient of one channel out for the backward products.
     *
     * @param maps as in {@link #collect}; zero columns must be zero
     */
    void spread(int channel, float[][] maps) {
        for (int phase = 0; phase < phases(); phase++) {
            int[] taps = tapsOfPhase[phase];
            for (int t = 0; t < taps.length; t++) {
                writeShifted(columnOffset(channel, taps[t]), maps[phase], shiftOfPhase[phase][t]);
            }
        }
    }

    /** Both gradients for the input channels {@code from} to {@code to - 1}, from the gradients spread before. */
    void multiplyBackward(int from, int to) {
        int rows = to - from;
        if (rows == 0) {
            return;
        }
        FloatPointer gradient = columns.at(0);
        int run = planes.run();
        Blas.multiply(
                rows,
                run,
                taps(),
                weight.at(from * taps()),
                taps(),
                gradient,
                run,
                0,
                inputGradient.at(from * run),
                run);
        Blas.multiplyTransposedRight(
                rows,
                taps(),
                run,
                input.at(from * run),
                run,
                gradient,
                run,
                0,
                weightGradient.at(from * taps()),
                taps());
    }

    /** Bytes of native memory. */
    long bytes() {
        return input.bytes() + weight.bytes() + weightGradient.bytes() + inputGradient.bytes() + columns.bytes();
    }

    @Override
    public void close() {
        input.close();
        weight.close();
        weightGradient.close();
        inputGradient.close();
        columns.close();
    }

    private int taps() {
        return outChannels * kernel * kernel;
    }

    private int columnOffset(int channel, int tap) {
        return (channel * kernel * kernel + tap) * planes.run();
    }

    private void sortTapsByPhase() {
        int perPhase = kernel * kernel / phases();
        for (int phase = 0; phase < phases(); phase++) {
            tapsOfPhase[phase] = new int[perPhase];
            shiftOfPhase[phase] = new int[perPhase];
            int used = 0;
            for (int tap = 0; tap < kernel * kernel; tap++) {
                int dy = tap / kernel - padding;
                int dx = tap % kernel - padding;
                if (Math.floorMod(dy, stride) * stride + Math.floorMod(dx, stride) == phase) {
                    // output pixel a collects input pixel a - floor(d / stride)
                    shiftOfPhase[phase][used] = planes.shift(Math.floorDiv(dy, stride), Math.floorDiv(dx, stride));
                    tapsOfPhase[phase][used] = tap;
                    used++;
                }
            }
        }
    }

    /** {@code target[i] = column[i - shift]}, zero where there is none. */
    private void readShifted(int column, float[] target, int shift) {
        int size = planes.run() - Math.abs(shift);
        if (shift >= 0) {
            Arrays.fill(target, 0, shift, 0);
            columns.get(column, target, shift, size);
        } else {
            columns.get(column - shift, target, 0, size);
            Arrays.fill(target, size, planes.run(), 0);
        }
    }

    /** {@code column[i] = source[i + shift]}, zero where there is none: the transpose of {@link #readShifted}. */
    private void writeShifted(int column, float[] source, int shift) {
        int size = planes.run() - Math.abs(shift);
        if (shift >= 0) {
            columns.put(column, source, shift, size);
            columns.put(column + size, zeros, 0, shift);
        } else {
            columns.put(column, zeros, 0, -shift);
            columns.put(column - shift, source, 0, size);
        }
    }

    /** The sum of all taps, four a pass, so that sums stay in registers. Equal indices everywhere: it vectorises. */
    private static void sum(float[] map, float bias, float[][] taps) {
        Arrays.fill(map, bias);
        int t = 0;
        for (; t + 4 <= taps.length; t += 4) {
            addFour(map, taps[t], taps[t + 1], taps[t + 2], taps[t + 3], map.length);
        }
        for (; t < taps.length; t++) {
            addOne(map, taps[t], map.length);
        }
    }

    private static void addFour(float[] map, float[] a, float[] b, float[] c, float[] d, int length) {
        for (int i = 0; i < length; i++) {
            map[i] += (a[i] + b[i]) + (c[i] + d[i]);
        }
    }

    private static void addOne(float[] map, float[] a, int length) {
        for (int i = 0; i < length; i++) {
            map[i] += a[i];
        }
    }
}
