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

    /**
     * Structural similarity of one image, summed over each row of its map. Moments are taken about the local mean, over a
     * copy of the images that is mirrored out beyond the edges.
     */
    static double[] similarity(
            float[] x, int xStart, float[] y, int ny, int nx, double[] window, int border, double c1, double c2) {
        int radius = window.length / 2;
        double[] sums = new double[ny - 2 * border];
        double[][] largeX = mirroredOut(x, xStart, ny, nx, radius);
        double[][] largeY = mirroredOut(y, 0, ny, nx, radius);
        for (int row = border; row < ny - border; row++) {
            for (int column = border; column < nx - border; column++) {
                double[] means = new double[2];
                double[] moments = new double[3];
                for (int pass = 0; pass < 2; pass++) {
                    for (int i = 0; i < window.length; i++) {
                        for (int j = 0; j < window.length; j++) {
                            double weight = window[i] * window[j];
                            double a = largeX[row + i][column + j];
                            double b = largeY[row + i][column + j];
                            if (pass == 0) {
                                means[0] += weight * a;
                                means[1] += weight * b;
                            } else {
                                moments[0] += weight * (a - means[0]) * (a - means[0]);
                                moments[1] += weight * (b - means[1]) * (b - means[1]);
                                moments[2] += weight * (a - means[0]) * (b - means[1]);
                            }
                        }
                    }
                }
                double luminance = (2 * means[0] * means[1] + c1) / (means[0] * means[0] + means[1] * means[1] + c1);
                sums[row - border] += luminance * (2 * moments[2] + c2) / (moments[0] + moments[1] + c2);
            }
        }
        return sums;
    }

    private static double[][] mirroredOut(float[] image, int start, int ny, int nx, int margin) {
        double[][] large = new double[ny + 2 * margin][nx + 2 * margin];
        for (int y = 0; y < large.length; y++) {
            for (int x = 0; x < large[y].length; x++) {
                large[y][x] = image[start + reflected(y - margin, ny) * nx + reflected(x - margin, nx)];
            }
        }
        return large;
    }

    /** Walks back and forth between the ends, standing still once at each. */
    private static int reflected(int index, int length) {
        int at = index;
        while (at < 0 || at >= length) {
            at = at < 0 ? -1 - at : 2 * length - 1 - at;
        }
        return at;
    }

    static double[] sumRows(double[] values, int rows, int count) {
        double[] sums = new double[rows];
        for (int i = 0; i < rows * count; i++) {
            sums[i / count] += values[i];
        }
        return sums;
    }
}
