// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.eager;

import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderLayout.Kind;
import fizeau.reconstruct.DecoderLayout.Layer;
import java.util.Arrays;

/** The decoder's forward pass in double precision, loop by loop from its definition. */
final class ReferenceDecoder {

    private final DecoderLayout layout;
    private final double[] statistics;

    ReferenceDecoder(DecoderLayout layout) {
        this.layout = layout;
        this.statistics = new double[layout.statisticsCount()];
        for (Layer layer : layout.layers()) {
            for (int c = 0; layer.statistics() >= 0 && c < layer.outChannels(); c++) {
                statistics[layer.statistics() + layer.outChannels() + c] = 1;
            }
        }
    }

    /** Running means and variances after the passes so far. */
    double[] statistics() {
        return statistics.clone();
    }

    /** {@code outputSize^2} amplitudes. */
    double[] forward(double[] parameters) {
        double[] signal = Arrays.copyOf(parameters, layout.spec().inputSize());
        for (Layer layer : layout.layers()) {
            signal = convolve(layer, parameters, signal);
            if (layer.gamma() >= 0) {
                normalise(layer, parameters, signal);
            }
            for (int i = 0; layer.relu() && i < signal.length; i++) {
                signal[i] = Math.max(signal[i], 0);
            }
        }
        for (int i = 0; i < signal.length; i++) {
            signal[i] = 1 / (1 + Math.exp(-signal[i]));
        }
        return fit(signal);
    }

    private static double[] convolve(Layer layer, double[] parameters, double[] in) {
        int edge = layer.outEdge();
        double[] out = new double[layer.outChannels() * edge * edge];
        for (int o = 0; o < layer.outChannels(); o++) {
            for (int i = 0; i < layer.inChannels(); i++) {
                addChannel(layer, parameters, in, i, out, o);
            }
            for (int p = 0; layer.bias() >= 0 && p < edge * edge; p++) {
                out[o * edge * edge + p] += parameters[layer.bias() + o];
            }
        }
        return out;
    }

    private static void addChannel(Layer layer, double[] parameters, double[] in, int i, double[] out, int o) {
        boolean transposed = layer.kind() == Kind.FIRST || layer.kind() == Kind.UPSAMPLING;
        int kernel = layer.kernel();
        int first = transposed ? i * layer.outChannels() + o : o * layer.inChannels() + i;
        int stride = layer.kind() == Kind.UPSAMPLING ? 2 : 1;
        int padding = layer.kind() == Kind.UPSAMPLING || layer.kind() == Kind.REFINEMENT ? 1 : 0;
        for (int ky = 0; ky < kernel; ky++) {
            for (int kx = 0; kx < kernel; kx++) {
                double weight = parameters[layer.weight() + (first * kernel + ky) * kernel + kx];
                int loopEdge = transposed ? layer.inEdge() : layer.outEdge();
                for (int y = 0; y < loopEdge; y++) {
                    for (int x = 0; x < loopEdge; x++) {
                        int farY = stride * y - padding + ky;
                        int farX = stride * x - padding + kx;
                        if (transposed && inside(farY, farX, layer.outEdge())) {
                            out[at(o, farY, farX, layer.outEdge())] += weight * in[at(i, y, x, layer.inEdge())];
                        } else if (!transposed && inside(farY, farX, layer.inEdge())) {
                            out[at(o, y, x, layer.outEdge())] += weight * in[at(i, farY, farX, layer.inEdge())];
                        }
                    }
                }
            }
        }
    }

    private static boolean inside(int y, int x, int edge) {
        return y >= 0 && y < edge && x >= 0 && x < edge;
    }

    private static int at(int channel, int y, int x, int edge) {
        return (channel * edge + y) * edge + x;
    }

    private void normalise(Layer layer, double[] parameters, double[] signal) {
        int pixels = layer.outEdge() * layer.outEdge();
        for (int c = 0; c < layer.outChannels(); c++) {
            double mean = 0;
            for (int p = 0; p < pixels; p++) {
                mean += signal[c * pixels + p] / pixels;
            }
            double variance = 0;
            for (int p = 0; p < pixels; p++) {
                variance += (signal[c * pixels + p] - mean) * (signal[c * pixels + p] - mean) / pixels;
            }
            double scale = parameters[layer.gamma() + c] / Math.sqrt(variance + 1e-5);
            for (int p = 0; p < pixels; p++) {
                signal[c * pixels + p] = (signal[c * pixels + p] - mean) * scale + parameters[layer.beta() + c];
            }
            int meanAt = layer.statistics() + c;
            int varianceAt = meanAt + layer.outChannels();
            statistics[meanAt] = 0.9 * statistics[meanAt] + 0.1 * mean;
            statistics[varianceAt] = 0.9 * statistics[varianceAt] + 0.1 * variance * pixels / (pixels - 1);
        }
    }

    /** Pads with zeros by (size - edge) / 2 before, or crops one pixel past the centre. */
    private double[] fit(double[] map) {
        int edge = layout.spec().featureEdge() - 2;
        int size = layout.spec().outputSize();
        int shift = size >= edge ? -((size - edge) / 2) : (edge - size) / 2 + 1;
        double[] out = new double[size * size];
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                if (inside(y + shift, x + shift, edge)) {
                    out[y * size + x] = map[(y + shift) * edge + x + shift];
                }
            }
        }
        return out;
    }
}
