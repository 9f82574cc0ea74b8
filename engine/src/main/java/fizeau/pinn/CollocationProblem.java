// SPDX-License-Identifier: Apache-2.0
package fizeau.pinn;

import java.util.List;

/**
 * What a field is fitted to: truths and equations of several samples on one grid of points. The network gives a normalised
 * field; field and derivatives are {@code scale} times as large, and {@code mean} is added to the field. The loss is
 *
 * <pre>
 *   mean over samples and points of (u - truth)^2
 * + mean over samples and points of f^2
 * + boundary: mean over pairs of (u(lower) - u(upper))^2, or the sum over edges of the mean of (u - truth)^2 there.
 * </pre>
 *
 * @param x first coordinates of the points
 * @param t second coordinates
 * @param edges how many edges hold each point, where the field is to equal the truth on edges; zeros for pairs
 * @param edgePoints points of one edge; 0 for pairs
 * @param pairs points whose fields are to be equal; empty for edges
 * @param second the second-order channel of the residual; null when no sample needs one
 * @param samples at least one
 * @param mean of the field
 * @param scale of the field, positive
 */
public record CollocationProblem(
        float[] x,
        float[] t,
        float[] edges,
        int edgePoints,
        Pairs pairs,
        SecondOrder second,
        List<Sample> samples,
        float mean,
        float scale) {

    /**
     * One equation with its solution.
     *
     * @param operator left side of the residual
     * @param source q at each point
     * @param truth u at each point, physical
     */
    public record Sample(PolynomialOperator operator, float[] source, float[] truth) {}

    /** Points {@code (lowerX, t)} and {@code (upperX, t)}. */
    public record Pairs(float lowerX, float upperX, float[] t) {

        public static final Pairs NONE = new Pairs(0, 0, new float[0]);

        public int count() {
            return t.length;
        }
    }

    /** Parts of the loss. */
    public record Losses(double data, double residual, double boundary) {

        public double total() {
            return data + residual + boundary;
        }
    }

    public CollocationProblem {
        samples = List.copyOf(samples);
        int count = x.length;
        if (count == 0 || t.length != count || edges.length != count || samples.isEmpty()) {
            throw new IllegalArgumentException(
                    "a problem of " + count + " by " + t.length + " coordinates, "
                            + edges.length + " edge counts and " + samples.size()
                            + " samples is not possible: give each point both coordinates and an edge count, and one sample at least");
        }
        for (Sample sample : samples) {
            if (sample.source().length != count || sample.truth().length != count) {
                throw new IllegalArgumentException(
                        "a sample of " + sample.source().length + " sources and " + sample.truth().length
                                + " truths does not fit " + count + " points: give one of each per point");
            }
            if (second == null && sample.operator().second() != 0) {
                throw new IllegalArgumentException("a sample with a second-order term needs a second-order channel");
            }
        }
        if (!(scale > 0)) {
            throw new IllegalArgumentException("a scale of " + scale + " is not possible: use a positive one");
        }
    }

    public int points() {
        return x.length;
    }

    /** Samples times points: what the loss averages over. */
    public int trainingPoints() {
        return samples.size() * x.length;
    }
}
