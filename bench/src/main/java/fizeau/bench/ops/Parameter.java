// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import java.util.List;

/**
 * An input or a weight.
 *
 * @param name as in messages and exported files
 * @param dims sizes, slowest first
 * @param values row-major
 */
public record Parameter(String name, List<Long> dims, SeededValues values) {

    public Parameter {
        dims = List.copyOf(dims);
        if (dims.stream().anyMatch(size -> size < 1)) {
            throw new IllegalArgumentException("array " + name + " of sizes " + dims + ": all must be at least 1");
        }
    }

    /** Activations: uniform in -1 to 1. */
    public static Parameter input(String name, long seed, Long... dims) {
        return new Parameter(name, List.of(dims), new SeededValues(seed, 0, 1));
    }

    /** Weights whose products keep the variance of their input: uniform with variance {@code 1 / fanIn}. */
    public static Parameter weight(String name, long seed, long fanIn, Long... dims) {
        return new Parameter(name, List.of(dims), new SeededValues(seed, 0, Math.sqrt(3.0 / fanIn)));
    }

    /** Small shifts such as biases. */
    public static Parameter shift(String name, long seed, long count) {
        return new Parameter(name, List.of(count), new SeededValues(seed, 0, 0.1));
    }

    /** Positive factors about 1, such as scales and variances of a normalisation. */
    public static Parameter scale(String name, long seed, long count) {
        return new Parameter(name, List.of(count), new SeededValues(seed, 1, 0.5));
    }

    /** Number of values. */
    public long count() {
        return dims.stream().reduce(1L, Math::multiplyExact);
    }
}
