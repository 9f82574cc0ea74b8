// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import java.util.List;

/**
 * A {@link FusedDecoder} with its Adam optimiser: every gradient behind the first layer is stepped with as soon as it is
 * computed, the first layer's gradient, step and next forward product are one pass over three quarters of the weights.
 * No gradient is ever written to memory as a whole.
 *
 * <p>Owns the parameters and moments of its training, borrows decoder and pool.
 */
final class FusedTraining {
    private final FusedDecoder decoder;
    private final WorkerPool pool;
    private final double learningRate;
    private final FirstLayerTraining firstLayer;
    private final float[] small;
    private final float[] smallFirst;
    private final float[] smallSecond;
    private final float[][][] first;
    private final float[][][] second;
    private int steps;

    FusedTraining(FusedDecoder decoder, float[] parameters, double learningRate, boolean fixedLatent, WorkerPool pool) {
        this.decoder = decoder;
        this.pool = pool;
        this.learningRate = learningRate;
        decoder.load(parameters);
        this.firstLayer = decoder.first().newTraining(parameters, fixedLatent);
        this.small = decoder.small().values();
        this.smallFirst = new float[small.length];
        this.smallSecond = new float[small.length];
        List<DecoderStage> stages = decoder.stages();
        this.first = new float[stages.size()][][];
        this.second = new float[stages.size()][][];
        for (int s = 0; s < first.length; s++) {
            DecoderStage stage = stages.get(s);
            first[s] = new float[stage.taps()][stage.convolution().tapSize()];
            second[s] = new float[stage.taps()][stage.convolution().tapSize()];
        }
    }

    /** Starts a new optimiser. The moments need no clearing: the first step ignores what they hold. */
    void restart() {
        steps = 0;
    }

    /** The estimate of the present parameters. */
    void forward(float[] estimate) {
        decoder.forwardFromFirstProduct(estimate);
    }

    /** The backward pass and the step of every parameter behind the first layer's product. */
    void backwardAndStep(float[] estimateGradient) {
        steps++;
        AdamStep step = AdamStep.of(steps, learningRate);
        decoder.backwardMaps(estimateGradient, new GradientUse() {
            @Override
            public void weights(DecoderStage stage, int tap, float[] gradient, int from, int to) {
                int s = decoder.stages().indexOf(stage);
                float[] weights = stage.weights(tap);
                step.apply(weights, first[s][tap], second[s][tap], gradient, from, to);
                stage.convolution().putWeight(tap, weights, from, to);
            }

            @Override
            public void small(int index, float gradient) {
                step.apply(small, smallFirst, smallSecond, index, gradient);
            }
        });
    }

    /** The step of latent vector (unless it is fixed) and first layer, and the product that the next {@link #forward} starts from. */
    void stepFirstLayer() {
        AdamStep step = AdamStep.of(steps, learningRate);
        pool.run((worker, workers) -> firstLayer.stepAndMultiply(
                step, small, smallFirst, smallSecond, decoder.firstGradient(), worker, workers));
    }
}
