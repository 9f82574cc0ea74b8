// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import java.util.function.DoubleBinaryOperator;

/**
 * Masks in coordinates relative to the image: both axes run from -1 to 1, both ends included, whatever the number of
 * samples, so that a disc becomes an ellipse on a rectangular image. Unlike an {@link Aperture} the rim is left out.
 */
public final class RelativeMask {

    private RelativeMask() {}

    /** Samples nearer than {@code size} to {@code (centreY, centreX)}, all in relative units. */
    public static Mask disc(Shape shape, double size, double centreY, double centreX) {
        return within(shape, size, centreY, centreX, Math::hypot);
    }

    /** Samples nearer than {@code size} to {@code (centreY, centreX)} along both axes, all in relative units. */
    public static Mask square(Shape shape, double size, double centreY, double centreX) {
        return within(shape, size, centreY, centreX, (dy, dx) -> Math.max(Math.abs(dy), Math.abs(dx)));
    }

    private static Mask within(
            Shape shape, double size, double centreY, double centreX, DoubleBinaryOperator distance) {
        Checks.positive("relative mask size", size, "");
        Checks.finite("relative centre y", centreY, "");
        Checks.finite("relative centre x", centreX, "");
        boolean[] open = new boolean[shape.count()];
        for (int row = 0; row < shape.ny(); row++) {
            double dy = relative(row, shape.ny()) - centreY;
            for (int column = 0; column < shape.nx(); column++) {
                double dx = relative(column, shape.nx()) - centreX;
                open[shape.index(row, column)] = distance.applyAsDouble(dy, dx) < size;
            }
        }
        return Mask.of(shape, open);
    }

    /** A single sample sits at the lower end, as the first of any number does. */
    private static double relative(int index, int n) {
        return n == 1 ? -1 : -1 + 2.0 * index / (n - 1);
    }
}
