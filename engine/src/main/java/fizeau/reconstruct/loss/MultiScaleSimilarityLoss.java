// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct.loss;

import fizeau.optics.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Multi-scale structural dissimilarity {@code (1 - MS-SSIM) / 2} (Wang et al. 2003): a weighted geometric mean over up to five
 * scales, each half as large as the one before (2 x 2 averages, an odd last row or column dropped). A scale gives the mean of
 * its contrast part, the fifth the mean of the whole similarity. Where the next scale would be smaller than the window, the
 * scales end early and their weights are renormalised.
 */
public record MultiScaleSimilarityLoss() implements ImageLoss {

    /** As published; they sum to 1.0001, which is kept where all five scales exist. */
    private static final double[] WEIGHTS = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};

    /** Keeps the logarithm of a scale's similarity finite. */
    private static final double SIMILARITY_FLOOR = 1e-10;

    @Override
    public TargetedLoss against(float[] target, Shape shape) {
        int images = ImageStack.imagesIn(target, shape);
        List<Shape> shapes = scales(shape);
        SimilarityMap[][] maps = new SimilarityMap[shapes.size()][images];
        for (int image = 0; image < images; image++) {
            double[] pixels = ImageStack.image(target, image, shape);
            for (int scale = 0; scale < maps.length; scale++) {
                if (scale > 0) {
                    double[] half = new double[shapes.get(scale).count()];
                    Halving.average(pixels, shapes.get(scale - 1), half);
                    pixels = half;
                }
                maps[scale][image] = new SimilarityMap(pixels, shapes.get(scale));
            }
        }
        return new Against(maps);
    }

    private static List<Shape> scales(Shape shape) {
        List<Shape> shapes = new ArrayList<>(List.of(shape));
        int window = GaussianWindow.SIMILARITY.edge();
        while (shapes.size() < WEIGHTS.length) {
            Shape last = shapes.get(shapes.size() - 1);
            if (last.ny() / 2 < window || last.nx() / 2 < window) {
                break;
            }
            shapes.add(Halving.half(last));
        }
        return shapes;
    }

    private static final class Against implements TargetedLoss {

        private final SimilarityMap[][] maps;
        private final double[] weights;
        private final double[][][] pyramids;
        private final double[][] derivatives;

        Against(SimilarityMap[][] maps) {
            this.maps = maps;
            double total = maps.length == WEIGHTS.length
                    ? 1
                    : Arrays.stream(WEIGHTS, 0, maps.length).sum();
            weights = new double[maps.length];
            pyramids = new double[maps.length][maps[0].length][];
            derivatives = new double[maps.length][];
            for (int scale = 0; scale < maps.length; scale++) {
                weights[scale] = WEIGHTS[scale] / total;
                int count = maps[scale][0].shape().count();
                derivatives[scale] = new double[count];
                for (int image = 0; image < maps[scale].length; image++) {
                    pyramids[scale][image] = new double[count];
                }
            }
        }

        @Override
        public double value(float[] prediction) {
            return (1 - combine(similarities(prediction))) / 2;
        }

        @Override
        public double gradient(float[] prediction, float[] gradient) {
            ImageStack.requireLength("gradient", gradient, prediction.length);
            double[] similarities = similarities(prediction);
            double combined = combine(similarities);
            int images = maps[0].length;
            for (int image = 0; image < images; image++) {
                for (int scale = maps.length - 1; scale >= 0; scale--) {
                    double[] derivative = derivatives[scale];
                    Arrays.fill(derivative, 0);
                    if (scale + 1 < maps.length) {
                        Halving.spread(derivatives[scale + 1], maps[scale][image].shape(), derivative);
                    }
                    double similarity = similarities[scale];
                    if (similarity >= SIMILARITY_FLOOR && similarity <= 1) {
                        double scaled = -0.5 * combined * weights[scale] / similarity / images;
                        maps[scale][image].addGradient(pyramids[scale][image], contrastOnly(scale), scaled, derivative);
                    }
                }
                ImageStack.storeImage(derivatives[0], gradient, image);
            }
            return (1 - combined) / 2;
        }

        /** Mean over the stack of each scale's similarity, before it is limited. */
        private double[] similarities(float[] prediction) {
            int images = maps[0].length;
            ImageStack.requireLength("prediction", prediction, images * pyramids[0][0].length);
            double[] similarities = new double[maps.length];
            for (int image = 0; image < images; image++) {
                ImageStack.copyImage(prediction, image, pyramids[0][image]);
                for (int scale = 0; scale < maps.length; scale++) {
                    if (scale > 0) {
                        Halving.average(
                                pyramids[scale - 1][image], maps[scale - 1][image].shape(), pyramids[scale][image]);
                    }
                    similarities[scale] +=
                            maps[scale][image].value(pyramids[scale][image], contrastOnly(scale)) / images;
                }
            }
            return similarities;
        }

        private double combine(double[] similarities) {
            double logarithm = 0;
            for (int scale = 0; scale < similarities.length; scale++) {
                double limited = Math.min(1, Math.max(SIMILARITY_FLOOR, similarities[scale]));
                logarithm += weights[scale] * Math.log(limited);
            }
            return Math.exp(logarithm);
        }

        private static boolean contrastOnly(int scale) {
            return scale < WEIGHTS.length - 1;
        }
    }
}
