// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.reconstruct.DecoderLayout;
import java.util.Arrays;

/**
 * What follows the last convolution: the sigmoid, and padding with zeros or cropping to the output's size. A crop starts
 * one pixel late, as the reference implementation's does; the padded frame carries no gradient.
 */
final class OutputHead {
    private final Planes planes;
    private final int edge;
    private final int outputEdge;
    private final int sourceStart;
    private final int targetStart;
    private final int copied;
    private final float[] map;
    private final float[] gradient;
    private final double[] sums;

    OutputHead(DecoderLayout layout, Planes planes, int workers) {
        this.planes = planes;
        this.edge = planes.edge() - 2;
        this.outputEdge = layout.spec().outputSize();
        boolean pad = outputEdge >= edge;
        this.sourceStart = pad ? 0 : (edge - outputEdge) / 2 + 1;
        this.targetStart = pad ? (outputEdge - edge) / 2 : 0;
        this.copied = pad ? edge : Math.min(outputEdge, edge - sourceStart);
        this.map = new float[planes.run()];
        this.gradient = new float[planes.run()];
        this.sums = new double[workers];
    }

    /** Sigmoid, then the output: one worker's rows, and by the first worker the frame of zeros around them. */
    void activate(TransposedConvolution last, float bias, float[] output, int worker, int workers) {
        if (worker == 0 && copied < outputEdge) {
            clearFrame(output);
        }
        int from = WorkerPool.from(copied, worker, workers);
        int to = WorkerPool.from(copied, worker + 1, workers);
        last.getOutputRows(0, map, sourceStart + from, sourceStart + to);
        for (int y = from; y < to; y++) {
            int in = (sourceStart + y) * planes.stride() + sourceStart;
            int out = (targetStart + y) * outputEdge + targetStart;
            for (int x = 0; x < copied; x++) {
                map[in + x] = (float) (1 / (1 + Math.exp(-map[in + x] - bias)));
                output[out + x] = map[in + x];
            }
        }
    }

    /**
     * Puts the gradient before the sigmoid into the last convolution: one worker's rows, zero outside the pixels that the
     * convolution yields.
     */
    void backward(float[] outputGradient, TransposedConvolution last, int worker, int workers) {
        int from = WorkerPool.from(copied, worker, workers);
        int to = WorkerPool.from(copied, worker + 1, workers);
        double sum = 0;
        for (int y = from; y < to; y++) {
            int at = (sourceStart + y) * planes.stride() + sourceStart;
            int in = (targetStart + y) * outputEdge + targetStart;
            for (int x = 0; x < copied; x++) {
                float value = map[at + x];
                float g = outputGradient[in + x] * value * (1 - value);
                gradient[at + x] = g;
                sum += g;
            }
        }
        sums[worker] = sum;
        // the forward pass left its output in the rows around
        int first = worker == 0 ? 0 : sourceStart + from;
        int end = worker == workers - 1 ? planes.edge() : sourceStart + to;
        last.putOutputGradientRows(0, gradient, first, end);
    }

    /** The gradient of the bias, once every worker has done its part of {@link #backward}. */
    double gradientSum() {
        double sum = 0;
        for (double part : sums) {
            sum += part;
        }
        return sum;
    }

    private void clearFrame(float[] output) {
        int end = targetStart + copied;
        Arrays.fill(output, 0, targetStart * outputEdge, 0);
        for (int y = targetStart; y < end; y++) {
            Arrays.fill(output, y * outputEdge, y * outputEdge + targetStart, 0);
            Arrays.fill(output, y * outputEdge + end, (y + 1) * outputEdge, 0);
        }
        Arrays.fill(output, end * outputEdge, outputEdge * outputEdge, 0);
    }
}
