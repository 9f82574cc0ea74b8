// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

/** Forward and backward pass of a progressive decoder, batch norm in training mode. Owns activations and statistics. */
public interface DecoderNetwork extends AutoCloseable {

    /**
     * Runs the network and updates the running statistics.
     *
     * @param parameters all parameters in the order of the layout
     * @param output receives {@code outputSize^2} amplitudes, row-major
     */
    void forward(float[] parameters, float[] output);

    /**
     * Gradient of a loss with respect to every parameter, at the point of the last {@link #forward}, whose
     * parameters must not have changed since.
     *
     * @param outputGradient gradient with respect to the output, {@code outputSize^2} values
     * @param parameterGradient receives the gradients in the order of the layout
     */
    void backward(float[] outputGradient, float[] parameterGradient);

    /** Running means and variances, layer by layer. */
    float[] runningStatistics();

    @Override
    void close();
}
