// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import java.util.List;

/**
 * The operations of operators and models. A computation is written once against it; one implementation computes with
 * libtorch at once, another writes TorchScript, and both thereby run the same network. Sizes and meanings are PyTorch's.
 *
 * @param <V> a value: a tensor, or a name in a script
 */
public interface Algebra<V> {

    V matmul(V left, V right);

    /** x w' + b; {@code bias} may be null. */
    V linear(V x, V weight, V bias);

    /** The same in y and x; {@code bias} may be null. */
    V convolution(V x, V weight, V bias, int stride, int padding, int groups);

    /** With kept statistics. */
    V batchNorm(V x, V gamma, V beta, V mean, V variance, double epsilon);

    /** Over the last dimension, of {@code size}. */
    V layerNorm(V x, long size, V gamma, V beta, double epsilon);

    V relu(V x);

    /** @param tanh the approximation by a hyperbolic tangent instead of the error function */
    V gelu(V x, boolean tanh);

    V add(V left, V right);

    V multiply(V left, V right);

    /** Rows of {@code table} at the integer parts of {@code positions}. */
    V embedding(V table, V positions);

    /** softmax(q k' / sqrt(size)) v over the last two dimensions. */
    V attention(V query, V key, V value, boolean causal);

    /**
     * Layers of long short-term memory, batch first, from zero states; the output of the last layer.
     *
     * @param weights input, recurrent weight and the two biases of each layer
     */
    V lstm(V x, V zeroState, List<V> weights, int layers);

    V reshape(V x, long... sizes);

    V permute(V x, long... dimensions);

    V slice(V x, int dimension, long from, long to);

    V concatenate(List<V> parts, int dimension);

    /** Repeats dimensions of size 1 up to {@code sizes}. */
    V expand(V x, long... sizes);

    /** Largest values of {@code size x size} windows; pixels beyond the edge count as minus infinity. */
    V maxPool(V x, int size, int stride, int padding);

    /** Mean over the last two dimensions, which stay with size 1. */
    V meanOfPixels(V x);
}
