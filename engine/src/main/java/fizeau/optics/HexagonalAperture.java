// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

/**
 * A regular hexagon with two flat sides to the left and right (the rim included). Its size is the apothem: the distance
 * from the centre to a flat side, along x. The reference implementation calls this same number "side length"; use
 * {@link #ofSide} for a hexagon of a true side length.
 */
public record HexagonalAperture(double apothemPixels) implements Aperture {

    public HexagonalAperture {
        Checks.positive("hexagon apothem", apothemPixels, "px");
    }

    /** The hexagon whose six sides have this length. */
    public static HexagonalAperture ofSide(double sidePixels) {
        Checks.positive("hexagon side", sidePixels, "px");
        return new HexagonalAperture(sidePixels * Math.sqrt(3) / 2);
    }

    public double sidePixels() {
        return apothemPixels * 2 / Math.sqrt(3);
    }

    @Override
    public boolean passes(double dy, double dx) {
        double acrossFlats = Math.abs(dx);
        double acrossSlants = Math.abs(dx) / 2 + Math.sqrt(3) * Math.abs(dy) / 2;
        return Math.max(acrossFlats, acrossSlants) <= apothemPixels;
    }

    /** The corners on the y axis reach furthest: one side length. */
    @Override
    public double extent() {
        return sidePixels();
    }

    /** Flat to flat, the diameter of the inscribed circle. */
    @Override
    public double diameterPixels() {
        return 2 * apothemPixels;
    }
}
