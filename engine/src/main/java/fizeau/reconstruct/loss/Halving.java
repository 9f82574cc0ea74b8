// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct.loss;

import fizeau.optics.Shape;

/** Averages over 2 x 2 pixels, an odd last row or column dropped, and the adjoint. */
final class Halving {

    private Halving() {}

    static Shape half(Shape shape) {
        return new Shape(shape.ny() / 2, shape.nx() / 2);
    }

    static void average(double[] image, Shape shape, double[] result) {
        Shape half = half(shape);
        for (int y = 0; y < half.ny(); y++) {
            for (int x = 0; x < half.nx(); x++) {
                int i = shape.index(2 * y, 2 * x);
                int below = i + shape.nx();
                result[half.index(y, x)] = (image[i] + image[i + 1] + image[below] + image[below + 1]) / 4;
            }
        }
    }

    /** Adds a quarter of every value to each of the four pixels of {@code image} it was averaged from. */
    static void spread(double[] averages, Shape shape, double[] image) {
        Shape half = half(shape);
        for (int y = 0; y < half.ny(); y++) {
            for (int x = 0; x < half.nx(); x++) {
                double quarter = averages[half.index(y, x)] / 4;
                int i = shape.index(2 * y, 2 * x);
                int below = i + shape.nx();
                image[i] += quarter;
                image[i + 1] += quarter;
                image[below] += quarter;
                image[below + 1] += quarter;
            }
        }
    }
}
