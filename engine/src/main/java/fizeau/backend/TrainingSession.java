// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import fizeau.optics.PixelPosition;

/**
 * One reconstruction under way. Owns the decoder's weights, the optimiser's state and the cumulative mask. A sample is
 * trained by {@link #beginSample}, any number of {@link #iterate} calls and {@link #endSample}; weights and batch-norm
 * statistics carry over to the next sample, the optimiser starts anew. Confined to one thread.
 */
public interface TrainingSession extends AutoCloseable {

    /**
     * Starts a sample: freezes the current estimate as the "old" target (one forward pass in training mode), measures the
     * object through the aperture at {@code centre} and resets the optimiser.
     */
    void beginSample(PixelPosition centre);

    /**
     * Runs optimiser steps at the current sample.
     *
     * @param losses receives the loss (old + new) before each step in elements {@code 0 .. iterations - 1}
     */
    void iterate(int iterations, float[] losses);

    /** Ends the sample: adds its mask to the cumulative mask. */
    void endSample();

    /** The decoder's current output (one forward pass in training mode), {@code object.count()} amplitudes, row-major. */
    float[] estimate();

    /** What was counted and used so far. */
    SessionReport report();

    @Override
    void close();
}
