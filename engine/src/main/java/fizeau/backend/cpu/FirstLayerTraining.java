// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

/** The first layer under fused training: its step and its product with the latent vector after the step, in one. */
interface FirstLayerTraining {

    /**
     * One worker's part of the step and of the next forward product.
     *
     * @param latent begins with the latent vector, which is stepped too unless it is fixed
     * @param latentFirst its first moments
     * @param latentSecond its second moments
     * @param outputGradient gradient with respect to the layer's product
     */
    void stepAndMultiply(
            AdamStep step,
            float[] latent,
            float[] latentFirst,
            float[] latentSecond,
            float[] outputGradient,
            int worker,
            int workers);
}
