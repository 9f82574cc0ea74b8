// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

/** A position {@code (y, x)} in pixels relative to zero frequency; fractions are allowed. */
public record PixelPosition(double y, double x) {

    public static final PixelPosition CENTRE = new PixelPosition(0, 0);

    public PixelPosition {
        if (!Double.isFinite(y) || !Double.isFinite(x)) {
            throw new IllegalArgumentException("position (" + y + ", " + x + ") must be finite");
        }
    }

    public double radius() {
        return Math.hypot(y, x);
    }
}
