// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import java.util.List;

/**
 * The shape of a sub-pupil in pixels of the spectrum. {@link #passes} decides one sample by its offset from the aperture's
 * centre; {@link #mask} lays it over a grid, cut at the edge without wrapping around. Implementations are records, so that
 * an aperture can be part of a key.
 */
public interface Aperture {

    /** Whether light passes at {@code (dy, dx)} pixels from the centre of the aperture. */
    boolean passes(double dy, double dx);

    /** Half the edge, in pixels, of the smallest centred square that holds the aperture. */
    double extent();

    /** The diameter, in pixels, that stands for the aperture in {@code 1.22 lambda / D}. */
    default double diameterPixels() {
        return 2 * extent();
    }

    /** The aperture at {@code centre} on a grid of {@code shape}; it may leave no sample open. */
    default Mask mask(Shape shape, PixelPosition centre) {
        double middleRow = shape.centreRow() + centre.y();
        double middleColumn = shape.centreColumn() + centre.x();
        // One sample of margin: the extent may be rounded, membership is decided by passes() alone.
        int firstRow = (int) Math.max(0, Math.floor(middleRow - extent()) - 1);
        int lastRow = (int) Math.min(shape.ny() - 1, Math.ceil(middleRow + extent()) + 1);
        int firstColumn = (int) Math.max(0, Math.floor(middleColumn - extent()) - 1);
        int lastColumn = (int) Math.min(shape.nx() - 1, Math.ceil(middleColumn + extent()) + 1);
        if (lastRow < firstRow || lastColumn < firstColumn) {
            return Mask.closed(shape);
        }
        Box box = new Box(firstRow, firstColumn, lastRow - firstRow + 1, lastColumn - firstColumn + 1);
        boolean[] open = new boolean[box.count()];
        for (int row = firstRow; row <= lastRow; row++) {
            double dy = row - shape.centreRow() - centre.y();
            for (int column = firstColumn; column <= lastColumn; column++) {
                double dx = column - shape.centreColumn() - centre.x();
                open[(row - firstRow) * box.width() + column - firstColumn] = passes(dy, dx);
            }
        }
        return Mask.within(shape, box, open);
    }

    /** The aperture at each centre, in the same order. */
    default List<Mask> masks(Shape shape, List<PixelPosition> centres) {
        return centres.stream().map(centre -> mask(shape, centre)).toList();
    }
}
