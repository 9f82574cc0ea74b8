// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

/**
 * A ring, both rims included, crossed by the vanes that carry a secondary mirror. Vane {@code i} of {@code spiderCount} is
 * a full line through the centre at angle {@code i pi / spiderCount} from the x axis, so that it shows as two arms; it
 * removes samples at most half of {@code spiderWidthPixels} away from it. A count of 0 means no vanes.
 *
 * <p>Angles are computed in double precision. The reference implementation truncates pi to 3 when its centres are integers,
 * which turns the vanes; that is not reproduced.
 */
public record ObscuredAperture(
        double outerRadiusPixels, double innerRadiusPixels, int spiderCount, double spiderWidthPixels)
        implements Aperture {

    public ObscuredAperture {
        Checks.positive("outer radius", outerRadiusPixels, "px");
        Checks.notNegative("inner radius", innerRadiusPixels, "px");
        Checks.notNegative("spider width", spiderWidthPixels, "px");
        if (innerRadiusPixels >= outerRadiusPixels) {
            throw new IllegalArgumentException("inner radius " + innerRadiusPixels
                    + " px must be smaller than the outer radius " + outerRadiusPixels + " px");
        }
        if (spiderCount < 0) {
            throw new IllegalArgumentException("spider count " + spiderCount + " must be 0 (none) or more");
        }
    }

    /** A ring without vanes. */
    public static ObscuredAperture ring(double outerRadiusPixels, double innerRadiusPixels) {
        return new ObscuredAperture(outerRadiusPixels, innerRadiusPixels, 0, 0);
    }

    @Override
    public boolean passes(double dy, double dx) {
        double squared = dx * dx + dy * dy;
        if (squared > outerRadiusPixels * outerRadiusPixels || squared < innerRadiusPixels * innerRadiusPixels) {
            return false;
        }
        for (int i = 0; i < spiderCount; i++) {
            double angle = i * Math.PI / spiderCount;
            if (Math.abs(dx * Math.sin(angle) - dy * Math.cos(angle)) <= spiderWidthPixels / 2) {
                return false;
            }
        }
        return true;
    }

    @Override
    public double extent() {
        return outerRadiusPixels;
    }
}
