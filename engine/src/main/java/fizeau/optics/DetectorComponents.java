// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import java.util.function.DoubleSupplier;

/**
 * A detector's noise by cause: {@code max(I + g1 sqrt(I P + 1) / P + g2 r max(I) + g3 d max(I), 0)} with independent standard
 * normal images g1 (photons), g2 (reading out) and g3 (dark current), drawn one image after the other.
 *
 * @param photonScale P, photons in a pixel of intensity 1
 * @param readNoiseFraction r, standard deviation relative to the brightest pixel
 * @param darkCurrentFraction d, standard deviation relative to the brightest pixel
 */
public record DetectorComponents(double photonScale, double readNoiseFraction, double darkCurrentFraction)
        implements NoiseModel {

    public DetectorComponents {
        Checks.positive("photon scale", photonScale, "photons");
        Checks.notNegative("read noise fraction", readNoiseFraction, "");
        Checks.notNegative("dark current fraction", darkCurrentFraction, "");
    }

    @Override
    public float[] applyToIntensity(float[] intensity, DoubleSupplier normals) {
        double peak = peak(intensity);
        double[] noisy = new double[intensity.length];
        for (int i = 0; i < noisy.length; i++) {
            double photons = Math.max(intensity[i], 0) * photonScale;
            noisy[i] = intensity[i] + normals.getAsDouble() * Math.sqrt(photons + 1) / photonScale;
        }
        for (int i = 0; i < noisy.length; i++) {
            noisy[i] += normals.getAsDouble() * readNoiseFraction * peak;
        }
        float[] result = new float[noisy.length];
        for (int i = 0; i < noisy.length; i++) {
            result[i] = (float) Math.max(noisy[i] + normals.getAsDouble() * darkCurrentFraction * peak, 0);
        }
        return result;
    }

    /** The brightest value; 0 for an image without a positive one. */
    static double peak(float[] intensity) {
        double peak = 0;
        for (float value : intensity) {
            peak = Math.max(peak, value);
        }
        return peak;
    }
}
