// SPDX-License-Identifier: Apache-2.0
package fizeau.testkit;

import fizeau.optics.Shape;
import java.util.stream.Stream;

/** Image sizes for parameterised tests: never only square, never only even, never only powers of two. */
public final class Shapes {

    private Shapes() {}

    /** Every size worth trying: single samples, single rows, odd and even edges, primes, powers of two, rectangles. */
    public static Stream<Shape> all() {
        return Stream.concat(
                small(), Stream.of(new Shape(31, 64), new Shape(64, 31), Shape.square(64), new Shape(257, 100)));
    }

    /** Sizes at which a test that is quadratic in the number of samples still takes milliseconds. */
    public static Stream<Shape> small() {
        return Stream.of(
                Shape.square(1),
                new Shape(1, 6),
                new Shape(7, 1),
                Shape.square(2),
                new Shape(5, 8),
                new Shape(12, 9),
                Shape.square(16),
                Shape.square(33));
    }
}
