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
    private final float[][] maps;
    private final float[][] gradientMaps;

    OutputHead(DecoderLayout layout, Planes planes) {
        this.planes = planes;
        this.edge = planes.edge() - 2;
        this.outputEdge = layout.spec().outputSize();
        boolean pad = outputEdge >= edge;
        this.sourceStart = pad ? 0 : (edge - outputEdge) / 2 + 1;
        this.targetStart = pad ? (outputEdge - edge) / 2 : 0;
        this.copied = pad ? edge : Math.min(outputEdge, edge - sourceStart);
        this.maps = new float[1][planes.run()];
        this.gradientMaps = new float[1][planes.run()];
    }

    /** Where the last convolution puts its output. */
    float[][] maps() {
        return maps;
    }

    /** Gradient with respect to {@link #maps}, zero outside the {@code edge x edge} pixels that the convolution yields. */
    float[][] gradientMaps() {
        return gradientMaps;
    }

    /** Sigmoid in place, then the output: one worker's rows, and by the first worker the frame of zeros around them. */
    void activate(float[] output, int worker, int workers) {
        if (worker == 0 && copied < outputEdge) {
            clearFrame(output);
        }
        float[] map = maps[0];
        int to = WorkerPool.from(copied, worker + 1, workers);
        for (int y = WorkerPool.from(copied, worker, workers); y < to; y++) {
            int in = (sourceStart + y) * planes.stride() + sourceStart;
            int out = (targetStart + y) * outputEdge + targetStart;
            for (int x = 0; x < copied; x++) {
                map[in + x] = (float) (1 / (1 + Math.exp(-map[in + x])));
                output[out + x] = map[in + x];
            }
        }
    }

    /** Gradient of the sigmoid into {@link #gradientMaps}; returns its sum, the gradient of the bias. */
    double backward(float[] outputGradient) {
        float[] map = maps[0];
        float[] gradient = gradientMaps[0];
        double sum = 0;
        for (int y = 0; y < copied; y++) {
            int at = (sourceStart + y) * planes.stride() + sourceStart;
            int in = (targetStart + y) * outputEdge + targetStart;
            for (int x = 0; x < copied; x++) {
                float value = map[at + x];
                float g = outputGradient[in + x] * value * (1 - value);
                gradient[at + x] = g;
                sum += g;
            }
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
