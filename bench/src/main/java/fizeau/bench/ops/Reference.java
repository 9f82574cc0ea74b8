// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import java.util.List;
import java.util.stream.LongStream;

/**
 * What an output should be at some positions, in double precision. Computed by the first process of a case and handed to the
 * others, peers included, so that all are held against the same numbers.
 *
 * @param source what computed it
 * @param outputs output values there are
 * @param count as given to {@link #positions}
 * @param values at those positions
 */
public record Reference(String source, long outputs, int count, List<Double> values) {
    /** Positions at which a cheap reference is taken. */
    public static final int MOST_POSITIONS = 2048;

    private static final int FEWEST_POSITIONS = 128;

    /** Products that the textbook formula may take: about half a second. */
    private static final double PRODUCTS = 4e7;

    public Reference {
        values = List.copyOf(values);
        if (values.size() != positions(outputs, count).length) {
            throw new IllegalArgumentException("a reference at " + count + " of " + outputs + " positions has "
                    + values.size() + " values: compute it again");
        }
    }

    /** By the textbook formula, at as many positions as half a second allows. */
    public static Reference of(OperatorShape shape, long seed) {
        double perOutput = shape.gigaflop() * 0.5e9 / shape.outputCount();
        if (shape instanceof OperatorShape.ResidualBlock) {
            perOutput *= perOutput / 4; // every tap of the second convolution needs a whole first one
        }
        int count = (int) Math.max(FEWEST_POSITIONS, Math.min(MOST_POSITIONS, PRODUCTS / perOutput));
        DoubleReference textbook = new DoubleReference(shape, seed);
        return new Reference(
                "the textbook formula in double precision",
                shape.outputCount(),
                count,
                LongStream.of(positions(shape.outputCount(), count))
                        .mapToObj(textbook::at)
                        .toList());
    }

    /** Where the values are. */
    public long[] positions() {
        return positions(outputs, count);
    }

    /** Largest absolute value. */
    public double largest() {
        return values.stream().mapToDouble(Math::abs).max().orElse(0);
    }

    /** Compares what was computed at the positions, in their order. */
    public Agreement agreement(double... computed) {
        if (computed.length != values.size()) {
            throw new IllegalArgumentException(
                    computed.length + " values cannot be compared at " + values.size() + " positions");
        }
        double worst = 0;
        for (int i = 0; i < computed.length; i++) {
            double difference = Math.abs(computed[i] - values.get(i));
            worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(worst, difference);
        }
        // JSON has no infinity: the largest number is far outside any tolerance too
        worst = Math.min(worst, Double.MAX_VALUE);
        return new Agreement(source, computed.length, outputs, worst, largest(), Agreement.TOLERANCE);
    }

    /**
     * Positions to check: first, last and {@code count} that are spread evenly over the output by a multiplicative
     * sequence, so that all images, channels, borders and tiles are met; all positions when there are no more.
     */
    public static long[] positions(long outputs, int count) {
        if (outputs <= count) {
            return LongStream.range(0, outputs).toArray();
        }
        double golden = 0.6180339887498949;
        return LongStream.concat(
                        LongStream.of(0, outputs - 1),
                        LongStream.rangeClosed(1, count).map(i -> (long) (outputs * ((i * golden) % 1.0))))
                .distinct()
                .toArray();
    }
}
