// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.reconstruct.DecoderLayout;

/** The state of one Adam optimiser over a flat parameter buffer: two moments per parameter and the step's number. */
final class Moments {
    private final double learningRate;
    private final float[] first;
    private final float[] second;
    private int step;

    Moments(int parameters, double learningRate) {
        this.learningRate = learningRate;
        this.first = new float[parameters];
        this.second = new float[parameters];
    }

    /** Starts anew. The moments need no clearing: the first step ignores what they hold. */
    void restart() {
        step = 0;
    }

    /**
     * A step of every tensor in turn, each operation a pass of its own over all its elements, as an optimiser written with
     * tensor operations makes it. What {@link AdamStep#apply} saves is measured against this.
     */
    void stepTensorByTensor(DecoderLayout layout, float[] parameters, float[] gradient) {
        step++;
        AdamStep next = AdamStep.of(step, learningRate);
        for (DecoderLayout.Segment segment : layout.segments()) {
            next.applyInPasses(parameters, first, second, gradient, segment.offset(), segment.count());
        }
    }
}
