// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code decoder_backward}: the gradient of one layer's input and that of a layer's weights in one launch.
 * Where the step is fused and both have blocks, they must be different layers, because the one reads the weights that the
 * other would step.
 */
public record DecoderBackwardParameters(DataGradient data, WeightGradient weights, ParameterStep step)
        implements KernelParameters {

    public DecoderBackwardParameters {
        if (data.blocks() + weights.blocks() < 1) {
            throw new IllegalArgumentException("a backward launch needs blocks for data or for weights");
        }
        if (step.fused() == 1 && data.blocks() > 0 && weights.blocks() > 0 && data.weight() == weights.weight()) {
            throw new IllegalArgumentException("the weight at " + data.weight()
                    + " cannot be stepped in the launch that reads it: make its gradient one launch later");
        }
    }

    @Override
    public LaunchShape launchShape() {
        int floats = Math.max(
                data.blocks() > 0 ? data.sharedFloats() : 0, weights.blocks() > 0 ? weights.sharedFloats() : 0);
        return new LaunchShape(data.blocks() + weights.blocks(), 1, ConvolutionShape.THREADS, Float.BYTES * floats);
    }
}
