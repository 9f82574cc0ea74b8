// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import java.util.Arrays;

/**
 * The output of one decoder layer before and after batch norm and ReLU, and their backward pass, channel by channel. Each
 * channel is kept in one or four phase maps ({@link TransposedConvolution}); what the next layer reads is interleaved back
 * to plain rows.
 *
 * <p>Batch norm in training mode over the pixels: biased variance for normalising, unbiased for the running average
 * (momentum 0.1), as PyTorch's. Channels are independent, so the workers of a phase take ranges of them.
 */
final class FeatureMaps {
    private static final double EPSILON = 1e-5;
    private static final double MOMENTUM = 0.1;

    private final int channels;
    private final Planes planes;
    private final int stride;
    private final boolean batchNorm;
    private final boolean relu;
    private final float[][][] maps;
    private final float[] mean;
    private final float[] inverseDeviation;
    private final float[] scale;
    private final float[] shift;
    private final float[] runningMean;
    private final float[] runningVariance;

    /**
     * @param planes geometry of one phase map
     * @param stride 1 for one map a channel, 2 for four
     */
    FeatureMaps(int channels, Planes planes, int stride, boolean batchNorm, boolean relu) {
        this.channels = channels;
        this.planes = planes;
        this.stride = stride;
        this.batchNorm = batchNorm;
        this.relu = relu;
        this.maps = new float[channels][stride * stride][planes.guarded()];
        this.mean = new float[channels];
        this.inverseDeviation = new float[channels];
        this.scale = new float[channels];
        this.shift = new float[channels];
        this.runningMean = new float[channels];
        this.runningVariance = new float[channels];
        Arrays.fill(runningVariance, 1);
    }

    int channels() {
        return channels;
    }

    /** The phase maps of one channel before batch norm. */
    float[][] of(int channel) {
        return maps[channel];
    }

    /** New maps for the gradient of one channel, zero, one set for each worker. */
    float[][] newGradientMaps() {
        return new float[stride * stride][planes.guarded()];
    }

    /** Geometry of the interleaved map. */
    Planes interleaved() {
        return new Planes(planes.edge() * stride);
    }

    void runningStatistics(float[] out, int offset) {
        System.arraycopy(runningMean, 0, out, offset, channels);
        System.arraycopy(runningVariance, 0, out, offset + channels, channels);
    }

    /**
     * Normalises one channel and writes what the next layer reads.
     *
     * @param row receives the interleaved map, {@code interleaved().run()} floats
     */
    void forward(int channel, float gamma, float beta, float[] row) {
        if (batchNorm) {
            normalise(channel, gamma, beta);
        } else {
            scale[channel] = 1;
            shift[channel] = 0;
        }
        float a = scale[channel];
        float b = shift[channel];
        float floor = relu ? 0 : Float.NEGATIVE_INFINITY;
        int edge = planes.edge();
        int outStride = edge * stride + 1;
        for (int phase = 0; phase < stride * stride; phase++) {
            float[] map = maps[channel][phase];
            for (int y = 0; y < edge; y++) {
                int in = planes.guard() + y * planes.stride();
                int out = (stride * y + phase / stride) * outStride + phase % stride;
                activate(map, in, row, out, stride, edge, a, b, floor);
            }
        }
    }

    /**
     * Backward pass of one channel.
     *
     * @param row gradient with respect to what {@link #forward} wrote; its zero column is ignored
     * @param gradient receives the gradient with respect to {@link #of}, guards and zero columns zero
     * @return gradients of gamma and beta (with batch norm) or of the bias in the second element (without)
     */
    double[] backward(int channel, float gamma, float[] row, float[][] gradient) {
        int edge = planes.edge();
        int rowStride = edge * stride + 1;
        float a = scale[channel];
        float b = shift[channel];
        for (int phase = 0; phase < stride * stride; phase++) {
            float[] map = maps[channel][phase];
            for (int y = 0; y < edge; y++) {
                int at = planes.guard() + y * planes.stride();
                int in = (stride * y + phase / stride) * rowStride + phase % stride;
                if (relu) {
                    gate(row, in, stride, map, gradient[phase], at, edge, a, b);
                } else {
                    copy(row, in, stride, gradient[phase], at, edge);
                }
            }
        }
        double sum = 0;
        double product = 0;
        int from = planes.guard();
        int to = from + planes.run();
        for (float[] map : gradient) {
            sum += Sums.sum(map, from, to);
        }
        if (!batchNorm) {
            return new double[] {0, sum};
        }
        for (int phase = 0; phase < stride * stride; phase++) {
            product += Sums.centredProduct(gradient[phase], maps[channel][phase], mean[channel], from, to);
        }
        product *= inverseDeviation[channel];
        int pixels = edge * edge * stride * stride;
        float meanGradient = (float) (sum / pixels);
        float meanProduct = (float) (product / pixels) * inverseDeviation[channel];
        float factor = gamma * inverseDeviation[channel];
        for (int phase = 0; phase < stride * stride; phase++) {
            project(gradient[phase], maps[channel][phase], from, to, factor, meanGradient, meanProduct, mean[channel]);
            planes.clearZeroColumn(gradient[phase], from);
        }
        return new double[] {product, sum};
    }

    private void normalise(int channel, float gamma, float beta) {
        int edge = planes.edge();
        int pixels = edge * edge * stride * stride;
        int zeros = edge * stride * stride;
        int from = planes.guard();
        int to = from + planes.run();
        double sum = 0;
        for (float[] map : maps[channel]) {
            sum += Sums.sum(map, from, to);
        }
        double average = sum / pixels;
        double squares = 0;
        for (float[] map : maps[channel]) {
            squares += Sums.centredSquares(map, (float) average, from, to);
        }
        squares -= zeros * (double) (float) average * (float) average; // the zero columns were counted as pixels
        double variance = Math.max(0, squares / pixels);
        mean[channel] = (float) average;
        inverseDeviation[channel] = (float) (1 / Math.sqrt(variance + EPSILON));
        scale[channel] = gamma * inverseDeviation[channel];
        shift[channel] = beta - mean[channel] * scale[channel];
        double unbiased = pixels > 1 ? squares / (pixels - 1) : variance;
        runningMean[channel] += (float) (MOMENTUM * (average - runningMean[channel]));
        runningVariance[channel] += (float) (MOMENTUM * (unbiased - runningVariance[channel]));
    }

    private static void activate(
            float[] map, int in, float[] row, int out, int step, int count, float a, float b, float floor) {
        if (step == 1) {
            for (int i = 0; i < count; i++) {
                row[out + i] = Math.max(floor, map[in + i] * a + b);
            }
        } else {
            for (int i = 0; i < count; i++) {
                row[out + 2 * i] = Math.max(floor, map[in + i] * a + b);
            }
        }
    }

    private static void gate(
            float[] row, int in, int step, float[] map, float[] gradient, int at, int count, float a, float b) {
        for (int i = 0; i < count; i++) {
            gradient[at + i] = map[at + i] * a + b > 0 ? row[in + step * i] : 0;
        }
    }

    private static void copy(float[] row, int in, int step, float[] gradient, int at, int count) {
        for (int i = 0; i < count; i++) {
            gradient[at + i] = row[in + step * i];
        }
    }

    private static void project(
            float[] gradient,
            float[] map,
            int from,
            int to,
            float factor,
            float meanGradient,
            float meanProduct,
            float mean) {
        for (int i = from; i < to; i++) {
            gradient[i] = factor * (gradient[i] - meanGradient - (map[i] - mean) * meanProduct);
        }
    }
}
