// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import java.util.function.DoubleSupplier;

/**
 * What a detector adds to the light. Noise belongs to the intensity; {@link #applyToAmplitude} therefore squares, adds the
 * noise and takes the root again, so that a noisy measurement stays an amplitude, like everything it is compared with.
 * Models are values; the random numbers come from the caller, drawn image by image in row-major order.
 */
public sealed interface NoiseModel permits ShotNoise, DetectorNoise, DetectorComponents, ReadoutNoise {

    /**
     * A noisy copy of an intensity image.
     *
     * @param intensity values of zero or more
     * @param normals standard normal numbers, as from {@link fizeau.random.NormalGenerator#nextNormal}
     */
    float[] applyToIntensity(float[] intensity, DoubleSupplier normals);

    /** A noisy copy of an amplitude image; intensities that the noise makes negative become 0. */
    default float[] applyToAmplitude(float[] amplitude, DoubleSupplier normals) {
        float[] intensity = new float[amplitude.length];
        for (int i = 0; i < intensity.length; i++) {
            intensity[i] = amplitude[i] * amplitude[i];
        }
        float[] noisy = applyToIntensity(intensity, normals);
        for (int i = 0; i < noisy.length; i++) {
            noisy[i] = (float) Math.sqrt(Math.max(noisy[i], 0));
        }
        return noisy;
    }
}
