// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.DecoderNetwork;
import fizeau.backend.Inputs;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.DeviceAddress;
import fizeau.kernels.ParameterStep;
import fizeau.reconstruct.DecoderLayout;
import java.util.List;

/** A decoder on its own: parameters go to the device with every forward pass, gradients come back. Owns its memory and the passes. */
final class CudaDecoderNetwork implements DecoderNetwork {

    private final DecoderLayout layout;
    private final CudaSession session;
    private final DeviceArrays arrays;
    private final DecoderPasses decoder;
    private final DeviceMemory image;
    private final DeviceMemory imageGradient;
    private final DeviceMemory gradients;
    private final Runnable forward;
    private final Runnable backward;
    private boolean forwardRan;

    CudaDecoderNetwork(DecoderLayout layout, CudaSession session, DecoderPasses decoder) {
        this.layout = layout;
        this.session = session;
        this.arrays = new DeviceArrays(session);
        this.decoder = decoder;
        try {
            this.image = decoder.newImage(arrays, "an image");
            this.imageGradient = arrays.floats(outputCount(), "a gradient of an image");
            this.gradients = arrays.floats(layout.parameterCount(), "gradients of parameters");
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, arrays, decoder);
        }
        DeviceAddress none = DeviceAddress.NULL;
        ParameterStep written = new ParameterStep(
                decoder.parameters().address(), gradients.address(), none, none, none, DeviceOptimizer.RULE, 0);
        this.forward = decoder.forward(image.address());
        this.backward = decoder.backward(image.address(), imageGradient.address(), written, true, true);
    }

    private int outputCount() {
        return layout.spec().outputSize() * layout.spec().outputSize();
    }

    @Override
    public void forward(float[] parameters, float[] output) {
        Inputs.requireLength("the decoder's parameters", parameters.length, layout.parameterCount());
        Inputs.requireLength("the decoder's output", output.length, outputCount());
        decoder.load(parameters);
        forward.run();
        session.download(image, 0, output, 0, output.length);
        forwardRan = true;
    }

    @Override
    public void backward(float[] outputGradient, float[] parameterGradient) {
        if (!forwardRan) {
            throw new IllegalStateException("backward needs a forward pass before it");
        }
        Inputs.requireLength("the decoder's output gradient", outputGradient.length, outputCount());
        Inputs.requireLength("the decoder's parameter gradient", parameterGradient.length, layout.parameterCount());
        session.upload(outputGradient, imageGradient);
        backward.run();
        session.download(gradients, 0, parameterGradient, 0, parameterGradient.length);
    }

    @Override
    public float[] runningStatistics() {
        return decoder.runningStatistics();
    }

    @Override
    public void close() {
        Closing.all(List.of(arrays, decoder));
    }
}
