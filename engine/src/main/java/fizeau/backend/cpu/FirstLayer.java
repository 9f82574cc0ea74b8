// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.reconstruct.DecoderLayout;
import java.util.Arrays;

/**
 * The decoder's first layer: a transposed convolution of one pixel, which is the product of the latent z with the weight
 * as a matrix of {@code inputs x outputs}. It holds three quarters of all weights, so its cost is memory traffic, and its
 * gradient is an outer product that is never written where it can be avoided.
 *
 * <p>Rows are split over the workers; each sums its own part of the output.
 */
final class FirstLayer {
    private final int inputs;
    private final int outputs;
    private final int weight;
    private final float[][] partial;

    FirstLayer(DecoderLayout layout, int workers) {
        DecoderLayout.Layer layer = layout.layers().get(0);
        this.inputs = layer.inChannels();
        this.outputs = layer.outChannels() * 16;
        this.weight = layer.weight();
        this.partial = new float[workers][outputs];
    }

    int outputs() {
        return outputs;
    }

    /** One worker's part of z W. */
    void multiply(float[] parameters, int worker, int workers) {
        float[] sum = partial[worker];
        Arrays.fill(sum, 0);
        int to = WorkerPool.from(inputs, worker + 1, workers);
        for (int i = WorkerPool.from(inputs, worker, workers); i < to; i++) {
            addRow(sum, parameters, weight + i * outputs, parameters[i]);
        }
    }

    /** The output, once every worker has done its part. */
    float output(int index) {
        float sum = 0;
        for (float[] part : partial) {
            sum += part[index];
        }
        return sum;
    }

    /** One worker's rows of both gradients: W d for the latent, z d' for the weight. */
    void gradients(float[] parameters, float[] outputGradient, float[] gradient, int worker, int workers) {
        int to = WorkerPool.from(inputs, worker + 1, workers);
        for (int i = WorkerPool.from(inputs, worker, workers); i < to; i++) {
            int row = weight + i * outputs;
            gradient[i] = (float) Sums.dot(parameters, row, row + outputs, outputGradient, 0);
            float z = parameters[i];
            for (int j = 0; j < outputs; j++) {
                gradient[row + j] = z * outputGradient[j];
            }
        }
    }

    /**
     * One worker's rows of gradient, Adam step and the next forward product in one pass over weight and moments: the
     * gradient of a row is made from d on the fly and the new row is multiplied while it is in the cache.
     */
    void stepAndMultiply(
            AdamStep step,
            float[] parameters,
            float[] outputGradient,
            float[] first,
            float[] second,
            int worker,
            int workers) {
        float[] sum = partial[worker];
        Arrays.fill(sum, 0);
        int to = WorkerPool.from(inputs, worker + 1, workers);
        for (int i = WorkerPool.from(inputs, worker, workers); i < to; i++) {
            int row = weight + i * outputs;
            float z = parameters[i];
            float latentGradient = (float) Sums.dot(parameters, row, row + outputs, outputGradient, 0);
            step.apply(parameters, first, second, i, latentGradient);
            step.applyOuter(parameters, first, second, row, outputGradient, z, outputs);
            addRow(sum, parameters, row, parameters[i]);
        }
    }

    private void addRow(float[] sum, float[] parameters, int row, float z) {
        for (int j = 0; j < outputs; j++) {
            sum[j] += z * parameters[row + j];
        }
    }
}
