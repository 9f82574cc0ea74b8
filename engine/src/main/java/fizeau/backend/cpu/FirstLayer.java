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
            gradient[i] = dot(parameters, row, outputGradient);
            float z = parameters[i];
            for (int j = 0; j < outputs; j++) {
                gradient[row + j] = z * outputGradient[j];
            }
        }
    }

    /** Starts fused training: takes the weight into rows of its own, which {@link #stepAndMultiply} advances. */
    Rows newRows(float[] parameters) {
        return new Rows(parameters);
    }

    /**
     * The weight and its moments, row by row. In arrays that are all indexed alike the JVM vectorises the whole step; with
     * one offset for the flat buffers and another for the gradient it does not (3.4 times slower).
     */
    final class Rows {
        private final float[][] weights = new float[inputs][];
        private final float[][] first = new float[inputs][outputs];
        private final float[][] second = new float[inputs][outputs];

        private Rows(float[] parameters) {
            for (int i = 0; i < inputs; i++) {
                int row = weight + i * outputs;
                weights[i] = Arrays.copyOfRange(parameters, row, row + outputs);
            }
        }

        /**
         * One worker's rows of gradient, Adam step and the next forward product in one pass over weight and moments: the
         * gradient of a row is made on the fly and the new row is multiplied while it is in the cache.
         *
         * @param parameters the flat buffer, for the latent
         * @param outputGradient gradient with respect to the layer's product
         * @param moments of the flat buffer, for the latent
         */
        void stepAndMultiply(
                AdamStep step, float[] parameters, float[] outputGradient, Moments moments, int worker, int workers) {
            float[] sum = partial[worker];
            Arrays.fill(sum, 0);
            int to = WorkerPool.from(inputs, worker + 1, workers);
            for (int i = WorkerPool.from(inputs, worker, workers); i < to; i++) {
                float z = parameters[i];
                float latentGradient = Sums.dot(weights[i], outputGradient, outputs);
                step.apply(parameters, moments.first(), moments.second(), i, latentGradient);
                step.applyOuter(weights[i], first[i], second[i], outputGradient, z, sum, parameters[i], outputs);
            }
        }
    }

    private void addRow(float[] sum, float[] parameters, int row, float z) {
        for (int j = 0; j < outputs; j++) {
            sum[j] += z * parameters[row + j];
        }
    }

    private float dot(float[] parameters, int row, float[] outputGradient) {
        double sum = 0;
        for (int j = 0; j < outputs; j++) {
            sum += parameters[row + j] * outputGradient[j];
        }
        return (float) sum;
    }
}
