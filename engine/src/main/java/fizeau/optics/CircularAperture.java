// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

/** A disc: a sample passes when its distance from the centre is at most the radius (the rim included). */
public record CircularAperture(double radiusPixels) implements Aperture {

    public CircularAperture {
        if (!(radiusPixels > 0) || Double.isInfinite(radiusPixels)) {
            throw new IllegalArgumentException("aperture radius " + radiusPixels + " px must be positive and finite");
        }
    }

    @Override
    public boolean passes(double dy, double dx) {
        return dx * dx + dy * dy <= radiusPixels * radiusPixels;
    }

    @Override
    public double extent() {
        return radiusPixels;
    }
}
