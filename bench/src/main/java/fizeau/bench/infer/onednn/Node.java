// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.onednn;

import java.util.List;

/**
 * An operation of a traced network.
 *
 * @param index position in the trace; operands come before
 * @param dims sizes of the result
 * @param numbers whole numbers that the operation needs, in the order of {@link fizeau.bench.ops.Algebra}
 * @param epsilon of normalisations
 */
public record Node(int index, Kind kind, List<Node> operands, List<Long> dims, List<Long> numbers, double epsilon) {

    /** What is computed. */
    public enum Kind {
        PARAMETER,
        CONVOLUTION,
        BATCH_NORM,
        LAYER_NORM,
        LINEAR,
        ATTENTION,
        RELU,
        GELU,
        ADD,
        MAX_POOL,
        MEAN,
        CONCATENATE,
        RESHAPE,
        PERMUTE,
        SLICE,
        EXPAND
    }

    public Node operand(int i) {
        return operands.get(i);
    }

    public int number(int i) {
        return Math.toIntExact(numbers.get(i));
    }

    public long dim(int i) {
        return dims.get(i);
    }

    /** A trace is a tree of references: identity is the position. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Node node && node.index == index;
    }

    @Override
    public int hashCode() {
        return index;
    }

    @Override
    public String toString() {
        return kind + " " + index + " " + dims;
    }
}
