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
    private static final Planes MAPS = new Planes(4);
    private static final int PIXELS = MAPS.edge() * MAPS.edge();

    private final int inputs;
    private final int outputs;
    private final int weight;
    private final float[][] partial;

    FirstLayer(DecoderLayout layout, int workers) {
        DecoderLayout.Layer layer = layout.layers().get(0);
        this.inputs = layer.inChannels();
        this.outputs = layer.outChannels() * PIXELS;
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

    /** Writes one channel's 4 x 4 pixels of the output into a map, once every worker has done its part. */
    void place(int channel, float bias, float[] map) {
        for (int y = 0; y < MAPS.edge(); y++) {
            for (int x = 0; x < MAPS.edge(); x++) {
                float sum = bias;
                for (float[] part : partial) {
                    sum += part[channel * PIXELS + y * MAPS.edge() + x];
                }
                map[y * MAPS.stride() + x] = sum;
            }
        }
    }

    /** Takes one channel's gradient out of a map. */
    void take(int channel, float[] map, float[] outputGradient) {
        for (int y = 0; y < MAPS.edge(); y++) {
            int at = channel * PIXELS + y * MAPS.edge();
            System.arraycopy(map, y * MAPS.stride(), outputGradient, at, MAPS.edge());
        }
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

    /**
     * Starts fused training from the product that {@link #multiply} made.
     *
     * @param parameters in the order of the layout; copied
     */
    FirstLayerTraining newTraining(float[] parameters, boolean fixedLatent) {
        return fixedLatent ? new FixedLatentProduct(parameters, inputs, partial) : new Rows(parameters);
    }

    /**
     * The weight and its moments, row by row. In arrays that are all indexed alike the JVM vectorises the whole step; with
     * one offset for the flat buffers and another for the gradient it does not (3.4 times slower).
     */
    private final class Rows implements FirstLayerTraining {
        private final float[][] weights = new float[inputs][];
        private final float[][] first = new float[inputs][outputs];
        private final float[][] second = new float[inputs][outputs];
        private final float[][] products = new float[partial.length][outputs];

        private Rows(float[] parameters) {
            for (int i = 0; i < inputs; i++) {
                int row = weight + i * outputs;
                weights[i] = Arrays.copyOfRange(parameters, row, row + outputs);
            }
        }

        /**
         * One worker's rows of gradient, Adam step and the next forward product in one pass over weight and moments: the
         * gradient of a row is made on the fly and the new row is multiplied while it is in the cache.
         */
        @Override
        public void stepAndMultiply(
                AdamStep step,
                float[] latent,
                float[] latentFirst,
                float[] latentSecond,
                float[] outputGradient,
                int worker,
                int workers) {
            float[] sum = partial[worker];
            Arrays.fill(sum, 0);
            int to = WorkerPool.from(inputs, worker + 1, workers);
            for (int i = WorkerPool.from(inputs, worker, workers); i < to; i++) {
                float z = latent[i];
                float latentGradient = Sums.dot(weights[i], outputGradient, products[worker], outputs);
                step.apply(latent, latentFirst, latentSecond, i, latentGradient);
                step.applyOuter(weights[i], first[i], second[i], outputGradient, z, sum, latent[i], outputs);
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
