// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct;

/**
 * The progressive decoder: a latent vector of {@code inputSize} channels, a 4 x 4 transposed convolution to 4 x 4 pixels,
 * stride-2 transposed convolutions up to {@code outputSize}, 3 x 3 convolutions down to one channel, a sigmoid.
 *
 * @param inputSize latent channels, a power of two of at least 2 (the original uses the detector's edge)
 * @param outputSize edge of the reconstructed object in pixels
 * @param batchNorm whether every layer but the last is followed by batch norm
 */
public record DecoderSpec(int inputSize, int outputSize, boolean batchNorm) {}
