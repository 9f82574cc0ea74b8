// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct.loss;

import fizeau.optics.Shape;

/**
 * Structural dissimilarity of images reduced to at most {@code maxEdge} pixels per edge first, by bilinear interpolation
 * without antialiasing (a factor of 2 is the 2 x 2 average). Images that are small enough already are compared as they are.
 */
public record FastSimilarityLoss(int maxEdge) implements ImageLoss {

    public FastSimilarityLoss {
        if (maxEdge < GaussianWindow.SIMILARITY.smallestImageEdge()) {
            throw new IllegalArgumentException(
                    "reduced edge of " + maxEdge + " pixels is too small for the similarity window: " + "use at least "
                            + GaussianWindow.SIMILARITY.smallestImageEdge());
        }
    }

    @Override
    public TargetedLoss against(float[] target, Shape shape) {
        int images = ImageStack.imagesIn(target, shape);
        Shape reduced = new Shape(Math.min(shape.ny(), maxEdge), Math.min(shape.nx(), maxEdge));
        SimilarityLoss similarity = new SimilarityLoss();
        if (reduced.equals(shape)) {
            return similarity.against(target, shape);
        }
        BilinearReduction reduction = new BilinearReduction(shape, reduced);
        float[] small = new float[images * reduced.count()];
        reduction.reduce(target, small);
        return new Against(reduction, similarity.against(small, reduced), small, new float[small.length]);
    }

    private record Against(BilinearReduction reduction, TargetedLoss similarity, float[] small, float[] smallGradient)
            implements TargetedLoss {

        @Override
        public double value(float[] prediction) {
            reduction.reduce(prediction, small);
            return similarity.value(small);
        }

        @Override
        public double gradient(float[] prediction, float[] gradient) {
            ImageStack.requireLength("gradient", gradient, prediction.length);
            reduction.reduce(prediction, small);
            double value = similarity.gradient(small, smallGradient);
            reduction.spread(smallGradient, gradient);
            return value;
        }
    }
}
