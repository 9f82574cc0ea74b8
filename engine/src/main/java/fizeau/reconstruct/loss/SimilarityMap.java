// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct.loss;

import fizeau.optics.Shape;

/**
 * Mean structural similarity of one image to one fixed target (Wang et al. 2004), and its gradient. With window averages
 * {@code m} and population (co)variances {@code s}: {@code A1 = 2 mx my + C1}, {@code A2 = 2 sxy + C2},
 * {@code B1 = mx^2 + my^2 + C1}, {@code B2 = sxx + syy + C2}; the similarity is {@code A1 A2 / (B1 B2)}, its contrast part
 * {@code A2 / B2}. The two blurs that depend on the target alone are computed once.
 */
final class SimilarityMap {

    private static final double C1 = 1e-4;
    private static final double C2 = 9e-4;

    private final Shape shape;
    private final GaussianWindow window = GaussianWindow.SIMILARITY;
    private final double[] target;
    private final double[] targetMean;
    private final double[] targetVariance;

    private final double[] mean;
    private final double[] square;
    private final double[] product;
    private final double[] work;
    private final double[] scratch;

    /** @param target {@code shape.count()} values; kept, not copied */
    SimilarityMap(double[] target, Shape shape) {
        if (Math.min(shape.ny(), shape.nx()) < window.smallestImageEdge()) {
            throw new IllegalArgumentException(
                    "similarity of " + shape + " images: edges must be at least " + window.smallestImageEdge()
                            + " pixels, because the border is mirrored for a window of " + window.edge());
        }
        this.shape = shape;
        this.target = target;
        int count = shape.count();
        targetMean = new double[count];
        targetVariance = new double[count];
        mean = new double[count];
        square = new double[count];
        product = new double[count];
        work = new double[count];
        scratch = new double[count];
        window.blur(target, targetMean, scratch, shape);
        multiply(target, target, work);
        window.blur(work, targetVariance, scratch, shape);
        for (int i = 0; i < count; i++) {
            targetVariance[i] -= targetMean[i] * targetMean[i];
        }
    }

    Shape shape() {
        return shape;
    }

    /** Mean of the map; of its contrast part alone if asked. */
    double value(double[] image, boolean contrastOnly) {
        average(image);
        double sum = 0;
        for (int i = 0; i < mean.length; i++) {
            sum += contrastOnly ? contrast(i) : luminance(i) * contrast(i);
        }
        return sum / mean.length;
    }

    /**
     * Adds {@code scale} times the derivative of {@link #value} to {@code gradient}.
     *
     * @param image the image of the latest call of {@link #value}, whose window averages are used again
     */
    void addGradient(double[] image, boolean contrastOnly, double scale, double[] gradient) {
        double perPixel = scale / mean.length;
        for (int i = 0; i < mean.length; i++) {
            double mx = mean[i];
            double my = targetMean[i];
            double b2 = variances(i) + C2;
            double byMean;
            double bySquare;
            double byProduct;
            if (contrastOnly) {
                double contrast = contrast(i);
                byMean = 2 * (mx * contrast - my) / b2;
                bySquare = -contrast / b2;
                byProduct = 2 / b2;
            } else {
                double a1 = 2 * mx * my + C1;
                double a2 = 2 * covariance(i) + C2;
                double b1 = mx * mx + my * my + C1;
                double similarity = a1 * a2 / (b1 * b2);
                byMean = 2 * my * (a2 - a1) / (b1 * b2) - 2 * mx * similarity * (1 / b1 - 1 / b2);
                bySquare = -similarity / b2;
                byProduct = 2 * a1 / (b1 * b2);
            }
            mean[i] = perPixel * byMean;
            square[i] = perPixel * bySquare;
            product[i] = perPixel * byProduct;
        }
        window.spread(mean, work, scratch, shape);
        add(work, gradient);
        window.spread(square, work, scratch, shape);
        for (int i = 0; i < work.length; i++) {
            gradient[i] += 2 * image[i] * work[i];
        }
        window.spread(product, work, scratch, shape);
        for (int i = 0; i < work.length; i++) {
            gradient[i] += target[i] * work[i];
        }
    }

    private void average(double[] image) {
        window.blur(image, mean, scratch, shape);
        multiply(image, image, work);
        window.blur(work, square, scratch, shape);
        multiply(image, target, work);
        window.blur(work, product, scratch, shape);
    }

    private double luminance(int i) {
        return (2 * mean[i] * targetMean[i] + C1) / (mean[i] * mean[i] + targetMean[i] * targetMean[i] + C1);
    }

    private double contrast(int i) {
        return (2 * covariance(i) + C2) / (variances(i) + C2);
    }

    private double covariance(int i) {
        return product[i] - mean[i] * targetMean[i];
    }

    private double variances(int i) {
        return square[i] - mean[i] * mean[i] + targetVariance[i];
    }

    private static void multiply(double[] a, double[] b, double[] result) {
        for (int i = 0; i < result.length; i++) {
            result[i] = a[i] * b[i];
        }
    }

    private static void add(double[] values, double[] sum) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += values[i];
        }
    }
}
