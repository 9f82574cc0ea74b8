// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import java.util.function.DoubleSupplier;

/**
 * Photon noise as a Gaussian whose variance is proportional to the intensity: a pixel of intensity 1 has the stated ratio
 * of signal to noise, {@code 20 log10(I / sigma)}, one of intensity I has {@code sigma = sqrt(I) 10^(-snr / 20)}.
 */
public record ShotNoise(double snrDecibels) implements NoiseModel {

    public ShotNoise {
        Checks.finite("signal-to-noise ratio", snrDecibels, "dB");
    }

    @Override
    public float[] applyToIntensity(float[] intensity, DoubleSupplier normals) {
        double share = Math.pow(10, -snrDecibels / 20);
        float[] noisy = new float[intensity.length];
        for (int i = 0; i < noisy.length; i++) {
            double sigma = share * Math.sqrt(Math.max(intensity[i], 0));
            noisy[i] = (float) Math.max(intensity[i] + sigma * normals.getAsDouble(), 0);
        }
        return noisy;
    }

    /**
     * The reference implementation's variant, for comparison with it only: takes an AMPLITUDE and returns an INTENSITY,
     * {@code max(x^2 + x 10^(-snr / 20) g / std(g), 0)}. The normals of one image are scaled to an exact standard
     * deviation of 1 (over {@code count - 1}), so that their values depend on each other and an image needs two pixels.
     */
    public float[] intensityOfOriginal(float[] amplitude, DoubleSupplier normals) {
        if (amplitude.length < 2) {
            throw new IllegalArgumentException("image of " + amplitude.length
                    + " pixels: scaling the noise to its own deviation needs at least 2");
        }
        double[] draws = new double[amplitude.length];
        double mean = 0;
        for (int i = 0; i < draws.length; i++) {
            draws[i] = normals.getAsDouble();
            mean += draws[i] / draws.length;
        }
        double squares = 0;
        for (double draw : draws) {
            squares += (draw - mean) * (draw - mean);
        }
        double share = Math.pow(10, -snrDecibels / 20) / Math.sqrt(squares / (draws.length - 1));
        float[] noisy = new float[amplitude.length];
        for (int i = 0; i < noisy.length; i++) {
            double x = amplitude[i];
            noisy[i] = (float) Math.max(x * x + Math.abs(x) * share * draws[i], 0);
        }
        return noisy;
    }
}
