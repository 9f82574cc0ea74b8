// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/** The table of roots of unity that the box-form kernels walk through. */
public final class RootTable {

    private RootTable() {}

    /** {@code exp(-2 pi i t / order)} for {@code t = 0 .. order - 1}, interleaved (re, im), rounded from double precision. */
    public static float[] of(int order) {
        if (order < 1 || order > FrameGeometry.MAX_EDGE) {
            throw new IllegalArgumentException(
                    "table of " + order + " roots: the order must be from 1 to " + FrameGeometry.MAX_EDGE);
        }
        float[] roots = new float[2 * order];
        for (int t = 0; t < order; t++) {
            double angle = -2 * Math.PI * t / order;
            roots[2 * t] = (float) Math.cos(angle);
            roots[2 * t + 1] = (float) Math.sin(angle);
        }
        return roots;
    }
}
