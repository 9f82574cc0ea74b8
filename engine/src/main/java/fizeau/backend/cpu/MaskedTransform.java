// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.optics.Shape;
import java.util.function.IntFunction;

/**
 * The telescope's operator through one mask, forward and adjoint, by some plan. All plans count detector positions from
 * the optical axis, wrapping round; {@link #detectorIndex} tells where such a position stands on the detector. Losses do
 * not depend on the order of pixels, so training never leaves it.
 */
interface MaskedTransform extends AutoCloseable {

    /**
     * Makes the masked spectrum of an object.
     *
     * @param real {@code object.count()} values
     * @param imaginary as many, or null for a real object
     */
    void project(float[] real, float[] imaginary);

    /** Carries the spectrum to the detector and lets each worker use its rows. */
    void forward(IntFunction<DetectorRow> uses);

    /**
     * The same, followed by the adjoint of what the uses left in the field. Uses the spectrum up.
     *
     * @param weight factor of the result
     * @param objectGradient receives, added, the real part of the adjoint, {@code object.count()} values
     */
    void forwardAndAdjoint(IntFunction<DetectorRow> uses, float weight, float[] objectGradient);

    /** Native bytes owned. */
    long bytes();

    @Override
    void close();

    /** Where position {@code index} of the transforms' order stands on the detector, whose axes are reversed. */
    static int detectorIndex(int index, Shape frame) {
        int row = (index / frame.nx() + frame.centreRow()) % frame.ny();
        int column = (index % frame.nx() + frame.centreColumn()) % frame.nx();
        return frame.index(frame.ny() - 1 - row, frame.nx() - 1 - column);
    }
}
