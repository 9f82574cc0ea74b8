// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct;

/**
 * The progressive decoder: a latent vector of {@code inputSize} channels, a 4 x 4 transposed convolution to 4 x 4 pixels,
 * stride-2 transposed convolutions up to at least {@code outputSize}, 3 x 3 convolutions down to one channel, a sigmoid.
 * Every layer halves the channels.
 *
 * @param inputSize latent channels (the original uses the detector's edge)
 * @param outputSize edge of the square reconstructed object, pixels
 * @param batchNorm whether every layer but the last is followed by batch norm; without it the convolutions have a bias
 *     and the 3 x 3 convolutions no ReLU
 */
public record DecoderSpec(int inputSize, int outputSize, boolean batchNorm) {

    private static final int FIRST_EDGE = 4;

    /** The seeded initialisation draws the latent in blocks of 16. */
    private static final int SMALLEST_LATENT = 16;

    public DecoderSpec {
        if (outputSize < FIRST_EDGE || outputSize > 4096) {
            throw new IllegalArgumentException(
                    "decoder output of " + outputSize + " px: the edge must be between 4 and 4096");
        }
        if (inputSize < SMALLEST_LATENT || inputSize > 4096) {
            throw new IllegalArgumentException(
                    "decoder latent of " + inputSize + " channels: between 16 and 4096 are possible");
        }
        if (inputSize >> (upsamplingLayersFor(outputSize) + 1) < 2) {
            throw new IllegalArgumentException(
                    "decoder with " + inputSize + " latent channels runs out of channels before "
                            + outputSize + " px: use at least " + (2 << (upsamplingLayersFor(outputSize) + 1))
                            + " latent channels");
        }
    }

    /** Number of stride-2 layers: the smallest u with {@code 4 * 2^u >= outputSize}. */
    public int upsamplingLayers() {
        return upsamplingLayersFor(outputSize);
    }

    /** Edge of the feature maps after the last stride-2 layer. */
    public int featureEdge() {
        return FIRST_EDGE << upsamplingLayers();
    }

    private static int upsamplingLayersFor(int outputSize) {
        int layers = 0;
        while (FIRST_EDGE << layers < outputSize) {
            layers++;
        }
        return layers;
    }
}
