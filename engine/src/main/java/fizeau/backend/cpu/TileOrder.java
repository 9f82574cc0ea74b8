// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.optics.Shape;

/**
 * The order in which {@link MatrixTransform} has detector positions: tile by tile of neighbouring columns, inside a tile
 * by class of rows, row and column. So the field of a tile, which is one result of matrix products, is used in runs far
 * longer than a row of the tile.
 *
 * @param frame the detector
 * @param rows positions of the vertical axis that are computed by products; a class is as many rows
 * @param columns the same of the horizontal axis; a tile lies within one class
 */
record TileOrder(Shape frame, int rows, int columns) {

    /** Positions of one class of a tile: with all classes, real and imaginary, half the second-level cache. */
    private static final int MOST_POSITIONS = 8192;

    private static final int NARROWEST = 16;

    /** Columns of every tile but the last of a class. */
    int width() {
        return Math.min(columns, Math.max(NARROWEST, MOST_POSITIONS / rows));
    }

    /** Samples of the largest tile that a frame can have, over all its classes of up to {@code radix}. */
    static long largestTile(Shape frame, int radix) {
        return Math.min(frame.count(), Math.max((long) NARROWEST * frame.ny(), (long) radix * MOST_POSITIONS));
    }

    int tilesPerClass() {
        return (columns + width() - 1) / width();
    }

    int tiles() {
        return tilesPerClass() * (frame.nx() / columns);
    }

    /** First column of a tile, counted from the optical axis. */
    int column(int tile) {
        return tile / tilesPerClass() * columns + tile % tilesPerClass() * width();
    }

    /** Columns of a tile. */
    int width(int tile) {
        return Math.min(width(), columns - tile % tilesPerClass() * width());
    }

    /** Position of a tile's first sample. */
    int start(int tile) {
        return column(tile) * frame.ny();
    }

    /** Where a position stands on the detector. */
    int detectorIndex(int position) {
        int column = position / frame.ny();
        int tile = column / columns * tilesPerClass() + column % columns / width();
        int inside = position - start(tile);
        return MaskedTransform.detectorIndex(inside / width(tile), column(tile) + inside % width(tile), frame);
    }
}
