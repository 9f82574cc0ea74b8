// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.backend.DecoderNetwork;
import fizeau.backend.Inputs;
import fizeau.backend.SessionReport;
import fizeau.backend.StageClock;
import fizeau.backend.StageClock.Stage;
import fizeau.backend.Switches;
import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;
import fizeau.optics.PixelPosition;
import fizeau.reconstruct.DecoderLayout;
import java.util.Arrays;

/**
 * A reconstruction on the CPU: decoder, telescope loss and optimiser with hand-written passes over preallocated memory.
 * With both fused switches on, the optimiser is part of the backward pass ({@link FusedTraining}); otherwise it is a pass
 * of its own over one flat parameter buffer.
 *
 * <p>Owns decoder, loss and pool.
 */
final class CpuTrainingSession implements TrainingSession {
    private final TrainingSpec spec;
    private final DecoderLayout layout;
    private final WorkerPool pool;
    private final StageClock clock;
    private final TelescopeLoss loss;
    private final DecoderNetwork decoder;
    private final FusedTraining fused;
    private final Moments moments;
    private final float[] parameters;
    private final float[] gradient;
    private final float[] estimate;
    private final float[] estimateGradient;
    private boolean estimateIsFrozen;
    private boolean sampleOpen;
    private boolean open = true;

    /** @param decoder the network; fused steps are possible when it is a {@link FusedDecoder} */
    CpuTrainingSession(
            TrainingSpec spec,
            Switches switches,
            float[] object,
            float[] initialParameters,
            DecoderNetwork decoder,
            WorkerPool pool,
            PlanSelector selector,
            StageClock clock) {
        this.spec = spec;
        this.clock = clock;
        this.layout = DecoderLayout.of(spec.decoder());
        this.pool = pool;
        this.decoder = decoder;
        this.loss = new TelescopeLoss(spec, switches, object, pool, selector);
        if (switches.fusedOptimizer() && decoder instanceof FusedDecoder own) {
            this.fused = new FusedTraining(own, initialParameters, spec.learningRate(), spec.fixedLatent(), pool);
            this.parameters = null;
            this.gradient = null;
            this.moments = null;
        } else {
            this.fused = null;
            this.parameters = initialParameters.clone();
            this.gradient = new float[parameters.length];
            this.moments = new Moments(parameters.length, spec.learningRate());
        }
        this.estimate = new float[spec.object().count()];
        this.estimateGradient = new float[spec.object().count()];
    }

    @Override
    public void beginSample(PixelPosition centre) {
        requireOpen();
        if (sampleOpen) {
            throw new IllegalStateException("the sample before was not ended");
        }
        if (loss.isFirstSample()) {
            loss.beginSample(centre, null);
        } else {
            loss.beginSample(centre, estimate());
            // what was frozen is also the first iteration's estimate, with all activations in place
            estimateIsFrozen = fused != null;
        }
        if (fused != null) {
            fused.restart();
        } else {
            moments.restart();
        }
        sampleOpen = true;
    }

    @Override
    public void iterate(int iterations, float[] losses) {
        requireOpen();
        if (!sampleOpen) {
            throw new IllegalStateException("no sample was begun");
        }
        Inputs.requireLosses(iterations, losses);
        for (int i = 0; i < iterations; i++) {
            clock.iterationStarted();
            if (!estimateIsFrozen) {
                forward();
            }
            estimateIsFrozen = false;
            clock.stageEnded(Stage.FORWARD);
            losses[i] = (float) loss.evaluate(estimate, estimateGradient);
            clock.stageEnded(Stage.TELESCOPE);
            if (fused != null) {
                fused.backwardAndStep(estimateGradient);
                clock.stageEnded(Stage.BACKWARD);
                fused.stepFirstLayer();
            } else {
                decoder.backward(estimateGradient, gradient);
                if (spec.fixedLatent()) {
                    // without a gradient Adam's moments stay zero, and so does the step
                    Arrays.fill(gradient, 0, spec.decoder().inputSize(), 0);
                }
                clock.stageEnded(Stage.BACKWARD);
                moments.stepTensorByTensor(layout, parameters, gradient);
            }
            clock.stageEnded(Stage.OPTIMISER);
        }
    }

    @Override
    public void endSample() {
        requireOpen();
        if (!sampleOpen) {
            throw new IllegalStateException("no sample was begun");
        }
        loss.endSample();
        sampleOpen = false;
    }

    @Override
    public float[] estimate() {
        requireOpen();
        forward();
        return estimate.clone();
    }

    @Override
    public SessionReport report() {
        return new SessionReport(loss.cacheStatistics(), loss.planNames(), NativeFloats.liveBytes());
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        loss.close();
        decoder.close();
        pool.close();
    }

    private void forward() {
        if (fused != null) {
            fused.forward(estimate);
        } else {
            decoder.forward(parameters, estimate);
        }
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("training session on " + spec.frame() + " is closed");
        }
    }
}
