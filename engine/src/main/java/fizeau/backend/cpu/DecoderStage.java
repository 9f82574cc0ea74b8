// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.reconstruct.DecoderLayout.Kind;
import fizeau.reconstruct.DecoderLayout.Layer;

/**
 * One layer of the decoder behind the first, as a {@link TransposedConvolution} with what follows it. A 3 x 3 convolution
 * is one of stride 1 with the kernel turned round. Weights are kept tap by tap as {@code in x out} matrices.
 *
 * <p>Owns the convolution.
 */
final class DecoderStage implements AutoCloseable {

    /** Fewer output channels than this for a worker make a product slow; the pixels are shared out instead. */
    private static final int FEWEST_CHANNELS = 4;

    private final Layer layer;
    private final TransposedConvolution convolution;
    private final FeatureMaps maps;
    private final float[][] weights;

    DecoderStage(Layer layer, int workers) {
        this.layer = layer;
        int stride = layer.kind() == Kind.UPSAMPLING ? 2 : 1;
        int padding = layer.kind() == Kind.LAST ? 2 : 1;
        this.convolution = new TransposedConvolution(
                layer.inChannels(), layer.outChannels(), layer.inEdge(), layer.kernel(), stride, padding);
        this.maps = layer.kind() == Kind.LAST
                ? null
                : new FeatureMaps(
                        layer.outChannels(), convolution.planes(), stride, layer.gamma() >= 0, layer.relu(), workers);
        this.weights = new float[taps()][convolution.tapSize()];
    }

    Layer layer() {
        return layer;
    }

    TransposedConvolution convolution() {
        return convolution;
    }

    /** What follows the convolution; none behind the last layer. */
    FeatureMaps maps() {
        return maps;
    }

    int taps() {
        return layer.kernel() * layer.kernel();
    }

    /** The weight of one tap, {@code in x out}; {@link TransposedConvolution#putWeight} makes a change take effect. */
    float[] weights(int tap) {
        return weights[tap];
    }

    boolean sharesChannels(int workers) {
        return layer.outChannels() >= FEWEST_CHANNELS * workers;
    }

    /** Takes one tap's weight from the flat buffer. */
    void load(float[] parameters, int tap) {
        float[] values = weights[tap];
        for (int in = 0, i = 0; in < layer.inChannels(); in++) {
            for (int out = 0; out < layer.outChannels(); out++, i++) {
                values[i] = parameters[flat(tap, in, out)];
            }
        }
        convolution.putWeight(tap, values, 0, values.length);
    }

    /** Writes a part of one tap's gradient to the flat buffer. */
    void store(int tap, float[] gradient, int from, int to, float[] flat) {
        int outs = layer.outChannels();
        for (int i = from; i < to; i++) {
            flat[flat(tap, i / outs, i % outs)] = gradient[i];
        }
    }

    @Override
    public void close() {
        convolution.close();
    }

    /** Transposed convolutions are stored as [in][out][tap], convolutions as [out][in][tap] of the kernel turned round. */
    private int flat(int tap, int in, int out) {
        return layer.kind() == Kind.UPSAMPLING
                ? layer.weight() + (in * layer.outChannels() + out) * taps() + tap
                : layer.weight() + (out * layer.inChannels() + in) * taps() + taps() - 1 - tap;
    }
}
