// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import java.util.Arrays;

/**
 * The first layer's product y = z W where the latent vector z is not trained. The weight's gradient is then z d' with the
 * same z in every step, so the moments of the weight w_ij are z_i m_j and z_i^2 v_j with m and v the moments of d alone, and
 * Adam moves the product by
 *
 * <pre>y_j -= rate m_j sum_i |z_i| / (sqrt(v_j) + epsilon / |z_i|)</pre>
 *
 * <p>so that neither weight nor moments of it are needed: three vectors instead of three matrices, and no memory traffic.
 * Equal to the step of the whole matrix but for rounding. Columns are split over the workers.
 */
final class FixedLatentProduct implements FirstLayerTraining {
    private final float[] product;
    private final float[] first;
    private final float[] second;
    private final float[] root;
    private final float[] change;
    private final float[] magnitudes;
    private final float[] floors;

    /**
     * @param parameters begin with the latent vector
     * @param partial one part of the product for each worker; the first is taken as the place of the whole product, the
     *     others are cleared
     */
    FixedLatentProduct(float[] parameters, int inputs, float[][] partial) {
        this.product = partial[0];
        for (int part = 1; part < partial.length; part++) {
            for (int j = 0; j < product.length; j++) {
                product[j] += partial[part][j];
            }
            Arrays.fill(partial[part], 0);
        }
        this.first = new float[product.length];
        this.second = new float[product.length];
        this.root = new float[product.length];
        this.change = new float[product.length];
        float[] magnitude = new float[inputs];
        int used = 0;
        for (int i = 0; i < inputs; i++) {
            // a latent of zero lets nothing through, whatever its weights are
            if (parameters[i] != 0) {
                magnitude[used++] = Math.abs(parameters[i]);
            }
        }
        this.magnitudes = Arrays.copyOf(magnitude, used);
        this.floors = new float[used];
        for (int i = 0; i < used; i++) {
            floors[i] = AdamStep.EPSILON / magnitudes[i];
        }
    }

    @Override
    public void stepAndMultiply(
            AdamStep step,
            float[] latent,
            float[] latentFirst,
            float[] latentSecond,
            float[] outputGradient,
            int worker,
            int workers) {
        int from = WorkerPool.from(product.length, worker, workers);
        int to = WorkerPool.from(product.length, worker + 1, workers);
        step.moments(first, second, root, outputGradient, from, to);
        Arrays.fill(change, from, to, 0);
        for (int i = 0; i < magnitudes.length; i++) {
            add(magnitudes[i], floors[i], from, to);
        }
        for (int j = from; j < to; j++) {
            product[j] -= step.stepSize() * first[j] * change[j];
        }
    }

    private void add(float magnitude, float floor, int from, int to) {
        float[] sum = change;
        float[] roots = root;
        for (int j = from; j < to; j++) {
            sum[j] += magnitude / (roots[j] + floor);
        }
    }
}
