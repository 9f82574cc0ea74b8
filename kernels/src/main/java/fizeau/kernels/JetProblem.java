// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Equations on points, as {@code jets.cu} has them: the struct of the same name.
 *
 * @param x {@code float[points]}, first coordinates
 * @param t {@code float[points]}, second coordinates
 * @param edges {@code float[points]}, on how many edges a point lies
 * @param pairT {@code float[pairs]}, second coordinates of points whose fields shall be equal at both ends of the first
 * @param source {@code float[samples][points]}
 * @param truth {@code float[samples][points]}
 * @param operators {@code float[samples][6]}: factors of u_t, u_x, u u_x, the second-order channel, u and u^3
 * @param passes how often points are computed: {@code samples}, or 1 where samples share a point's jets
 * @param mean of the physical field
 * @param scale of the physical field
 * @param xx weight of u_xx in the second-order channel
 * @param tt weight of u_tt in it
 * @param edgeFactor all points over the edges' points; 0 without edges
 */
public record JetProblem(
        DeviceAddress x,
        DeviceAddress t,
        DeviceAddress edges,
        DeviceAddress pairT,
        DeviceAddress source,
        DeviceAddress truth,
        DeviceAddress operators,
        int points,
        int pairs,
        int samples,
        int passes,
        float lowerX,
        float upperX,
        float mean,
        float scale,
        float xx,
        float tt,
        float edgeFactor) {

    public JetProblem {
        if (points < 1 || pairs < 0 || samples < 1 || passes != 1 && passes != samples) {
            throw new IllegalArgumentException("a problem of " + points + " points, " + pairs + " pairs and " + samples
                    + " samples in " + passes
                    + " passes is not possible: use at least one point and sample, and one pass"
                    + " or one for each sample");
        }
    }

    /** The same points once and no pairs: what a field is evaluated at. */
    public JetProblem pointsOnce() {
        return new JetProblem(
                x,
                t,
                edges,
                pairT,
                source,
                truth,
                operators,
                points,
                0,
                samples,
                1,
                lowerX,
                upperX,
                mean,
                scale,
                xx,
                tt,
                edgeFactor);
    }

    /** How many tiles one launch works on. */
    public long tiles() {
        return JetTiles.tiles((long) points * passes, (long) pairs * passes);
    }
}
