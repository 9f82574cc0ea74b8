// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

/**
 * Geometry of feature maps laid out for shifted reading: a map of {@code edge x edge} pixels has rows of
 * {@code edge + 1} floats, the last of them zero, and a guard of zeros before and after. A map shifted by up to one row
 * and one column is then one contiguous run, whatever falls off an edge lands in or comes from a zero.
 *
 * @param edge pixels per row
 */
record Planes(int edge) {

    /** Floats from one row to the next. */
    int stride() {
        return edge + 1;
    }

    /** Floats of one map with its zero column, without guards. */
    int run() {
        return edge * stride();
    }

    /** Zeros before and after a map: room for a shift of two rows and two columns. */
    int guard() {
        return 2 * stride() + 2;
    }

    /** Floats of one map with both guards. */
    int guarded() {
        return run() + 2 * guard();
    }

    /** How far a shift by whole rows and columns moves a run. */
    int shift(int rows, int columns) {
        return rows * stride() + columns;
    }

    /** Writes zero into the column that is not part of the map. */
    void clearZeroColumn(float[] map, int offset) {
        for (int y = 0; y < edge; y++) {
            map[offset + y * stride() + edge] = 0;
        }
    }
}
