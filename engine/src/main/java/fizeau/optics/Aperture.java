// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

/**
 * The shape of a sub-pupil in pixels of the spectrum. {@link #passes} decides one sample by its offset from the aperture's
 * centre; {@link #mask} lays it over a grid, cut at the edge without wrapping around.
 */
public interface Aperture {

    /** Whether light passes at {@code (dy, dx)} pixels from the centre of the aperture. */
    boolean passes(double dy, double dx);

    /** Half the edge, in pixels, of the smallest centred square that holds the aperture. */
    double extent();

    /** The aperture at {@code centre} on a grid of {@code shape}. */
    default Mask mask(Shape shape, PixelPosition centre) {
        boolean[] open = new boolean[shape.count()];
        for (int row = 0; row < shape.ny(); row++) {
            double dy = row - shape.centreRow() - centre.y();
            for (int column = 0; column < shape.nx(); column++) {
                double dx = column - shape.centreColumn() - centre.x();
                open[shape.index(row, column)] = passes(dy, dx);
            }
        }
        return Mask.of(shape, open);
    }
}
