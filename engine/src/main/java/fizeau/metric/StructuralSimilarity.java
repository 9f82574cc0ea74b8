// SPDX-License-Identifier: Apache-2.0
package fizeau.metric;

import fizeau.optics.Shape;

/**
 * The structural similarity index as a measure of quality: Gaussian window of sigma 1.5 cut at radius 5, border mirrored
 * with the edge repeated, population variances, mean over the map without its outermost pixels. The formula is that of
 * Wang et al. 2004 with the settings of scikit-image. The similarity used as a training loss,
 * {@code fizeau.reconstruct.loss}, mirrors without repeating the edge and averages the whole map, so the two differ slightly.
 */
public final class StructuralSimilarity {

    /** {@code (0.01 range)^2} for a data range of 1: stabilises where both images are dark. */
    public static final double MEAN_CONSTANT = 1e-4;

    /** {@code (0.03 range)^2} for a data range of 1: stabilises where both images are flat. */
    public static final double VARIANCE_CONSTANT = 9e-4;

    private static final double SIGMA = 1.5;
    private static final int RADIUS = 5;
    private static final double[] WINDOW = gaussian();

    private StructuralSimilarity() {}

    /** Similarity for amplitudes of data range 1. */
    public static double of(float[] image, float[] reference, Shape shape) {
        return of(image, reference, shape, 1);
    }

    /**
     * Mean similarity of two images.
     *
     * @param image {@code shape.count()} values, row-major
     * @param reference as many
     * @param range data range; stabilises the ratio where both images are dark or flat
     * @return at most 1, which equal images reach
     */
    public static double of(float[] image, float[] reference, Shape shape, double range) {
        if (image.length != shape.count() || reference.length != shape.count()) {
            throw new IllegalArgumentException("similarity of " + shape + " images needs " + shape.count()
                    + " pixels each, got " + image.length + " and " + reference.length);
        }
        if (!(range > 0)) {
            throw new IllegalArgumentException("data range " + range + " must be positive: use 1 for amplitudes");
        }
        int count = shape.count();
        double[] squareImage = new double[count];
        double[] squareReference = new double[count];
        double[] product = new double[count];
        double[] first = new double[count];
        double[] second = new double[count];
        for (int i = 0; i < count; i++) {
            first[i] = image[i];
            second[i] = reference[i];
            squareImage[i] = first[i] * first[i];
            squareReference[i] = second[i] * second[i];
            product[i] = first[i] * second[i];
        }
        blur(first, shape);
        blur(second, shape);
        blur(squareImage, shape);
        blur(squareReference, shape);
        blur(product, shape);

        double c1 = MEAN_CONSTANT * range * range;
        double c2 = VARIANCE_CONSTANT * range * range;
        int border = border(shape);
        double sum = 0;
        for (int y = border; y < shape.ny() - border; y++) {
            for (int x = border; x < shape.nx() - border; x++) {
                int i = shape.index(y, x);
                double means = first[i] * second[i];
                double meanSquares = first[i] * first[i] + second[i] * second[i];
                double covariance = product[i] - means;
                double variances = squareImage[i] + squareReference[i] - meanSquares;
                sum += (2 * means + c1) * (2 * covariance + c2) / ((meanSquares + c1) * (variances + c2));
            }
        }
        return sum / ((double) (shape.ny() - 2 * border) * (shape.nx() - 2 * border));
    }

    /** The weights along one axis, an odd number, their sum 1; a copy. */
    public static double[] window() {
        return WINDOW.clone();
    }

    /** Pixels at each edge of the map that are left out: half of the largest odd window of at most 7 that fits the image. */
    public static int border(Shape shape) {
        int edge = Math.min(7, Math.min(shape.ny(), shape.nx()));
        return (edge - 1) / 2;
    }

    private static void blur(double[] values, Shape shape) {
        double[] line = new double[Math.max(shape.ny(), shape.nx())];
        for (int y = 0; y < shape.ny(); y++) {
            blurLine(values, y * shape.nx(), 1, shape.nx(), line);
        }
        for (int x = 0; x < shape.nx(); x++) {
            blurLine(values, x, shape.nx(), shape.ny(), line);
        }
    }

    private static void blurLine(double[] values, int start, int stride, int length, double[] line) {
        for (int i = 0; i < length; i++) {
            line[i] = values[start + i * stride];
        }
        for (int i = 0; i < length; i++) {
            double sum = 0;
            for (int k = -RADIUS; k <= RADIUS; k++) {
                sum += WINDOW[k + RADIUS] * line[mirror(i + k, length)];
            }
            values[start + i * stride] = sum;
        }
    }

    /** Index mirrored with the edge repeated: {@code c b a | a b c | c b a}; images may be smaller than the window. */
    private static int mirror(int index, int length) {
        int folded = Math.floorMod(index, 2 * length);
        return folded < length ? folded : 2 * length - 1 - folded;
    }

    private static double[] gaussian() {
        double[] weights = new double[2 * RADIUS + 1];
        double sum = 0;
        for (int k = -RADIUS; k <= RADIUS; k++) {
            weights[k + RADIUS] = Math.exp(-k * k / (2 * SIGMA * SIGMA));
            sum += weights[k + RADIUS];
        }
        for (int k = 0; k < weights.length; k++) {
            weights[k] /= sum;
        }
        return weights;
    }
}
