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
    private final float[][][] scratch;
    private final float[][] rowSums;
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
    FeatureMaps(int channels, Planes planes, int stride, boolean batchNorm, boolean relu, int workers) {
        this.channels = channels;
        this.planes = planes;
        this.stride = stride;
        this.batchNorm = batchNorm;
        this.relu = relu;
        this.maps = new float[channels][stride * stride][planes.run()];
        this.scratch = new float[workers][stride * stride][planes.run()];
        this.rowSums = new float[workers][planes.run()];
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

    /** What {@link #backward} yields: of the bias in {@code beta} where there is no batch norm. */
    record Gradients(float[][] maps, double gamma, double beta) {}

    /** Geometry of the interleaved map. */
    Planes interleaved() {
        return new Planes(planes.edge() * stride);
    }

    void runningStatistics(float[] out, int offset) {
        System.arraycopy(runningMean, 0, out, offset, channels);
        System.arraycopy(runningVariance, 0, out, offset + channels, channels);
    }

    /** Adds a bias to one channel's maps. */
    void addBias(int channel, float bias) {
        if (bias != 0) {
            for (float[] map : maps[channel]) {
                for (int i = 0; i < map.length; i++) {
                    map[i] += bias;
                }
                planes.clearZeroColumn(map);
            }
        }
    }

    /**
     * Normalises one channel and writes what the next layer reads.
     *
     * @param row receives the interleaved map, {@code interleaved().run()} floats, its zero column zero
     */
    void forward(int channel, float gamma, float beta, int worker, float[] row) {
        if (batchNorm) {
            normalise(channel, gamma, beta, worker);
        } else {
            scale[channel] = 1;
            shift[channel] = 0;
        }
        float floor = relu ? 0 : Float.NEGATIVE_INFINITY;
        for (int phase = 0; phase < maps[channel].length; phase++) {
            float[] target = stride == 1 ? row : scratch[worker][phase];
            activate(maps[channel][phase], target, planes.run(), scale[channel], shift[channel], floor);
        }
        if (stride == 2) {
            interleave(scratch[worker], row);
        }
        interleaved().clearZeroColumn(row);
    }

    /**
     * Backward pass of one channel.
     *
     * @param row gradient with respect to what {@link #forward} wrote; its zero column is ignored
     * @return the gradients; the maps, with respect to {@link #of} and with zero columns zero, are the worker's own
     */
    Gradients backward(int channel, float gamma, float[] row, int worker) {
        float[][] gradient = scratch[worker];
        if (stride == 2) {
            separate(row, gradient);
        } else {
            System.arraycopy(row, 0, gradient[0], 0, planes.run());
        }
        float[] sums = cleared(worker);
        for (int phase = 0; phase < gradient.length; phase++) {
            if (relu) {
                gate(gradient[phase], maps[channel][phase], planes.run(), scale[channel], shift[channel]);
            }
            planes.clearZeroColumn(gradient[phase]);
            Sums.add(gradient[phase], sums, planes.run());
        }
        double sum = Sums.fold(sums, planes.run());
        if (!batchNorm) {
            return new Gradients(gradient, 0, sum);
        }
        float[] products = cleared(worker);
        for (int phase = 0; phase < gradient.length; phase++) {
            addProducts(gradient[phase], maps[channel][phase], mean[channel], products, planes.run());
        }
        double product = Sums.fold(products, planes.run()) * inverseDeviation[channel];
        int pixels = planes.edge() * planes.edge() * gradient.length;
        float meanGradient = (float) (sum / pixels);
        float meanProduct = (float) (product / pixels) * inverseDeviation[channel];
        float factor = gamma * inverseDeviation[channel];
        for (int phase = 0; phase < gradient.length; phase++) {
            float[] map = maps[channel][phase];
            project(gradient[phase], map, planes.run(), factor, meanGradient, meanProduct, mean[channel]);
            planes.clearZeroColumn(gradient[phase]);
        }
        return new Gradients(gradient, product, sum);
    }

    private void normalise(int channel, float gamma, float beta, int worker) {
        int pixels = planes.edge() * planes.edge() * stride * stride;
        float[] sums = cleared(worker);
        for (float[] map : maps[channel]) {
            Sums.add(map, sums, planes.run());
        }
        double average = Sums.fold(sums, planes.run()) / pixels;
        mean[channel] = (float) average;
        float[] products = cleared(worker);
        for (float[] map : maps[channel]) {
            addSquares(map, mean[channel], products, planes.run());
        }
        planes.clearZeroColumn(products); // zero columns are no pixels
        double squares = Sums.fold(products, planes.run());
        double variance = squares / pixels;
        inverseDeviation[channel] = (float) (1 / Math.sqrt(variance + EPSILON));
        scale[channel] = gamma * inverseDeviation[channel];
        shift[channel] = beta - mean[channel] * scale[channel];
        double unbiased = pixels > 1 ? squares / (pixels - 1) : variance;
        runningMean[channel] += (float) (MOMENTUM * (average - runningMean[channel]));
        runningVariance[channel] += (float) (MOMENTUM * (unbiased - runningVariance[channel]));
    }

    /** The worker's own row of sums, all zero. */
    private float[] cleared(int worker) {
        Arrays.fill(rowSums[worker], 0);
        return rowSums[worker];
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

    // Products go to an array of their own before they are summed: the products are vectorised, a sum is not.

    private static void addSquares(float[] map, float mean, float[] products, int count) {
        for (int i = 0; i < count; i++) {
            float difference = map[i] - mean;
            products[i] += difference * difference;
        }
    }

    private static void addProducts(float[] gradient, float[] map, float mean, float[] products, int count) {
        for (int i = 0; i < count; i++) {
            products[i] += gradient[i] * (map[i] - mean);
        }
    }

    /** Gradient through ReLU. A clamped steep line is 1 above zero and 0 below, without a branch. */
    private static void gate(float[] gradient, float[] map, int count, float a, float b) {
        for (int i = 0; i < count; i++) {
            gradient[i] *= Math.max(0f, Math.min(1f, (map[i] * a + b) * DetectorRuns.STEEP));
        }
    }

    private static void project(
            float[] gradient, float[] map, int count, float factor, float meanGradient, float meanProduct, float mean) {
        for (int i = 0; i < count; i++) {
            gradient[i] = factor * (gradient[i] - meanGradient - (map[i] - mean) * meanProduct);
        }
    }
}
