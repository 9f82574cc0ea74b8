// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct;

import fizeau.random.MersenneTwister;

/**
 * The default initialisation of the reference implementation, reproduced from its seed: one Mersenne-Twister stream for
 * the latent (normal deviates), then each layer's weight and bias (uniform), in layer order. Batch norm draws nothing.
 */
public final class DecoderInitializer {

    /** Normal deviates are made in blocks: eight pairs of uniforms, radius from the first half, angle from the second. */
    private static final int BLOCK = 16;

    private DecoderInitializer() {}

    /** Initial parameters, {@link DecoderLayout#parameterCount()} floats in the order of the layout. */
    public static float[] initialParameters(DecoderLayout layout, long seed) {
        MersenneTwister random = new MersenneTwister(seed);
        float[] parameters = new float[layout.parameterCount()];
        fillNormal(random, parameters, layout.spec().inputSize());
        for (DecoderLayout.Layer layer : layout.layers()) {
            float bound = (float) (1 / Math.sqrt(layer.fanIn()));
            fillUniform(random, parameters, layer.weight(), layer.weightCount(), bound);
            if (layer.bias() >= 0) {
                fillUniform(random, parameters, layer.bias(), layer.outChannels(), bound);
            }
            for (int i = 0; layer.gamma() >= 0 && i < layer.outChannels(); i++) {
                parameters[layer.gamma() + i] = 1;
            }
        }
        return parameters;
    }

    private static void fillUniform(MersenneTwister random, float[] out, int offset, int count, float bound) {
        float width = bound - -bound;
        for (int i = 0; i < count; i++) {
            out[offset + i] = random.nextUniform24() * width - bound;
        }
    }

    private static void fillNormal(MersenneTwister random, float[] out, int count) {
        for (int i = 0; i < count; i++) {
            out[i] = random.nextUniform24();
        }
        for (int start = 0; start + BLOCK <= count; start += BLOCK) {
            boxMuller(out, start);
        }
        if (count % BLOCK != 0) { // the reference draws the last, overlapping block anew
            int start = count - BLOCK;
            for (int i = 0; i < BLOCK; i++) {
                out[start + i] = random.nextUniform24();
            }
            boxMuller(out, start);
        }
    }

    private static void boxMuller(float[] out, int start) {
        for (int j = 0; j < BLOCK / 2; j++) {
            float u1 = 1 - out[start + j];
            float u2 = out[start + j + BLOCK / 2];
            float radius = (float) Math.sqrt(-2 * (float) Math.log(u1));
            float angle = (float) (2 * Math.PI) * u2;
            out[start + j] = radius * (float) Math.cos(angle);
            out[start + j + BLOCK / 2] = radius * (float) Math.sin(angle);
        }
    }
}
