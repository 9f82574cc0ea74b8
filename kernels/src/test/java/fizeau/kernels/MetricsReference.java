// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/** What the kernels of {@code metrics.cu} sum up. */
final class MetricsReference {

    private MetricsReference() {}

    /** x, y, x^2, y^2, x y, (x - y)^2 over a part of two images. */
    static double[] imageSums(float[] x, int xStart, int xPitch, float[] y, int yStart, int yPitch, int ny, int nx) {
        double[] sums = new double[ImageSumsParameters.SUMS];
        for (int row = 0; row < ny; row++) {
            for (int column = 0; column < nx; column++) {
                double a = x[xStart + row * xPitch + column];
                double b = y[yStart + row * yPitch + column];
                double[] values = {a, b, a * a, b * b, a * b, (a - b) * (a - b)};
                for (int s = 0; s < values.length; s++) {
                    sums[s] += values[s];
                }
            }
        }
        return sums;
    }

    static double[] sumRows(double[] values, int rows, int count) {
        double[] sums = new double[rows];
        for (int i = 0; i < rows * count; i++) {
            sums[i / count] += values[i];
        }
        return sums;
    }
}
