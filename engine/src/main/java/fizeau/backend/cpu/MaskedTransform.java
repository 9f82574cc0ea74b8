// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.optics.Shape;
import java.util.function.IntFunction;

/**
 * The telescope's operator through one mask, forward and adjoint, by some plan. Every plan has detector positions
 * in an order of its own; {@link #detectorIndex(int)} tells where a position stands on the detector. Losses do not depend
 * on the order of pixels, so training never leaves it.
 */
interface MaskedTransform extends AutoCloseable {

    /**
     * Makes the masked spectrum of an object.
     *
     * @param real {@code object.count()} values
     * @param imaginary as many, or null for a real object
     */
    void project(float[] real, float[] imaginary);

    /** Carries the spectrum to the detector and lets each worker use its part. */
    void forward(IntFunction<DetectorRun> uses);

    /**
     * The same, followed by the adjoint of what the uses left in the field. Uses the spectrum up.
     *
     * @param weight factor of the result
     * @param objectGradient receives, added, the real part of the adjoint, {@code object.count()} values
     */
    void forwardAndAdjoint(IntFunction<DetectorRun> uses, float weight, float[] objectGradient);

    /** Native bytes owned. */
    long bytes();

    @Override
    void close();

    /** Where a position of this transform's order stands on the detector, as an index of the frame. */
    int detectorIndex(int position);

    /** The same for a row and a column counted from the optical axis, wrapping round; the detector's axes are reversed. */
    static int detectorIndex(int row, int column, Shape frame) {
        int y = (row + frame.centreRow()) % frame.ny();
        int x = (column + frame.centreColumn()) % frame.nx();
        return frame.index(frame.ny() - 1 - y, frame.nx() - 1 - x);
    }
}
