// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Precision;
import fizeau.backend.TrainingLevel;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.DeviceAddress;
import fizeau.kernels.ParameterStep;
import fizeau.reconstruct.DecoderLayout;

/**
 * The progressive decoder on the device, whatever computes it: its parameters and its two passes, as work that is queued any
 * number of times. After its first run a pass allocates and loads nothing, so that it can be captured.
 */
interface DecoderPasses extends AutoCloseable {

    /**
     * Opens a decoder.
     *
     * @param deterministic whether algorithms of libraries are taken by rule instead of by measurement
     */
    static DecoderPasses open(
            CudaSession session,
            DecoderLayout layout,
            TrainingLevel level,
            Precision precision,
            boolean deterministic) {
        return switch (level) {
            case FUSED -> new DeviceDecoder(session, layout);
            case LIBRARY -> new LibraryDecoder(session, layout, precision, !deterministic);
        };
    }

    /** All parameters in the order of the layout. */
    DeviceMemory parameters();

    /** Copies all parameters. */
    void load(float[] values);

    /** Memory for an image, its frame of zeros in place: {@code outputSize^2} floats, the caller's from here on. */
    DeviceMemory newImage(DeviceArrays owner, String purpose);

    /** The forward pass, which writes an image of {@link #newImage} and updates the running statistics. */
    Runnable forward(DeviceAddress image);

    /**
     * The backward pass at the last forward pass.
     *
     * @param image what that pass wrote
     * @param imageGradient gradient with respect to it
     * @param step what becomes of the gradients of parameters
     * @param latentTrained whether the latent has a gradient; otherwise nothing but zero is ever written there
     * @param shared whether a layer's gradient of data may share a launch with the gradient of the weights behind it
     */
    Runnable backward(
            DeviceAddress image,
            DeviceAddress imageGradient,
            ParameterStep step,
            boolean latentTrained,
            boolean shared);

    /** Running means and variances, layer by layer; waits for the passes queued so far. */
    float[] runningStatistics();

    @Override
    void close();
}
