// SPDX-License-Identifier: Apache-2.0
package fizeau.testkit;

import fizeau.backend.TrainingSpec;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import java.util.Arrays;

/**
 * A reconstruction in double precision, composed of {@link ReferenceDecoder}, {@link ReferenceTelescope} and
 * {@link ReferenceAdam}: the loss is the sum of two normalised mean absolute differences, of the estimate and the frozen
 * estimate through the cumulative mask ("old"), and of the estimate and the object through the new aperture ("new"). At the
 * first sample the new one counts twice. Every sample has an optimiser of its own.
 */
public final class ReferenceTraining {
    private static final double FLOOR = 1e-8;

    private final TrainingSpec spec;
    private final ReferenceTelescope telescope;
    private final ReferenceDecoder decoder;
    private final double[] object;
    private final double[] parameters;
    private Mask cumulative;
    private Mask mask;
    private boolean first = true;
    private double[] newTarget;
    private double[] oldTarget;
    private ReferenceAdam optimizer;

    public ReferenceTraining(TrainingSpec spec, float[] object, float[] initialParameters) {
        this.spec = spec;
        this.telescope = new ReferenceTelescope(spec.object(), spec.frame());
        this.decoder = new ReferenceDecoder(spec.decoder());
        this.object = RandomImages.widen(object);
        this.parameters = RandomImages.widen(initialParameters);
        this.cumulative = Mask.closed(spec.frame());
    }

    public void beginSample(PixelPosition centre) {
        mask = spec.aperture().mask(spec.frame(), centre);
        newTarget = telescope.amplitudesOfReal(object, mask);
        oldTarget = first ? newTarget : telescope.amplitudesOfReal(decoder.forward(parameters), cumulative);
        optimizer = new ReferenceAdam(parameters.length, spec.learningRate());
    }

    /** The loss before each of a number of steps. */
    public double[] iterate(int iterations) {
        double[] losses = new double[iterations];
        for (int i = 0; i < iterations; i++) {
            double[] estimate = decoder.forward(parameters);
            double[] gradient = new double[estimate.length];
            losses[i] = compare(estimate, mask, newTarget, gradient)
                    + compare(estimate, first ? mask : cumulative, oldTarget, gradient);
            double[] parameterGradient = decoder.backward(gradient);
            if (spec.fixedLatent()) {
                Arrays.fill(parameterGradient, 0, spec.decoder().inputSize(), 0);
            }
            optimizer.step(parameters, parameterGradient);
        }
        return losses;
    }

    public void endSample() {
        cumulative = cumulative.union(mask);
        first = false;
    }

    /** The decoder's current output. */
    public double[] estimate() {
        return decoder.forward(parameters);
    }

    /** Mean absolute difference over the target's mean; its gradient with respect to the estimate is added. */
    private double compare(double[] estimate, Mask through, double[] target, double[] gradient) {
        double[] amplitudes = telescope.amplitudesOfReal(estimate, through);
        double sum = 0;
        double targetSum = 0;
        double[] signs = new double[amplitudes.length];
        for (int i = 0; i < amplitudes.length; i++) {
            sum += Math.abs(amplitudes[i] - target[i]);
            targetSum += Math.abs(target[i]);
            signs[i] = Math.signum(amplitudes[i] - target[i]);
        }
        double weight = 1 / (amplitudes.length * (targetSum / amplitudes.length + FLOOR));
        double[] added = telescope.adjoint(estimate, through, signs);
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] += weight * added[i];
        }
        return weight * sum;
    }
}
