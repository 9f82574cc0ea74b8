// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * The centred unitary transform {@code C[k][j] = exp(-2 pi i (k - h)(j - h) / n) / sqrt(n)}, {@code h = n / 2} rounded down,
 * along both axes, evaluated term by term in double precision. Complex arrays are interleaved (re, im).
 */
final class CentredTransform {

    private CentredTransform() {}

    static double[] of(double[] field, int ny, int nx) {
        double[] rows = new double[2 * ny * nx];
        for (int y = 0; y < ny; y++) {
            for (int k = 0; k < nx; k++) {
                for (int j = 0; j < nx; j++) {
                    addTimesRoot(rows, y * nx + k, field, y * nx + j, (long) (k - nx / 2) * (j - nx / 2), nx);
                }
            }
        }
        double[] result = new double[2 * ny * nx];
        for (int k = 0; k < ny; k++) {
            for (int y = 0; y < ny; y++) {
                for (int x = 0; x < nx; x++) {
                    addTimesRoot(result, k * nx + x, rows, y * nx + x, (long) (k - ny / 2) * (y - ny / 2), ny);
                }
            }
        }
        double scale = 1 / Math.sqrt((double) ny * nx);
        for (int i = 0; i < result.length; i++) {
            result[i] *= scale;
        }
        return result;
    }

    /** {@code target[to] += source[from] exp(-2 pi i turns / order)}, complex. */
    static void addTimesRoot(double[] target, int to, double[] source, int from, long turns, int order) {
        double angle = -2 * Math.PI * Math.floorMod(turns, order) / order;
        double cosine = Math.cos(angle);
        double sine = Math.sin(angle);
        target[2 * to] += source[2 * from] * cosine - source[2 * from + 1] * sine;
        target[2 * to + 1] += source[2 * from] * sine + source[2 * from + 1] * cosine;
    }
}
