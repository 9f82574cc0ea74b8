// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

/**
 * Geometry of feature maps laid out for shifted reading: a map of {@code edge x edge} pixels has rows of
 * {@code edge + 1} floats, the last of them zero. A map shifted by up to one column is then one contiguous run: what falls
 * off the right edge lands in, and what comes in from the left comes from, a zero. Blocks of maps have zeros between the
 * maps, so that a shift by up to two rows is the same block read from another place.
 *
 * @param edge pixels per row
 */
record Planes(int edge) {

    /** Floats from one row to the next. */
    int stride() {
        return edge + 1;
    }

    /** Floats of one map with its zero column. */
    int run() {
        return edge * stride();
    }

    /** How far a shift by whole rows and columns moves a run. */
    int shift(int rows, int columns) {
        return rows * stride() + columns;
    }

    /** Zeros before, between and after the maps of a block: as many as the furthest shift of a kernel reaches. */
    int margin() {
        return shift(2, 2);
    }

    /** Floats from one map of a block to the next. */
    int pitch() {
        return run() + margin();
    }

    /** Where a map of a block starts. */
    int start(int map) {
        return margin() + map * pitch();
    }

    /** Floats of a block of maps with its margins. */
    long blockSize(int maps) {
        return margin() + (long) maps * pitch();
    }

    /** Writes zero into the column that is not part of the map. */
    void clearZeroColumn(float[] map) {
        for (int at = edge; at < run(); at += stride()) {
            map[at] = 0;
        }
    }
}
