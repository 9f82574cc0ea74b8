// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

/**
 * What becomes of the gradients of a {@link FusedDecoder}: collected, or used for a step of the optimiser while they are in
 * the cache. Called by all workers, each with parameters of its own that no worker reads again in this pass.
 */
interface GradientUse {

    /**
     * The gradient of a part of one tap's weight.
     *
     * @param gradient the elements {@code from} to {@code to - 1} of the tap's matrix, at their places
     */
    void weights(DecoderStage stage, int tap, float[] gradient, int from, int to);

    /** The gradient of a small parameter, by its index among them. */
    void small(int index, float gradient);
}
