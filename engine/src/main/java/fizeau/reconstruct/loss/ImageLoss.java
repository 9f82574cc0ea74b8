// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct.loss;

import fizeau.optics.Shape;

/**
 * A scalar loss between images. Images are amplitudes, row-major; several of one shape may stand one after another and count
 * as one stack with one loss. Implementations are immutable.
 */
public interface ImageLoss {

    /**
     * Prepares the loss against one target: everything that depends on the target alone is computed here, once.
     *
     * @param target one or more images of {@code shape.count()} values; copied
     */
    TargetedLoss against(float[] target, Shape shape);

    /** The loss of {@code prediction} against {@code target}, both stacks of images of {@code shape}. */
    default double value(float[] prediction, float[] target, Shape shape) {
        return against(target, shape).value(prediction);
    }

    /**
     * The loss, and its derivative with respect to every pixel of the prediction.
     *
     * @param gradient receives the derivative, as many values as {@code prediction}
     */
    default double gradient(float[] prediction, float[] target, Shape shape, float[] gradient) {
        return against(target, shape).gradient(prediction, gradient);
    }
}
