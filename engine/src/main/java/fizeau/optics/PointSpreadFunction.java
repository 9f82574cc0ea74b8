// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import java.util.Arrays;

/**
 * The intensity image of a point: {@code |F(mask)|^2} divided by its largest value, with F the centred transform. Not
 * reversed as detector images are; for a real mask both are the same up to the one-sample shift of even sizes. Immutable.
 */
public final class PointSpreadFunction {
    private final Shape shape;
    private final double[] intensity;

    private PointSpreadFunction(Shape shape, double[] intensity) {
        this.shape = shape;
        this.intensity = intensity;
    }

    /** Computed directly from the definition, in double precision, one axis after the other; any size. */
    public static PointSpreadFunction of(Mask mask) {
        if (mask.openCount() == 0) {
            throw new IllegalArgumentException(
                    "a " + mask.shape() + " mask without an open sample has no point spread function");
        }
        Shape shape = mask.shape();
        Box box = mask.bounds();
        double[] rows = transformRows(mask);
        double[] intensity = new double[shape.count()];
        double[] cosine = new double[shape.ny()];
        double[] sine = new double[shape.ny()];
        fillTurn(cosine, sine);
        double[] real = new double[shape.nx()];
        double[] imaginary = new double[shape.nx()];
        double peak = 0;
        for (int v = 0; v < shape.ny(); v++) {
            Arrays.fill(real, 0);
            Arrays.fill(imaginary, 0);
            for (int row = 0; row < box.height(); row++) {
                int turn = turn(v, box.top() + row, shape.ny());
                double c = cosine[turn];
                double s = sine[turn];
                int from = 2 * row * shape.nx();
                for (int u = 0; u < shape.nx(); u++) {
                    double a = rows[from + 2 * u];
                    double b = rows[from + 2 * u + 1];
                    real[u] += a * c - b * s;
                    imaginary[u] += a * s + b * c;
                }
            }
            for (int u = 0; u < shape.nx(); u++) {
                double value = real[u] * real[u] + imaginary[u] * imaginary[u];
                intensity[shape.index(v, u)] = value;
                peak = Math.max(peak, value);
            }
        }
        for (int i = 0; i < intensity.length; i++) {
            intensity[i] /= peak;
        }
        return new PointSpreadFunction(shape, intensity);
    }

    public Shape shape() {
        return shape;
    }

    /** Intensity relative to the peak, 0 to 1. */
    public double intensity(int y, int x) {
        return intensity[shape.index(y, x)];
    }

    /** All intensities, row-major, as a copy. */
    public double[] toArray() {
        return intensity.clone();
    }

    /** Transforms along x of the rows inside the mask's box: {@code height * nx} complex values, interleaved. */
    private static double[] transformRows(Mask mask) {
        Shape shape = mask.shape();
        Box box = mask.bounds();
        double[] cosine = new double[shape.nx()];
        double[] sine = new double[shape.nx()];
        fillTurn(cosine, sine);
        double[] rows = new double[2 * box.height() * shape.nx()];
        for (int row = 0; row < box.height(); row++) {
            for (int u = 0; u < shape.nx(); u++) {
                double real = 0;
                double imaginary = 0;
                for (int x = box.left(); x < box.left() + box.width(); x++) {
                    if (mask.isOpen(box.top() + row, x)) {
                        int turn = turn(u, x, shape.nx());
                        real += cosine[turn];
                        imaginary += sine[turn];
                    }
                }
                rows[2 * (row * shape.nx() + u)] = real;
                rows[2 * (row * shape.nx() + u) + 1] = imaginary;
            }
        }
        return rows;
    }

    /** {@code exp(-2 pi i k / n)} for all k. */
    private static void fillTurn(double[] cosine, double[] sine) {
        int n = cosine.length;
        for (int k = 0; k < n; k++) {
            cosine[k] = Math.cos(2 * Math.PI * k / n);
            sine[k] = -Math.sin(2 * Math.PI * k / n);
        }
    }

    /** The product of two centred indices, reduced to one turn so that large indices lose no digits. */
    private static int turn(int u, int x, int n) {
        return Math.floorMod((u - n / 2) * (x - n / 2), n);
    }
}
