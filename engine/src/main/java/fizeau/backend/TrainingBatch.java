// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import fizeau.optics.PixelPosition;

/**
 * Several independent reconstructions of one size that go through one scan together, for throughput: of several objects, or
 * of one from several weights. Each member gives what it gives alone. Confined to one thread.
 */
public interface TrainingBatch extends AutoCloseable {

    /**
     * One reconstruction.
     *
     * @param object the true object, {@code spec.object().count()} amplitudes, row-major
     * @param initialParameters the decoder's weights in the order of its layout
     */
    record Member(float[] object, float[] initialParameters) {}

    /** How many members there are, at least one. */
    int size();

    /** Starts a sample of every member, as {@link TrainingSession#beginSample}. */
    void beginSample(PixelPosition centre);

    /**
     * Runs optimiser steps at the current sample, as many for each member.
     *
     * @param losses for each member, an array that receives the loss before each step in elements {@code 0 .. iterations - 1}
     */
    void iterate(int iterations, float[][] losses);

    /** Ends the sample of every member. */
    void endSample();

    /** A member's current estimate, {@code object.count()} amplitudes, row-major. */
    float[] estimate(int member);

    /** What a member counted and used so far. */
    SessionReport report(int member);

    @Override
    void close();
}
