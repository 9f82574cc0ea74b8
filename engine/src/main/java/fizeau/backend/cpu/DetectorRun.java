// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

/**
 * What is done with the complex field on the detector while it is in the cache, a run of positions at a time. Positions
 * are in the transform's own order ({@link MaskedTransform#detectorIndex}). One instance is used by one worker.
 */
@FunctionalInterface
interface DetectorRun {

    /**
     * Uses the field of {@code count} positions from {@code position} on. When the adjoint follows, the field is replaced
     * by what the adjoint shall be applied to.
     */
    void accept(int position, float[] re, float[] im, int count);
}
