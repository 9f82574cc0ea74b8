// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct.loss;

import fizeau.optics.Shape;

/**
 * The training loss of a sample: the same loss of the estimate's image through the cumulative mask against the "old" target,
 * and of its image through the new aperture against the "new" one. Prepared once per sample; confined to one thread.
 */
public final class DualLoss {

    private final TargetedLoss old;
    private final TargetedLoss fresh;

    private DualLoss(TargetedLoss old, TargetedLoss fresh) {
        this.old = old;
        this.fresh = fresh;
    }

    /**
     * Prepares the loss of one sample.
     *
     * @param oldTarget {@code shape.count()} amplitudes: the frozen estimate through the cumulative mask
     * @param newTarget as many: the object through the new aperture. At the first sample both are the same image
     */
    public static DualLoss against(ImageLoss loss, float[] oldTarget, float[] newTarget, Shape shape) {
        return new DualLoss(loss.against(oldTarget, shape), loss.against(newTarget, shape));
    }

    /** Both losses for the estimate's two images. */
    public Values values(float[] oldPrediction, float[] newPrediction) {
        return new Values(old.value(oldPrediction), fresh.value(newPrediction));
    }

    /** Both losses and their derivatives with respect to the estimate's two images. */
    public Values gradient(float[] oldPrediction, float[] newPrediction, float[] oldGradient, float[] newGradient) {
        return new Values(old.gradient(oldPrediction, oldGradient), fresh.gradient(newPrediction, newGradient));
    }

    /**
     * The two losses of one evaluation.
     *
     * @param old of the cumulative mask's image
     * @param fresh of the new aperture's image
     */
    public record Values(double old, double fresh) {

        /** What is trained: old + new. */
        public double total() {
            return old + fresh;
        }
    }
}
