// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A transposed convolution of stride 1 or 2 as one matrix product for every tap of its kernel, and its backward pass as
 * two for every tap. The output is kept in {@code stride^2} phase maps (pixels with the same remainders of row and column),
 * each of the input's size; a tap then adds the input, shifted, to one phase, and with the geometry of {@link Planes} a
 * shift is only another start of the same block: nothing is copied or collected.
 *
 * <p>With X the input (in x pixels), W the weight of a tap (in x out), Y its phase of the output: output pixel
 * {@code stride * a + ky - padding} takes from input row a, so {@code Y[i] += W' X[i - shift]},
 * {@code dX[i] += W dY[i + shift]} and {@code dW = sum over i of X[i - shift] dY[i]'}.
 *
 * <p>Owns its native blocks. The methods taking ranges are called by the workers of one phase, each with its own range.
 */
final class TransposedConvolution implements AutoCloseable {

    /** Pixels a product covers at once: the sums of all taps stay in the second-level cache. */
    private static final int BLOCK_PIXELS = 4096;

    private final int inChannels;
    private final int outChannels;
    private final int phases;
    private final Planes planes;
    private final List<Tap> taps;
    private final NativeFloats input;
    private final NativeFloats inputGradient;
    private final NativeFloats output;
    private final NativeFloats weight;
    private final NativeFloats weightGradient;

    /** One element of the kernel: which phase it adds to and how far the input is shifted for it. */
    private record Tap(int index, int phase, int shift, boolean firstOfPhase) {}

    /** Receives the gradient of one tap's weight. */
    @FunctionalInterface
    interface TapUse {
        void accept(int tap);
    }

    TransposedConvolution(int inChannels, int outChannels, int inEdge, int kernel, int stride, int padding) {
        this.inChannels = inChannels;
        this.outChannels = outChannels;
        this.phases = stride * stride;
        this.planes = new Planes(inEdge);
        this.taps = tapsByPhase(kernel, stride, padding, planes);
        this.input = NativeFloats.allocate(planes.blockSize(inChannels));
        this.inputGradient = NativeFloats.allocate((long) inChannels * planes.run());
        this.output = NativeFloats.allocate(planes.blockSize(outChannels * phases));
        this.weight = NativeFloats.allocate((long) taps.size() * tapSize());
        this.weightGradient = NativeFloats.allocate((long) taps.size() * tapSize());
    }

    /** Geometry of the input maps and of each phase map of the output. */
    Planes planes() {
        return planes;
    }

    /** Floats of one tap's weight, {@code in x out}. */
    int tapSize() {
        return inChannels * outChannels;
    }

    /** Copies one plain map into the input; its zero column must be zero. */
    void putInput(int channel, float[] row) {
        input.put(planes.start(channel), row, 0, planes.run());
    }

    /** Copies the gradient with respect to an input map; what stands in the zero column has no meaning. */
    void getInputGradient(int channel, float[] row) {
        inputGradient.get(channel * planes.run(), row, 0, planes.run());
    }

    /** Copies the phase maps of an output channel, zero columns made zero. */
    void getOutput(int channel, float[][] maps) {
        for (int phase = 0; phase < phases; phase++) {
            output.get(outputStart(channel, phase), maps[phase], 0, planes.run());
            planes.clearZeroColumn(maps[phase]);
        }
    }

    /** Copies rows {@code from} to {@code to - 1} of the first phase map of a channel to their place in {@code map}. */
    void getOutputRows(int channel, float[] map, int from, int to) {
        int start = from * planes.stride();
        output.get(outputStart(channel, 0) + start, map, start, (to - from) * planes.stride());
    }

    /** Replaces the phase maps of an output channel by their gradient; zero columns must be zero. */
    void putOutputGradient(int channel, float[][] maps) {
        for (int phase = 0; phase < phases; phase++) {
            output.put(outputStart(channel, phase), maps[phase], 0, planes.run());
        }
    }

    /** The same for rows {@code from} to {@code to - 1} of the first phase map. */
    void putOutputGradientRows(int channel, float[] map, int from, int to) {
        int start = from * planes.stride();
        output.put(outputStart(channel, 0) + start, map, start, (to - from) * planes.stride());
    }

    /** Loads a tap's weight from {@code from} to {@code to - 1}, as rows of {@code out} for each input channel. */
    void putWeight(int tap, float[] values, int from, int to) {
        weight.put(tap * tapSize() + from, values, from, to - from);
    }

    /** Copies the gradient of a tap's weight. */
    void getWeightGradient(int tap, float[] values, int from, int to) {
        weightGradient.get(tap * tapSize() + from, values, from, to - from);
    }

    /** Computes a part of the output: channels and pixels of each phase map, the second bound of each excluded. */
    void multiply(int fromChannel, int toChannel, int fromPixel, int toPixel) {
        if (fromChannel == toChannel) {
            return;
        }
        for (int at = fromPixel; at < toPixel; at += BLOCK_PIXELS) {
            int pixels = Math.min(BLOCK_PIXELS, toPixel - at);
            for (Tap tap : taps) {
                Blas.multiplyTransposedLeft(
                        toChannel - fromChannel,
                        pixels,
                        inChannels,
                        weight.at(tap.index() * tapSize() + fromChannel),
                        outChannels,
                        input.at(planes.start(0) + at - tap.shift()),
                        planes.pitch(),
                        tap.firstOfPhase() ? 0 : 1,
                        output.at(outputStart(fromChannel, tap.phase()) + at),
                        planes.pitch());
            }
        }
    }

    /** The input's gradient for the input channels {@code from} to {@code to - 1}. */
    void multiplyBackward(int from, int to) {
        if (from == to) {
            return;
        }
        for (int at = 0; at < planes.run(); at += BLOCK_PIXELS) {
            int pixels = Math.min(BLOCK_PIXELS, planes.run() - at);
            float beta = 0;
            for (Tap tap : taps) {
                Blas.multiply(
                        to - from,
                        pixels,
                        outChannels,
                        weight.at(tap.index() * tapSize() + from * outChannels),
                        outChannels,
                        output.at(outputStart(0, tap.phase()) + at + tap.shift()),
                        planes.pitch(),
                        beta,
                        inputGradient.at(from * planes.run() + at),
                        planes.run());
                beta = 1;
            }
        }
    }

    /** The weights' gradients for the input channels {@code from} to {@code to - 1}, handed over tap by tap. */
    void multiplyWeights(int from, int to, TapUse use) {
        if (from == to) {
            return;
        }
        for (int at = 0; at < planes.run(); at += BLOCK_PIXELS) {
            int pixels = Math.min(BLOCK_PIXELS, planes.run() - at);
            for (Tap tap : taps) {
                Blas.multiplyTransposedRight(
                        to - from,
                        outChannels,
                        pixels,
                        input.at(planes.start(from) + at - tap.shift()),
                        planes.pitch(),
                        output.at(outputStart(0, tap.phase()) + at),
                        planes.pitch(),
                        at == 0 ? 0 : 1,
                        weightGradient.at(tap.index() * tapSize() + from * outChannels),
                        outChannels);
                if (at + pixels == planes.run()) {
                    use.accept(tap.index());
                }
            }
        }
    }

    @Override
    public void close() {
        input.close();
        inputGradient.close();
        output.close();
        weight.close();
        weightGradient.close();
    }

    /** All channels of a phase follow each other, as a product writes them. */
    private int outputStart(int channel, int phase) {
        return planes.start(phase * outChannels + channel);
    }

    private static List<Tap> tapsByPhase(int kernel, int stride, int padding, Planes planes) {
        List<Tap> taps = new ArrayList<>();
        boolean[] begun = new boolean[stride * stride];
        for (int index = 0; index < kernel * kernel; index++) {
            int dy = index / kernel - padding;
            int dx = index % kernel - padding;
            int phase = Math.floorMod(dy, stride) * stride + Math.floorMod(dx, stride);
            int shift = planes.shift(Math.floorDiv(dy, stride), Math.floorDiv(dx, stride));
            taps.add(new Tap(index, phase, shift, !begun[phase]));
            begun[phase] = true;
        }
        taps.sort(Comparator.comparingInt(Tap::phase)); // stable: the first of a phase stays the first
        return List.copyOf(taps);
    }
}
