// SPDX-License-Identifier: Apache-2.0
package fizeau.metric;

/**
 * Errors of an image against a reference, pixel by pixel. Both arrays hold the same number of amplitudes in the same
 * order; sums run in double precision.
 */
public final class PixelErrors {

    private PixelErrors() {}

    /** Mean of the squared differences. */
    public static double meanSquaredError(float[] image, float[] reference) {
        requireSameLength(image, reference);
        double sum = 0;
        for (int i = 0; i < image.length; i++) {
            double difference = (double) image[i] - reference[i];
            sum += difference * difference;
        }
        return sum / image.length;
    }

    /** Square root of {@link #meanSquaredError}, in amplitude. */
    public static double rootMeanSquareError(float[] image, float[] reference) {
        return Math.sqrt(meanSquaredError(image, reference));
    }

    /**
     * Root-mean-square error in per cent of the reference's root mean square. Infinite for a dark reference and another
     * image, not a number when both are dark.
     */
    public static double rootMeanSquareErrorPercent(float[] image, float[] reference) {
        double power = 0;
        for (float value : reference) {
            power += (double) value * value;
        }
        return 100 * Math.sqrt(meanSquaredError(image, reference) / (power / reference.length));
    }

    /**
     * Peak signal-to-noise ratio in dB, {@code 20 log10(range / rmse)}; infinite for equal images.
     *
     * @param range largest possible value, 1 for normalised amplitudes
     */
    public static double peakSignalToNoise(float[] image, float[] reference, double range) {
        if (!(range > 0)) {
            throw new IllegalArgumentException("data range " + range + " must be positive: use 1 for amplitudes");
        }
        return 20 * Math.log10(range / rootMeanSquareError(image, reference));
    }

    /** Pearson's correlation, -1 to 1; not a number when one image is constant. */
    public static double correlation(float[] image, float[] reference) {
        requireSameLength(image, reference);
        double imageMean = mean(image);
        double referenceMean = mean(reference);
        double product = 0;
        double imagePower = 0;
        double referencePower = 0;
        for (int i = 0; i < image.length; i++) {
            double a = image[i] - imageMean;
            double b = reference[i] - referenceMean;
            product += a * b;
            imagePower += a * a;
            referencePower += b * b;
        }
        return product / Math.sqrt(imagePower * referencePower);
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static void requireSameLength(float[] image, float[] reference) {
        if (image.length != reference.length || image.length == 0) {
            throw new IllegalArgumentException(
                    "cannot compare an image of " + image.length + " pixels with a reference of " + reference.length
                            + ": both must have the same number of pixels, at least 1");
        }
    }
}
