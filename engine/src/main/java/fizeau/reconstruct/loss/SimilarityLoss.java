// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct.loss;

import fizeau.optics.Shape;
import java.util.Arrays;

/**
 * Structural dissimilarity {@code (1 - SSIM) / 2}: 11 x 11 Gaussian window of sigma 1.5, borders mirrored without repeating
 * the edge, data range 1, mean over the whole map and all images of the stack. Edges must be at least 6 pixels.
 */
public record SimilarityLoss() implements ImageLoss {

    @Override
    public TargetedLoss against(float[] target, Shape shape) {
        SimilarityMap[] maps = new SimilarityMap[ImageStack.imagesIn(target, shape)];
        for (int image = 0; image < maps.length; image++) {
            maps[image] = new SimilarityMap(ImageStack.image(target, image, shape), shape);
        }
        return new Against(maps, new double[shape.count()], new double[shape.count()]);
    }

    private record Against(SimilarityMap[] maps, double[] image, double[] derivative) implements TargetedLoss {

        @Override
        public double value(float[] prediction) {
            ImageStack.requireLength("prediction", prediction, maps.length * image.length);
            double sum = 0;
            for (int i = 0; i < maps.length; i++) {
                ImageStack.copyImage(prediction, i, image);
                sum += maps[i].value(image, false);
            }
            return (1 - sum / maps.length) / 2;
        }

        @Override
        public double gradient(float[] prediction, float[] gradient) {
            ImageStack.requireLength("prediction", prediction, maps.length * image.length);
            ImageStack.requireLength("gradient", gradient, prediction.length);
            double sum = 0;
            for (int i = 0; i < maps.length; i++) {
                ImageStack.copyImage(prediction, i, image);
                sum += maps[i].value(image, false);
                Arrays.fill(derivative, 0);
                maps[i].addGradient(image, false, -0.5 / maps.length, derivative);
                ImageStack.storeImage(derivative, gradient, i);
            }
            return (1 - sum / maps.length) / 2;
        }
    }
}
