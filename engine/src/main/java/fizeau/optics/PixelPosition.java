// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import java.util.Comparator;
import java.util.List;

/** A position {@code (y, x)} in pixels relative to zero frequency; fractions are allowed. */
public record PixelPosition(double y, double x) {

    public static final PixelPosition CENTRE = new PixelPosition(0, 0);

    public PixelPosition {
        if (!Double.isFinite(y) || !Double.isFinite(x)) {
            throw new IllegalArgumentException("position (" + y + ", " + x + ") must be finite");
        }
        // A negative zero would make two equal positions unequal as keys.
        y += 0.0;
        x += 0.0;
    }

    /** The position at a distance from zero frequency; the angle turns from the x axis towards the y axis. */
    public static PixelPosition polar(double radius, double angleRadians) {
        return new PixelPosition(radius * Math.sin(angleRadians), radius * Math.cos(angleRadians));
    }

    public double radius() {
        return Math.hypot(y, x);
    }

    /** The nearest whole pixel; halves go to the even neighbour. */
    public PixelPosition rounded() {
        return new PixelPosition(Math.rint(y), Math.rint(x));
    }

    /** The same positions from the centre outwards; positions of equal radius keep their order. */
    public static List<PixelPosition> sortedByRadius(List<PixelPosition> positions) {
        return positions.stream()
                .sorted(Comparator.comparingDouble(PixelPosition::radius))
                .toList();
    }
}
