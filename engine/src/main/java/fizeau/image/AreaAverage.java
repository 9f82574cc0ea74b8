// SPDX-License-Identifier: Apache-2.0
package fizeau.image;

import fizeau.optics.Shape;
import java.util.Arrays;

/**
 * Resamples an image to a square. Reduction averages over the exact area of each target pixel, with fractional coverage
 * at its edges, so the mean is kept; enlargement is bilinear with half-pixel centres and clamped edges.
 */
final class AreaAverage {
    private AreaAverage() {}

    /**
     * Pads to a square of the longer edge with zeros, {@code (edge - n) / 2} of them before, then resamples.
     *
     * @param values row-major pixels of {@code shape}
     * @param size edge of the result
     * @return {@code size * size} values, row-major, in double precision
     */
    static double[] toSquare(Shape shape, float[] values, int size) {
        int edge = Math.max(shape.ny(), shape.nx());
        Taps rows = Taps.of(edge, shape.ny(), size);
        Taps columns = Taps.of(edge, shape.nx(), size);
        double[] result = new double[size * size];
        double[] line = new double[shape.nx()];
        for (int y = 0; y < size; y++) {
            Arrays.fill(line, 0);
            for (int tap = rows.start[y]; tap < rows.start[y + 1]; tap++) {
                double weight = rows.weight[tap];
                int from = rows.source[tap] * shape.nx();
                for (int x = 0; x < line.length; x++) {
                    line[x] += weight * values[from + x];
                }
            }
            for (int x = 0; x < size; x++) {
                double sum = 0;
                for (int tap = columns.start[x]; tap < columns.start[x + 1]; tap++) {
                    sum += columns.weight[tap] * line[columns.source[tap]];
                }
                result[y * size + x] = sum;
            }
        }
        return result;
    }

    /** Sparse weights along one axis: target {@code i} is the weighted sum of taps {@code start[i] .. start[i + 1] - 1}. */
    private record Taps(int[] start, int[] source, double[] weight) {

        /** An axis of {@code edge} samples of which the central {@code stored} exist and the others are zero. */
        static Taps of(int edge, int stored, int size) {
            int offset = (edge - stored) / 2;
            int most = size <= edge ? edge + 2 * size : 2 * size;
            Builder taps = new Builder(new int[size + 1], new int[most], new double[most]);
            for (int i = 0; i < size; i++) {
                if (size <= edge) {
                    taps.addArea(i, edge, size, offset, stored);
                } else {
                    taps.addBilinear(i, edge, size, offset, stored);
                }
                taps.start[i + 1] = taps.count;
            }
            return new Taps(taps.start, taps.source, taps.weight);
        }
    }

    private static final class Builder {
        private final int[] start;
        private final int[] source;
        private final double[] weight;
        private int count;

        Builder(int[] start, int[] source, double[] weight) {
            this.start = start;
            this.source = source;
            this.weight = weight;
        }

        /** In units of 1/size of a source pixel every boundary is an integer, so the overlaps are exact. */
        void addArea(int target, int edge, int size, int offset, int stored) {
            long low = (long) target * edge;
            long high = low + edge;
            for (int j = (int) (low / size); (long) j * size < high; j++) {
                long overlap = Math.min(high, (long) (j + 1) * size) - Math.max(low, (long) j * size);
                add(j - offset, stored, (double) overlap / edge);
            }
        }

        void addBilinear(int target, int edge, int size, int offset, int stored) {
            double position = (target + 0.5) * edge / size - 0.5;
            int below = (int) Math.floor(position);
            double share = position - below;
            add(Math.max(0, below) - offset, stored, 1 - share);
            add(Math.min(edge - 1, below + 1) - offset, stored, share);
        }

        private void add(int index, int stored, double tapWeight) {
            if (index >= 0 && index < stored) {
                source[count] = index;
                weight[count] = tapWeight;
                count++;
            }
        }
    }
}
