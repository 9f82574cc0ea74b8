// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * The output of one decoder layer with what the next layer and the way back need of it: the struct of the same name.
 *
 * @param values {@code float[channels][edge][edge]} before batch norm, bias included; {@link DeviceAddress#NULL} for the last
 *     layer, which writes an image instead
 * @param sums {@code double[channels][slots][2]}: parts of the sum and the sum of squares of the values
 * @param gradient {@code float[channels][edge][edge]}: gradient with respect to the maps behind batch norm, ReLU passed
 * @param gradientSums {@code double[channels][gradientSlots][2]}: parts of its sum and of its product with the normalised
 *     values
 * @param running {@code float[2][channels]}: running means, then running variances
 * @param applied {@code float[channels][4]}: mean, inverse deviation, scale and shift of the last forward pass
 * @param slots {@link DecoderConvolveParameters#slots} of the layer, 1 for the first
 * @param gradientSlots {@link DataGradient#slots} of the layer behind it, any number for the last
 * @param gamma where batch norm's weights start in the flat parameter buffer, or -1: no batch norm
 * @param beta where its biases start, or -1
 * @param bias where the convolution's biases start, or -1
 * @param relu 1: a ReLU follows
 */
public record LayerMaps(
        DeviceAddress values,
        DeviceAddress sums,
        DeviceAddress gradient,
        DeviceAddress gradientSums,
        DeviceAddress running,
        DeviceAddress applied,
        int channels,
        int edge,
        int slots,
        int gradientSlots,
        int gamma,
        int beta,
        int bias,
        int relu) {

    public LayerMaps {
        if (channels < 1 || edge < 1 || edge > FrameGeometry.MAX_EDGE || slots < 1 || gradientSlots < 1) {
            throw new IllegalArgumentException("maps of " + channels + " channels, " + edge + " x " + edge
                    + " pixels, in " + slots + " and " + gradientSlots + " parts: each must be at least 1");
        }
    }
}
