// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct.loss;

import fizeau.optics.Shape;
import java.util.Arrays;

/**
 * Bilinear interpolation of every image of a stack onto a smaller grid, pixel centres at half-integers, no antialiasing; and
 * the adjoint.
 */
final class BilinearReduction {

    private final Shape from;
    private final Shape to;
    private final Axis rows;
    private final Axis columns;

    BilinearReduction(Shape from, Shape to) {
        this.from = from;
        this.to = to;
        rows = Axis.between(from.ny(), to.ny());
        columns = Axis.between(from.nx(), to.nx());
    }

    void reduce(float[] images, float[] reduced) {
        ImageStack.requireLength("prediction", images, reduced.length / to.count() * from.count());
        for (int image = 0; image < reduced.length / to.count(); image++) {
            int start = image * from.count();
            for (int y = 0; y < to.ny(); y++) {
                int upper = start + rows.first[y] * from.nx();
                int lower = start + rows.second[y] * from.nx();
                double down = rows.weight[y];
                for (int x = 0; x < to.nx(); x++) {
                    int left = columns.first[x];
                    int right = columns.second[x];
                    double across = columns.weight[x];
                    double above = (1 - across) * images[upper + left] + across * images[upper + right];
                    double below = (1 - across) * images[lower + left] + across * images[lower + right];
                    reduced[image * to.count() + to.index(y, x)] = (float) ((1 - down) * above + down * below);
                }
            }
        }
    }

    void spread(float[] reduced, float[] images) {
        Arrays.fill(images, 0);
        for (int image = 0; image < reduced.length / to.count(); image++) {
            int start = image * from.count();
            for (int y = 0; y < to.ny(); y++) {
                int upper = start + rows.first[y] * from.nx();
                int lower = start + rows.second[y] * from.nx();
                double down = rows.weight[y];
                for (int x = 0; x < to.nx(); x++) {
                    int left = columns.first[x];
                    int right = columns.second[x];
                    double across = columns.weight[x];
                    double value = reduced[image * to.count() + to.index(y, x)];
                    images[upper + left] += (float) ((1 - down) * (1 - across) * value);
                    images[upper + right] += (float) ((1 - down) * across * value);
                    images[lower + left] += (float) (down * (1 - across) * value);
                    images[lower + right] += (float) (down * across * value);
                }
            }
        }
    }

    /** For each target index the two source indices and the weight of the second. */
    private record Axis(int[] first, int[] second, double[] weight) {

        static Axis between(int from, int to) {
            int[] first = new int[to];
            int[] second = new int[to];
            double[] weight = new double[to];
            for (int i = 0; i < to; i++) {
                double position = Math.max(0, (i + 0.5) * from / to - 0.5);
                first[i] = Math.min(from - 1, (int) position);
                second[i] = Math.min(from - 1, first[i] + 1);
                weight[i] = position - first[i];
            }
            return new Axis(first, second, weight);
        }
    }
}
