// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code decoder_first_step}: the gradients of the first layer's weight and of the latent.
 *
 * @param maps of the first layer
 * @param inputs latent channels
 * @param weight where the weight starts, {@code [inputs][channels][4][4]}
 * @param trained 1; 0: the latent stays as it is
 */
public record DecoderFirstStepParameters(LayerMaps maps, ParameterStep step, int inputs, int weight, int trained)
        implements KernelParameters {

    @Override
    public LaunchShape launchShape() {
        return new LaunchShape(inputs, 1, ConvolutionShape.THREADS, 4 * Float.BYTES * maps.channels());
    }
}
