// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct.loss;

import fizeau.optics.Shape;

/** L2: the mean squared difference, divided by {@code mean target^2 + 1e-8} when normalised. */
public record SquaredLoss(boolean normalised) implements ImageLoss {

    @Override
    public TargetedLoss against(float[] target, Shape shape) {
        ImageStack.imagesIn(target, shape);
        double scale = 1.0 / target.length;
        if (normalised) {
            double sum = 0;
            for (float value : target) {
                sum += (double) value * value;
            }
            scale /= sum / target.length + AbsoluteLoss.NORM_FLOOR;
        }
        return new Against(target.clone(), scale);
    }

    private record Against(float[] target, double scale) implements TargetedLoss {

        @Override
        public double value(float[] prediction) {
            ImageStack.requireLength("prediction", prediction, target.length);
            double sum = 0;
            for (int i = 0; i < target.length; i++) {
                double difference = (double) prediction[i] - target[i];
                sum += difference * difference;
            }
            return sum * scale;
        }

        @Override
        public double gradient(float[] prediction, float[] gradient) {
            ImageStack.requireLength("gradient", gradient, target.length);
            double value = value(prediction);
            for (int i = 0; i < target.length; i++) {
                gradient[i] = (float) (2 * ((double) prediction[i] - target[i]) * scale);
            }
            return value;
        }
    }
}
