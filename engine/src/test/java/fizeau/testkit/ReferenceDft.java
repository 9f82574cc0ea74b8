// SPDX-License-Identifier: Apache-2.0
package fizeau.testkit;

import fizeau.optics.Shape;

/**
 * The centred, orthonormal discrete Fourier transform in double precision, straight from its definition, one axis after
 * the other. With row {@code cy = ny / 2} and column {@code cx = nx / 2} as the origin of both planes,
 *
 * <pre>
 * U[v, u] = 1 / sqrt(ny nx)  sum over y, x of  f[y, x] exp(-+ 2 pi i ((v - cy)(y - cy) / ny + (u - cx)(x - cx) / nx))
 * </pre>
 *
 * with the minus sign for {@link #forward} and the plus sign for {@link #inverse}; the two undo each other. Fields are
 * {@code 2 * ny * nx} doubles, row-major, real and imaginary part interleaved.
 */
public final class ReferenceDft {

    private ReferenceDft() {}

    /** Transform with {@code exp(-2 pi i ...)}; the input is left untouched. */
    public static double[] forward(double[] field, Shape shape) {
        return transform(field, shape, -1);
    }

    /** Transform with {@code exp(+2 pi i ...)}; the input is left untouched. */
    public static double[] inverse(double[] field, Shape shape) {
        return transform(field, shape, 1);
    }

    /** A real image as a complex field of zero phase. */
    public static double[] complex(double[] real) {
        double[] field = new double[2 * real.length];
        for (int i = 0; i < real.length; i++) {
            field[2 * i] = real[i];
        }
        return field;
    }

    /** A real single-precision image as a complex field of zero phase. */
    public static double[] complex(float[] real) {
        double[] field = new double[2 * real.length];
        for (int i = 0; i < real.length; i++) {
            field[2 * i] = real[i];
        }
        return field;
    }

    /** Absolute value of each sample of an interleaved field. */
    public static double[] magnitude(double[] field) {
        double[] magnitude = new double[field.length / 2];
        for (int i = 0; i < magnitude.length; i++) {
            magnitude[i] = Math.hypot(field[2 * i], field[2 * i + 1]);
        }
        return magnitude;
    }

    private static double[] transform(double[] field, Shape shape, int sign) {
        if (field.length != 2 * shape.count()) {
            throw new IllegalArgumentException("complex field of " + shape + " needs " + 2 * shape.count()
                    + " interleaved values, got " + field.length);
        }
        double[] rows = new double[field.length];
        double[] result = new double[field.length];
        for (int y = 0; y < shape.ny(); y++) {
            line(field, rows, y * shape.nx(), 1, shape.nx(), sign);
        }
        for (int x = 0; x < shape.nx(); x++) {
            line(rows, result, x, shape.nx(), shape.ny(), sign);
        }
        return result;
    }

    /** One-dimensional transform of {@code n} complex samples that start at {@code first} and lie {@code stride} apart. */
    private static void line(double[] from, double[] to, int first, int stride, int n, int sign) {
        double[] cosine = new double[n];
        double[] sine = new double[n];
        for (int k = 0; k < n; k++) {
            cosine[k] = Math.cos(2 * Math.PI * k / n) / Math.sqrt(n);
            sine[k] = sign * Math.sin(2 * Math.PI * k / n) / Math.sqrt(n);
        }
        int centre = n / 2;
        for (int u = 0; u < n; u++) {
            double real = 0;
            double imaginary = 0;
            for (int x = 0; x < n; x++) {
                // The product is reduced before it becomes an angle, so that large indices lose no digits.
                int turn = Math.floorMod((u - centre) * (x - centre), n);
                double a = from[2 * (first + x * stride)];
                double b = from[2 * (first + x * stride) + 1];
                real += a * cosine[turn] - b * sine[turn];
                imaginary += a * sine[turn] + b * cosine[turn];
            }
            to[2 * (first + u * stride)] = real;
            to[2 * (first + u * stride) + 1] = imaginary;
        }
    }
}
