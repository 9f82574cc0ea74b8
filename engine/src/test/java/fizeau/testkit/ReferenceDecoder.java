// SPDX-License-Identifier: Apache-2.0
package fizeau.testkit;

import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderLayout.Kind;
import fizeau.reconstruct.DecoderLayout.Layer;
import fizeau.reconstruct.DecoderSpec;
import java.util.Arrays;
import java.util.List;

/**
 * The progressive decoder in double precision by plain loops: convolutions connection by connection, batch norm in training
 * mode (biased variance plus 1e-5 for normalising; running averages with momentum 0.1 and the unbiased variance), ReLU,
 * sigmoid, zero frame or crop to the output's size. A crop starts at {@code (n - s) / 2 + 1}.
 *
 * <p>{@link #backward} belongs to the last {@link #forward}.
 */
public final class ReferenceDecoder {
    private static final double EPSILON = 1e-5;
    private static final double MOMENTUM = 0.1;

    private final DecoderSpec spec;
    private final DecoderLayout layout;
    private final Stage[] stages;
    private final double[] statistics;
    private double[] parameters;
    private double[] latent;
    private double[] sigmoid;

    public ReferenceDecoder(DecoderSpec spec) {
        this.spec = spec;
        this.layout = DecoderLayout.of(spec);
        List<Layer> layers = layout.layers();
        this.stages = layers.stream().map(Stage::new).toArray(Stage[]::new);
        this.statistics = new double[layout.statisticsCount()];
        for (Layer layer : layers) {
            if (layer.statistics() >= 0) {
                int variance = layer.statistics() + layer.outChannels();
                Arrays.fill(statistics, variance, variance + layer.outChannels(), 1);
            }
        }
    }

    public DecoderLayout layout() {
        return layout;
    }

