// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import java.util.ArrayList;
import java.util.List;

/**
 * Windows that cover a volume, and what is put together from their results: a mean weighted by a Gaussian of an eighth of the
 * window around its middle, never below a thousandth (Isensee et al. 2021; MONAI's {@code sliding_window_inference}).
 */
public final class SlidingWindow {
    private static final double DEVIATION = 0.125;
    private static final float LEAST = 1e-3f;

    private final int[] size;
    private final int[] window;
    private final List<int[]> places = new ArrayList<>();
    private final float[] weights;

    /**
     * @param size of the volume along z, y and x; at least the window
     * @param overlap share of a window that the next one repeats, from 0 to below 1
     */
    public SlidingWindow(int[] size, int[] window, double overlap) {
        for (int axis = 0; axis < 3; axis++) {
            if (size[axis] < window[axis]) {
                throw new IllegalArgumentException("a window of " + Im2imSettings.words(window)
                        + " voxels does not fit into a volume of " + Im2imSettings.words(size)
                        + " after its reduction: use larger volumes or a smaller data.patch");
            }
        }
        this.size = size.clone();
        this.window = window.clone();
        for (int z : starts(size[0], window[0], overlap)) {
            for (int y : starts(size[1], window[1], overlap)) {
                for (int x : starts(size[2], window[2], overlap)) {
                    places.add(new int[] {z, y, x});
                }
            }
        }
        this.weights = weights(window);
    }

    /** The last window ends where the volume ends. */
    private static List<Integer> starts(int size, int window, double overlap) {
        int step = Math.max(1, (int) (window * (1 - overlap)));
        List<Integer> starts = new ArrayList<>();
        for (int at = 0; at + window < size; at += step) {
            starts.add(at);
        }
        starts.add(size - window);
        return starts;
    }

    private static float[] weights(int[] window) {
        float[] weights = new float[PatchBatch.voxels(window)];
        int at = 0;
        for (int z = 0; z < window[0]; z++) {
            for (int y = 0; y < window[1]; y++) {
                for (int x = 0; x < window[2]; x++) {
                    double exponent = square(z, window[0]) + square(y, window[1]) + square(x, window[2]);
                    weights[at++] = Math.max(LEAST, (float) Math.exp(-exponent / 2));
                }
            }
        }
        return weights;
    }

    private static double square(int at, int extent) {
        double distance = (at - (extent - 1) / 2.0) / (DEVIATION * extent);
        return distance * distance;
    }

    /** Where windows start, z first. */
    public List<int[]> places() {
        return places;
    }

    /** Sums under way for one volume. */
    public final class Assembly {
        private final float[] sums = new float[PatchBatch.voxels(size)];
        private final float[] total = new float[PatchBatch.voxels(size)];

        /** Adds the result of the window at {@code place}, from {@code at} in {@code values}. */
        public void add(int place, float[] values, int at) {
            int[] start = places.get(place);
            int from = 0;
            for (int z = 0; z < window[0]; z++) {
                for (int y = 0; y < window[1]; y++) {
                    int to = ((start[0] + z) * size[1] + start[1] + y) * size[2] + start[2];
                    for (int x = 0; x < window[2]; x++) {
                        sums[to + x] += weights[from] * values[at + from];
                        total[to + x] += weights[from];
                        from++;
                    }
                }
            }
        }

        /** The weighted mean; the assembly is used up. */
        public Volume mean() {
            for (int i = 0; i < sums.length; i++) {
                sums[i] /= total[i];
            }
            return new Volume(size[0], size[1], size[2], sums);
        }
    }
}
