// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * The decoder's layers in double precision by plain loops, connection by connection, as PyTorch's documentation states them:
 * {@code ConvTranspose2d(4, stride 2, padding 1)} and {@code Conv2d(3)}, batch norm in training mode, ReLU, sigmoid.
 */
final class DecoderReference {

    static final double EPSILON = 1e-5;
    static final double MOMENTUM = 0.1;

    private DecoderReference() {}

    /** Batch norm of one channel: what the kernels keep in {@code applied}, and the unbiased variance. */
    record Norm(double mean, double inverse, double scale, double shift, double unbiasedVariance) {}

    /** One connection of a layer: indices into input, output and weight. */
    @FunctionalInterface
    private interface Connection {
        void accept(int input, int output, int weight);
    }

    /** z W for W {@code [inputs][outputs]}. */
    static double[] first(double[] latent, double[] weight, int outputs) {
        double[] result = new double[outputs];
        for (int i = 0; i < latent.length; i++) {
            for (int j = 0; j < outputs; j++) {
                result[j] += latent[i] * weight[i * outputs + j];
            }
        }
        return result;
    }

    /** The norm of a channel of {@code pixels} values. */
    static Norm norm(double[] values, int channel, int pixels, double gamma, double beta) {
        double mean = 0;
        for (int i = 0; i < pixels; i++) {
            mean += values[channel * pixels + i] / pixels;
        }
        double squares = 0;
        for (int i = 0; i < pixels; i++) {
            squares += Math.pow(values[channel * pixels + i] - mean, 2);
        }
        double inverse = 1 / Math.sqrt(squares / pixels + EPSILON);
        return new Norm(
                mean, inverse, gamma * inverse, beta - mean * gamma * inverse, squares / Math.max(1, pixels - 1));
    }

    /** What the next layer reads. */
    static double[] activated(double[] values, Norm[] norms, boolean relu) {
        int pixels = values.length / norms.length;
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            double normalised = norms[i / pixels].scale * values[i] + norms[i / pixels].shift;
            result[i] = relu ? Math.max(0, normalised) : normalised;
        }
        return result;
    }

    static double[] convolve(ConvolutionShape shape, double[] input, double[] weight, double[] bias) {
        double[] output = new double[shape.outs() * shape.outEdge() * shape.outEdge()];
        for (int i = 0; bias != null && i < output.length; i++) {
            output[i] = bias[i / (shape.outEdge() * shape.outEdge())];
        }
        connections(shape, (in, out, w) -> output[out] += weight[w] * input[in]);
        return output;
    }

    static double sigmoid(double value) {
        return 1 / (1 + Math.exp(-value));
    }

    /** Gradient of the values before batch norm from that behind it; the norms are null where there is none. */
    static double[] valueGradient(double[] values, double[] gradient, Norm[] norms) {
        if (norms == null) {
            return gradient.clone();
        }
        int pixels = values.length / norms.length;
        double[] result = new double[values.length];
        for (int channel = 0; channel < norms.length; channel++) {
            Norm norm = norms[channel];
            double sum = 0;
            double product = 0;
            for (int i = channel * pixels; i < (channel + 1) * pixels; i++) {
                sum += gradient[i];
                product += gradient[i] * (values[i] - norm.mean) * norm.inverse;
            }
            for (int i = channel * pixels; i < (channel + 1) * pixels; i++) {
                double normalised = (values[i] - norm.mean) * norm.inverse;
                result[i] = norm.scale * (gradient[i] - sum / pixels - normalised * product / pixels);
            }
        }
        return result;
    }

    /** Gradient of a layer's input. */
    static double[] dataGradient(ConvolutionShape shape, double[] outputGradient, double[] weight) {
        double[] result = new double[shape.ins() * shape.inEdge() * shape.inEdge()];
        connections(shape, (in, out, w) -> result[in] += weight[w] * outputGradient[out]);
        return result;
    }

    /** Gradient of a layer's weight. */
    static double[] weightGradient(ConvolutionShape shape, double[] input, double[] outputGradient) {
        double[] result = new double[shape.weightCount()];
        connections(shape, (in, out, w) -> result[w] += input[in] * outputGradient[out]);
        return result;
    }

    private static void connections(ConvolutionShape shape, Connection connection) {
        int inEdge = shape.inEdge();
        int outEdge = shape.outEdge();
        int kernel = shape.kernel();
        for (int in = 0; in < shape.ins(); in++) {
            for (int out = 0; out < shape.outs(); out++) {
                for (int oy = 0; oy < outEdge; oy++) {
                    for (int ox = 0; ox < outEdge; ox++) {
                        for (int tap = 0; tap < kernel * kernel; tap++) {
                            int iy = inputOf(shape, oy, tap / kernel);
                            int ix = inputOf(shape, ox, tap % kernel);
                            if (iy >= 0 && iy < inEdge && ix >= 0 && ix < inEdge) {
                                connection.accept(
                                        (in * inEdge + iy) * inEdge + ix,
                                        (out * outEdge + oy) * outEdge + ox,
                                        (shape.stride() == 2 ? in * shape.outs() + out : out * shape.ins() + in)
                                                        * kernel
                                                        * kernel
                                                + tap);
                            }
                        }
                    }
                }
            }
        }
    }

    /** The input coordinate that a tap connects with an output coordinate, or -1. */
    private static int inputOf(ConvolutionShape shape, int output, int tap) {
        if (shape.stride() == 1) {
            return output + tap - (2 - shape.padding()); // a correlation
        }
        int doubled = output + 1 - tap;
        return doubled % 2 == 0 ? doubled / 2 : -1;
    }
}
