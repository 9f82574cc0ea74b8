// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import java.util.List;

/** An operator or a model: its seeded parameters and what is computed from them. */
public interface Computation {

    /** Input first, then weights, in the order in which they are passed. */
    List<Parameter> parameters(long seed);

    /** Sizes of the output, slowest first. */
    List<Long> outputDims();

    /** Multiplications and additions of the textbook algorithm in matrix products and convolutions, in 10^9. */
    double gigaflop();

    /** The plain computation, the way its author would write it. */
    <V> V forward(Algebra<V> algebra, List<V> parameters);

    default long outputCount() {
        return outputDims().stream().reduce(1L, Math::multiplyExact);
    }
}
