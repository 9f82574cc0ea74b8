// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import java.util.Arrays;

/** From the network's output to what a user looks at. */
public final class Postprocess {
    private static final int GREY_LEVELS = 65_535;

    private Postprocess() {}

    /**
     * A result.
     *
     * @param values labels from 1 and 0 outside, or grey values of 16 bits; element {@code (z * ny + y) * nx + x}
     * @param regions how many labels; 0 for pictures
     */
    public record Result(int[] values, int regions) {}

    public static Result of(Experiment experiment, Volume output) {
        return experiment == Experiment.SEGMENTATION ? labels(output) : rescaled(output);
    }

    /** Sigmoid, threshold one half, connected regions (faces only) numbered in order of their first voxel. */
    static Result labels(Volume output) {
        int count = output.count();
        int[] parent = new int[count];
        int row = output.nx();
        int plane = output.ny() * row;
        for (int i = 0; i < count; i++) {
            boolean inside = 1 / (1 + Math.exp(-output.values()[i])) > 0.5;
            parent[i] = inside ? i : -1;
            if (!inside) {
                continue;
            }
            if (i % row != 0 && parent[i - 1] >= 0) {
                join(parent, i - 1, i);
            }
            if (i % plane >= row && parent[i - row] >= 0) {
                join(parent, i - row, i);
            }
            if (i >= plane && parent[i - plane] >= 0) {
                join(parent, i - plane, i);
            }
        }
        int[] labels = new int[count];
        int regions = 0;
        for (int i = 0; i < count; i++) {
            if (parent[i] >= 0) {
                int root = root(parent, i); // never behind i
                labels[i] = root == i ? ++regions : labels[root];
            }
        }
        return new Result(labels, regions);
    }

    /** The smaller root wins. */
    private static void join(int[] parent, int one, int two) {
        int a = root(parent, one);
        int b = root(parent, two);
        parent[Math.max(a, b)] = Math.min(a, b);
    }

    private static int root(int[] parent, int of) {
        int at = of;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }

    /** Smallest value to 0, largest to {@value #GREY_LEVELS}. */
    static Result rescaled(Volume output) {
        float low = Float.POSITIVE_INFINITY;
        float high = Float.NEGATIVE_INFINITY;
        for (float value : output.values()) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        double scale = high > low ? GREY_LEVELS / ((double) high - low) : 0;
        int[] values = new int[output.count()];
        float least = low;
        Arrays.setAll(values, i -> (int) Math.rint((output.values()[i] - least) * scale));
        return new Result(values, 0);
    }
}
