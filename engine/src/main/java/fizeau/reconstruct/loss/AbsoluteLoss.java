// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct.loss;

import fizeau.optics.Shape;

/**
 * L1: the mean absolute difference, divided by {@code mean |target| + 1e-8} when normalised. The derivative where prediction
 * and target are equal is 0.
 */
public record AbsoluteLoss(boolean normalised) implements ImageLoss {

    /** Keeps the norm of a dark target away from zero. */
    static final double NORM_FLOOR = 1e-8;

    @Override
    public TargetedLoss against(float[] target, Shape shape) {
        ImageStack.imagesIn(target, shape);
        double scale = 1.0 / target.length;
        if (normalised) {
            double sum = 0;
            for (float value : target) {
                sum += Math.abs(value);
            }
            scale /= sum / target.length + NORM_FLOOR;
        }
        return new Against(target.clone(), scale);
    }

    private record Against(float[] target, double scale) implements TargetedLoss {

        @Override
        public double value(float[] prediction) {
            ImageStack.requireLength("prediction", prediction, target.length);
            double sum = 0;
            for (int i = 0; i < target.length; i++) {
                sum += Math.abs((double) prediction[i] - target[i]);
            }
            return sum * scale;
        }

        @Override
        public double gradient(float[] prediction, float[] gradient) {
            ImageStack.requireLength("gradient", gradient, target.length);
            double value = value(prediction);
            for (int i = 0; i < target.length; i++) {
                gradient[i] = (float) (Math.signum((double) prediction[i] - target[i]) * scale);
            }
            return value;
        }
    }
}
