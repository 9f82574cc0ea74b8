// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import java.util.function.DoubleSupplier;

/**
 * Noise of one size in all pixels, stated against the brightest: {@code max(I + g max(I) 10^(-snr / 20), 0)} with standard
 * normal g.
 */
public record DetectorNoise(double snrDecibels) implements NoiseModel {

    public DetectorNoise {
        Checks.finite("signal-to-noise ratio", snrDecibels, "dB");
    }

    @Override
    public float[] applyToIntensity(float[] intensity, DoubleSupplier normals) {
        double sigma = DetectorComponents.peak(intensity) * Math.pow(10, -snrDecibels / 20);
        float[] noisy = new float[intensity.length];
        for (int i = 0; i < noisy.length; i++) {
            noisy[i] = (float) Math.max(intensity[i] + sigma * normals.getAsDouble(), 0);
        }
        return noisy;
    }
}
