// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import java.util.function.DoubleSupplier;

/**
 * The same noise in every pixel, {@code I + sigma g} with standard normal g. Not clamped: a dark pixel may read below zero.
 */
public record ReadoutNoise(double sigma) implements NoiseModel {

    public ReadoutNoise {
        Checks.notNegative("readout noise", sigma, "");
    }

    @Override
    public float[] applyToIntensity(float[] intensity, DoubleSupplier normals) {
        float[] noisy = new float[intensity.length];
        for (int i = 0; i < noisy.length; i++) {
            noisy[i] = (float) (intensity[i] + sigma * normals.getAsDouble());
        }
        return noisy;
    }
}
