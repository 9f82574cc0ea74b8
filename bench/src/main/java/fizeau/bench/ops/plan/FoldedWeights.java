// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.plan;

import java.util.function.Function;

/**
 * Weights of a convolution with the normalisation behind it multiplied in.
 *
 * @param taps {@code [filters][channels][rows][columns]}
 * @param shift {@code [filters]}, added to the response
 */
public record FoldedWeights(float[] taps, float[] shift) {

    /** @param array reads a parameter into an array of its own */
    public static FoldedWeights of(Fusion.Group group, Function<Node, float[]> array) {
        Node node = group.layer();
        Node weight = node.operand(1);
        float[] taps = array.apply(weight);
        float[] shift = node.operands().size() > 2 ? array.apply(node.operand(2)) : new float[(int) weight.dim(0)];
        if (group.norm() != null) {
            fold(group.norm(), taps, shift, array);
        }
        return new FoldedWeights(taps, shift);
    }

    /** Multiplies the taps of a channel, and shifts it, by what its kept statistics come to. */
    private static void fold(Node norm, float[] taps, float[] shift, Function<Node, float[]> array) {
        float[] gamma = array.apply(norm.operand(1));
        float[] beta = array.apply(norm.operand(2));
        float[] mean = array.apply(norm.operand(3));
        float[] variance = array.apply(norm.operand(4));
        int perChannel = taps.length / shift.length;
        for (int channel = 0; channel < shift.length; channel++) {
            double factor = gamma[channel] / Math.sqrt(variance[channel] + norm.epsilon());
            for (int i = channel * perChannel; i < (channel + 1) * perChannel; i++) {
                taps[i] = (float) (taps[i] * factor);
            }
            shift[channel] = (float) (beta[channel] + (shift[channel] - mean[channel]) * factor);
        }
    }
}
