// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct.loss;

/**
 * A loss prepared against one target, to be evaluated for many predictions. Owns its work arrays, so it allocates nothing
 * per evaluation and is confined to one thread.
 */
public interface TargetedLoss {

    /** The loss of a prediction with as many pixels as the target. */
    double value(float[] prediction);

    /**
     * The loss, and its derivative with respect to every pixel of the prediction.
     *
     * @param gradient receives (does not accumulate) the derivative, as many values as {@code prediction}
     */
    double gradient(float[] prediction, float[] gradient);
}
