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
        this.maps = new float[channels][stride * stride][planes.run()];
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

    /** New maps for one channel: what a worker needs for {@link #forward} and for {@link #backward}. */
    float[][] newMaps() {
        return new float[stride * stride][planes.run()];
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
     * @param scratch maps of one worker
     * @param row receives the interleaved map, {@code interleaved().run()} floats, its zero column zero
     */
    void forward(int channel, float gamma, float beta, float[][] scratch, float[] row) {
        if (batchNorm) {
            normalise(channel, gamma, beta);
        } else {
            scale[channel] = 1;
            shift[channel] = 0;
        }
        float floor = relu ? 0 : Float.NEGATIVE_INFINITY;
        for (int phase = 0; phase < maps[channel].length; phase++) {
            float[] target = stride == 1 ? row : scratch[phase];
            activate(maps[channel][phase], target, planes.run(), scale[channel], shift[channel], floor);
        }
        if (stride == 2) {
            interleave(scratch, row);
        }
        interleaved().clearZeroColumn(row);
    }

    /**
     * Backward pass of one channel.
     *
     * @param row gradient with respect to what {@link #forward} wrote; its zero column is ignored
     * @param gradient receives the gradient with respect to {@link #of}, zero columns zero
     * @return gradients of gamma and beta (with batch norm) or of the bias in the second element (without)
     */
    double[] backward(int channel, float gamma, float[] row, float[][] gradient) {
        if (stride == 2) {
            separate(row, gradient);
        } else {
            System.arraycopy(row, 0, gradient[0], 0, planes.run());
        }
        double sum = 0;
        for (int phase = 0; phase < gradient.length; phase++) {
            if (relu) {
                gate(gradient[phase], maps[channel][phase], planes.run(), scale[channel], shift[channel]);
            }
            planes.clearZeroColumn(gradient[phase]);
            sum += Sums.sum(gradient[phase], 0, planes.run());
        }
        if (!batchNorm) {
            return new double[] {0, sum};
        }
        double product = 0;
        for (int phase = 0; phase < gradient.length; phase++) {
            product += Sums.centredProduct(gradient[phase], maps[channel][phase], mean[channel], 0, planes.run());
        }
        product *= inverseDeviation[channel];
        int pixels = planes.edge() * planes.edge() * gradient.length;
        float meanGradient = (float) (sum / pixels);
        float meanProduct = (float) (product / pixels) * inverseDeviation[channel];
        float factor = gamma * inverseDeviation[channel];
        for (int phase = 0; phase < gradient.length; phase++) {
            float[] map = maps[channel][phase];
            project(gradient[phase], map, planes.run(), factor, meanGradient, meanProduct, mean[channel]);
            planes.clearZeroColumn(gradient[phase]);
        }
        return new double[] {product, sum};
    }

    private void normalise(int channel, float gamma, float beta) {
        int edge = planes.edge();
        int pixels = edge * edge * stride * stride;
        int zeros = edge * stride * stride;
        double sum = 0;
        for (float[] map : maps[channel]) {
            sum += Sums.sum(map, 0, planes.run());
        }
        double average = sum / pixels;
        double squares = 0;
        for (float[] map : maps[channel]) {
            squares += Sums.centredSquares(map, (float) average, 0, planes.run());
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

    /** From phase maps to plain rows. */
    private void interleave(float[][] phases, float[] row) {
        int edge = planes.edge();
        for (int y = 0; y < 2 * edge; y++) {
            int in = y / 2 * planes.stride();
            int out = y * (2 * edge + 1);
            zip(phases[y % 2 * 2], phases[y % 2 * 2 + 1], in, row, out, edge);
        }
    }

    /** From plain rows to phase maps. */
    private void separate(float[] row, float[][] phases) {
        int edge = planes.edge();
        for (int y = 0; y < 2 * edge; y++) {
            int out = y / 2 * planes.stride();
            int in = y * (2 * edge + 1);
            unzip(row, in, phases[y % 2 * 2], phases[y % 2 * 2 + 1], out, edge);
        }
    }

    private static void zip(float[] even, float[] odd, int in, float[] row, int out, int count) {
        for (int i = 0; i < count; i++) {
            row[out + 2 * i] = even[in + i];
            row[out + 2 * i + 1] = odd[in + i];
        }
    }

    private static void unzip(float[] row, int in, float[] even, float[] odd, int out, int count) {
        for (int i = 0; i < count; i++) {
            even[out + i] = row[in + 2 * i];
            odd[out + i] = row[in + 2 * i + 1];
        }
    }

    private static void activate(float[] map, float[] target, int count, float a, float b, float floor) {
        for (int i = 0; i < count; i++) {
            target[i] = Math.max(floor, map[i] * a + b);
        }
    }

    /** Gradient through ReLU. A clamped steep line is 1 above zero and 0 below, without a branch. */
    private static void gate(float[] gradient, float[] map, int count, float a, float b) {
        for (int i = 0; i < count; i++) {
            gradient[i] *= Math.max(0f, Math.min(1f, (map[i] * a + b) * DetectorRows.STEEP));
        }
    }

    private static void project(
            float[] gradient, float[] map, int count, float factor, float meanGradient, float meanProduct, float mean) {
        for (int i = 0; i < count; i++) {
            gradient[i] = factor * (gradient[i] - meanGradient - (map[i] - mean) * meanProduct);
        }
    }
}
