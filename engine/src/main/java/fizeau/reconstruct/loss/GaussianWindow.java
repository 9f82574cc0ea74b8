// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct.loss;

import fizeau.optics.Shape;
import java.util.Arrays;

/**
 * The normalised Gaussian window of the similarity losses, applied to whole images. Borders are mirrored without repeating
 * the edge ({@code c b | a b c}), therefore the blur is not its own adjoint and both are here.
 */
public final class GaussianWindow {

    /** The window of every similarity loss: 11 x 11, sigma 1.5. */
    public static final GaussianWindow SIMILARITY = new GaussianWindow(11, 1.5);

    private final double[] weights;
    private final int radius;

    /**
     * @param edge odd number of pixels
     * @param sigma in pixels
     */
    public GaussianWindow(int edge, double sigma) {
        if (edge < 1 || edge % 2 == 0) {
            throw new IllegalArgumentException("window of " + edge + " pixels: use an odd number, at least 1");
        }
        if (!(sigma > 0)) {
            throw new IllegalArgumentException("window sigma " + sigma + " must be positive");
        }
        radius = edge / 2;
        weights = new double[edge];
        for (int k = 0; k < edge; k++) {
            double distance = k - radius;
            weights[k] = Math.exp(-distance * distance / (2 * sigma * sigma));
        }
        double sum = Arrays.stream(weights).sum();
        for (int k = 0; k < edge; k++) {
            weights[k] /= sum;
        }
    }

    /** Edge of the square window in pixels. */
    public int edge() {
        return weights.length;
    }

    /** Smallest image edge that can be mirrored without repeating the edge. */
    public int smallestImageEdge() {
        return radius + 1;
    }

    /** The two-dimensional window, {@code edge * edge} weights that sum to 1, row-major. */
    public double[] toImage() {
        double[] image = new double[edge() * edge()];
        for (int i = 0; i < image.length; i++) {
            image[i] = weights[i / edge()] * weights[i % edge()];
        }
        return image;
    }

    /**
     * Blurs an image.
     *
     * @param image {@code shape.count()} values
     * @param blurred receives as many; another array than {@code image}
     * @param scratch as many
     */
    void blur(double[] image, double[] blurred, double[] scratch, Shape shape) {
        int nx = shape.nx();
        double[] padded = new double[nx + 2 * radius];
        for (int y = 0; y < shape.ny(); y++) {
            int row = y * nx;
            for (int i = 0; i < padded.length; i++) {
                padded[i] = image[row + mirror(i - radius, nx)];
            }
            Arrays.fill(scratch, row, row + nx, 0);
            for (int k = 0; k < weights.length; k++) {
                double weight = weights[k];
                for (int x = 0; x < nx; x++) {
                    scratch[row + x] += weight * padded[x + k];
                }
            }
        }
        Arrays.fill(blurred, 0, shape.count(), 0);
        for (int y = 0; y < shape.ny(); y++) {
            for (int k = 0; k < weights.length; k++) {
                addRow(scratch, mirror(y + k - radius, shape.ny()), blurred, y, weights[k], nx);
            }
        }
    }

    /** The adjoint of {@link #blur}: spreads every value over its window, with the same arguments. */
    void spread(double[] image, double[] result, double[] scratch, Shape shape) {
        int nx = shape.nx();
        Arrays.fill(scratch, 0, shape.count(), 0);
        for (int y = 0; y < shape.ny(); y++) {
            for (int k = 0; k < weights.length; k++) {
                addRow(image, y, scratch, mirror(y + k - radius, shape.ny()), weights[k], nx);
            }
        }
        Arrays.fill(result, 0, shape.count(), 0);
        double[] padded = new double[nx + 2 * radius];
        for (int y = 0; y < shape.ny(); y++) {
            int row = y * nx;
            Arrays.fill(padded, 0);
            for (int k = 0; k < weights.length; k++) {
                double weight = weights[k];
                for (int x = 0; x < nx; x++) {
                    padded[x + k] += weight * scratch[row + x];
                }
            }
            for (int i = 0; i < padded.length; i++) {
                result[row + mirror(i - radius, nx)] += padded[i];
            }
        }
    }

    private static void addRow(double[] from, int fromRow, double[] to, int toRow, double weight, int nx) {
        int source = fromRow * nx;
        int sink = toRow * nx;
        for (int x = 0; x < nx; x++) {
            to[sink + x] += weight * from[source + x];
        }
    }

    private static int mirror(int index, int length) {
        int folded = Math.abs(index);
        return folded < length ? folded : 2 * (length - 1) - folded;
    }
}
