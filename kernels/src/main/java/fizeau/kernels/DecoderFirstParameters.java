// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code decoder_first}: the product of the latent with the first layer's weight.
 *
 * @param parameters {@code float[]}, flat; the latent comes first
 * @param out maps of 4 x 4 in one slot
 * @param inputs latent channels
 * @param weight where the weight starts, {@code [inputs][channels][4][4]}
 */
public record DecoderFirstParameters(DeviceAddress parameters, LayerMaps out, int inputs, int weight)
        implements KernelParameters {

    @Override
    public LaunchShape launchShape() {
        int threads = ConvolutionShape.THREADS;
        return new LaunchShape(out.channels(), 1, threads, Float.BYTES * threads);
    }
}
