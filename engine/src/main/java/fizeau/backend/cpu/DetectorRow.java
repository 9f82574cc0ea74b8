// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

/**
 * What is done with the complex field on the detector while it is in the cache, a run of one row at a time. Positions are
 * in the transform's own order. One instance is used by one worker.
 */
@FunctionalInterface
interface DetectorRow {

    /**
     * Uses the field of {@code count} positions from {@code (row, column)} on. When the adjoint follows, the field is
     * replaced by what the adjoint shall be applied to.
     */
    void accept(int row, int column, float[] re, float[] im, int count);
}
