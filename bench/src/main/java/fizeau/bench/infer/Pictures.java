// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/** Pictures as the models want them: {@code [picture][red, green, blue][y][x]}, normalised by the statistics of ImageNet. */
public final class Pictures {
    private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
    private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

    /** The original's seed. */
    private static final long SEED = 42;

    private static final float LEGACY_SCALE = 255;

    private Pictures() {}

    /**
     * Uniform noise.
     *
     * @param legacyScale whether values run to 255 before they are normalised by statistics of 0 to 1, as in the original
     */
    public static float[] synthetic(int count, int edge, boolean legacyScale) {
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(SEED);
        int plane = edge * edge;
        float[] values = new float[count * MEAN.length * plane];
        for (int i = 0; i < values.length; i++) {
            float light = random.nextFloat() * (legacyScale ? LEGACY_SCALE : 1);
            values[i] = normalised(light, i / plane % MEAN.length);
        }
        return values;
    }

    /** @param light 0 to 1 */
    static float normalised(float light, int colour) {
        return (light - MEAN[colour]) / DEVIATION[colour];
    }
}
