// SPDX-License-Identifier: Apache-2.0
package fizeau.metric;

import fizeau.optics.Shape;

/**
 * Quality of a reconstruction against the true object, both amplitudes of data range 1.
 *
 * @param psnr peak signal-to-noise ratio in dB, infinite for equal images
 * @param ssim structural similarity, at most 1
 * @param rmse root-mean-square error, amplitude
 * @param mse mean squared error
 * @param correlation Pearson's correlation, not a number when one image is constant
 */
public record ImageQuality(double psnr, double ssim, double rmse, double mse, double correlation) {

    /** Quality of {@code image} against {@code reference}, each {@code shape.count()} amplitudes, row-major. */
    public static ImageQuality of(float[] image, float[] reference, Shape shape) {
        double ssim = StructuralSimilarity.of(image, reference, shape);
        double mse = PixelErrors.meanSquaredError(image, reference);
        return new ImageQuality(
                PixelErrors.peakSignalToNoise(image, reference, 1),
                ssim,
                Math.sqrt(mse),
                mse,
                PixelErrors.correlation(image, reference));
    }

    /**
     * Quality inside the exact centred crop: the part of both frames into which an object of {@code object} is embedded.
     *
     * @param image {@code frame.count()} amplitudes, row-major
     * @param reference as many
     */
    public static ImageQuality ofCentredCrop(float[] image, float[] reference, Shape frame, Shape object) {
        return of(centredCrop(image, frame, object), centredCrop(reference, frame, object), object);
    }

    /** The centred {@code object.count()} pixels of a frame, the inverse of embedding an object centrally in it. */
    public static float[] centredCrop(float[] image, Shape frame, Shape object) {
        if (!frame.contains(object)) {
            throw new IllegalArgumentException(
                    "cannot crop " + object + " pixels from a frame of " + frame + ": use a smaller crop");
        }
        if (image.length != frame.count()) {
            throw new IllegalArgumentException(
                    "frame of " + frame + " needs " + frame.count() + " pixels, got " + image.length);
        }
        float[] crop = new float[object.count()];
        int left = frame.columnOffset(object);
        for (int y = 0; y < object.ny(); y++) {
            int from = frame.index(frame.rowOffset(object) + y, left);
            System.arraycopy(image, from, crop, object.index(y, 0), object.nx());
        }
        return crop;
    }
}