    /** The output, {@code outputSize^2} amplitudes; updates the running statistics. */
    public double[] forward(double[] newParameters) {
        parameters = newParameters.clone();
        latent = Arrays.copyOf(parameters, spec.inputSize());
        double[] values = latent;
        for (Stage stage : stages) {
            values = stage.forward(values);
        }
        sigmoid = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            sigmoid[i] = 1 / (1 + Math.exp(-values[i]));
        }
        double[] output = new double[spec.outputSize() * spec.outputSize()];
        framed((inside, outside) -> output[outside] = sigmoid[inside]);
        return output;
    }

    /** The gradient with respect to every parameter, in the order of the layout. */
    public double[] backward(double[] outputGradient) {
        double[] gradient = new double[parameters.length];
        double[] values = new double[sigmoid.length];
        framed((inside, outside) -> values[inside] = outputGradient[outside] * sigmoid[inside] * (1 - sigmoid[inside]));
        double[] flowing = values;
        for (int s = stages.length - 1; s >= 0; s--) {
            flowing = stages[s].backward(flowing, gradient);
        }
        System.arraycopy(flowing, 0, gradient, 0, flowing.length);
        return gradient;
    }

    /** Running means and variances, layer by layer. */
    public double[] runningStatistics() {
        return statistics.clone();
    }

    /** Pairs of pixels inside the last feature map and in the output. */
    private void framed(Pair pair) {
        int edge = layout.layers().get(layout.layers().size() - 1).outEdge();
        int wanted = spec.outputSize();
        boolean pad = wanted >= edge;
        int inside = pad ? 0 : (edge - wanted) / 2 + 1;
        int outside = pad ? (wanted - edge) / 2 : 0;
        for (int y = 0; y < Math.min(edge, wanted); y++) {
            for (int x = 0; x < Math.min(edge, wanted); x++) {
                pair.accept((inside + y) * edge + inside + x, (outside + y) * wanted + outside + x);
            }
        }
    }

    @FunctionalInterface
    private interface Pair {
        void accept(int inside, int outside);
    }

    @FunctionalInterface
    private interface Connection {
        void accept(int input, int output, int weight);
    }

    /** One layer with what its backward pass needs. Maps are {@code channels x edge x edge} values. */
    private final class Stage {
        private final Layer layer;
        private final int pixels;
        private final double[] deviation;
        private double[] input;
        private double[] normalised;
        private double[] activated;

        Stage(Layer layer) {
            this.layer = layer;
            this.pixels = layer.outEdge() * layer.outEdge();
            this.deviation = new double[layer.outChannels()];
        }

        double[] forward(double[] from) {
            input = from;
            double[] map = new double[layer.outChannels() * pixels];
            eachConnection((in, out, weight) -> map[out] += from[in] * parameters[layer.weight() + weight]);
            normalised = new double[map.length];
            activated = new double[map.length];
            for (int c = 0; c < layer.outChannels(); c++) {
                if (layer.gamma() >= 0) {
                    normalise(map, c);
                } else {
                    for (int i = c * pixels; i < (c + 1) * pixels; i++) {
                        map[i] += parameters[layer.bias() + c];
                    }
                }
            }
            for (int i = 0; i < map.length; i++) {
                activated[i] = layer.relu() ? Math.max(0, map[i]) : map[i];
            }
            return activated;
        }

        double[] backward(double[] outputGradient, double[] gradient) {
            double[] map = outputGradient.clone();
            for (int i = 0; i < map.length; i++) {
                if (layer.relu() && activated[i] <= 0) {
                    map[i] = 0;
                }
            }
            for (int c = 0; c < layer.outChannels(); c++) {
                if (layer.gamma() >= 0) {
                    denormalise(map, c, gradient);
                } else {
                    for (int i = c * pixels; i < (c + 1) * pixels; i++) {
                        gradient[layer.bias() + c] += map[i];
                    }
                }
            }
            double[] result = new double[input.length];
            eachConnection((in, out, weight) -> {
                result[in] += map[out] * parameters[layer.weight() + weight];
                gradient[layer.weight() + weight] += map[out] * input[in];
            });
            return result;
        }

        private void normalise(double[] map, int channel) {
            int from = channel * pixels;
            double mean = 0;
            for (int i = from; i < from + pixels; i++) {
                mean += map[i] / pixels;
            }
            double squares = 0;
            for (int i = from; i < from + pixels; i++) {
                squares += (map[i] - mean) * (map[i] - mean);
            }
            deviation[channel] = Math.sqrt(squares / pixels + EPSILON);
            double gamma = parameters[layer.gamma() + channel];
            double beta = parameters[layer.beta() + channel];
            for (int i = from; i < from + pixels; i++) {
                normalised[i] = (map[i] - mean) / deviation[channel];
                map[i] = gamma * normalised[i] + beta;
            }
            int at = layer.statistics() + channel;
            statistics[at] += MOMENTUM * (mean - statistics[at]);
            at += layer.outChannels();
            statistics[at] += MOMENTUM * (squares / (pixels - 1) - statistics[at]);
        }

        private void denormalise(double[] map, int channel, double[] gradient) {
            int from = channel * pixels;
            double sum = 0;
            double product = 0;
            for (int i = from; i < from + pixels; i++) {
                sum += map[i];
                product += map[i] * normalised[i];
            }
            gradient[layer.beta() + channel] = sum;
            gradient[layer.gamma() + channel] = product;
            double factor = parameters[layer.gamma() + channel] / deviation[channel];
            for (int i = from; i < from + pixels; i++) {
                map[i] = factor * (map[i] - sum / pixels - normalised[i] * product / pixels);
            }
        }

        /** Every pair of an input and an output value that a weight connects. */
        private void eachConnection(Connection connection) {
            boolean transposed = layer.kind() == Kind.FIRST || layer.kind() == Kind.UPSAMPLING;
            int stride = layer.kind() == Kind.UPSAMPLING ? 2 : 1;
            int padding = layer.kind() == Kind.UPSAMPLING || layer.kind() == Kind.REFINEMENT ? 1 : 0;
            int k = layer.kernel();
            for (int in = 0; in < layer.inChannels(); in++) {
                for (int out = 0; out < layer.outChannels(); out++) {
                    int pair = transposed ? in * layer.outChannels() + out : out * layer.inChannels() + in;
                    for (int ky = 0; ky < k; ky++) {
                        for (int kx = 0; kx < k; kx++) {
                            int weight = (pair * k + ky) * k + kx;
                            // where the kernel's tap lands relative to (stride times) the input pixel
                            int dy = transposed ? ky - padding : padding - ky;
                            int dx = transposed ? kx - padding : padding - kx;
                            eachPixel(in, out, stride, dy, dx, weight, connection);
                        }
                    }
                }
            }
        }

        private void eachPixel(int in, int out, int stride, int dy, int dx, int weight, Connection connection) {
            int inEdge = layer.inEdge();
            int outEdge = layer.outEdge();
            for (int y = 0; y < inEdge; y++) {
                int outY = stride * y + dy;
                if (outY < 0 || outY >= outEdge) {
                    continue;
                }
                for (int x = 0; x < inEdge; x++) {
                    int outX = stride * x + dx;
                    if (outX >= 0 && outX < outEdge) {
                        connection.accept(
                                (in * inEdge + y) * inEdge + x, (out * outEdge + outY) * outEdge + outX, weight);
                    }
                }
            }
        }
    }
}
