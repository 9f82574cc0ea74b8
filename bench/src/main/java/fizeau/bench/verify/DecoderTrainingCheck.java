// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.backend.DecoderNetwork;
import fizeau.backend.MeasurementOperator;
import fizeau.backend.Plan;
import fizeau.backend.Switches;
import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;
import fizeau.metric.ImageQuality;
import fizeau.metric.OriginalFraming;
import fizeau.metric.SizedImage;
import fizeau.optics.CircularAperture;
import fizeau.optics.Mask;
import fizeau.optics.Shape;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.loss.AbsoluteLoss;
import fizeau.reconstruct.loss.DualLoss;
import java.util.Arrays;
import java.util.List;

/**
 * Training steps of a decoder at one sample: output, losses, gradients, running statistics and parameters after every step for
 * which the case stores them.
 */
final class DecoderTrainingCheck {

    private static final String LOSSES = "loss_old_new_total_before_step";

    private final CaseRun run;
    private final GoldenCase golden;
    private final DecoderLayout layout;
    private final Shape frame;
    private final Shape object;
    private final Mask old;
    private final Mask fresh;
    private final boolean first;

    DecoderTrainingCheck(CaseRun run, DecoderLayout layout, Shape frame) {
        this.run = run;
        this.golden = run.golden();
        this.layout = layout;
        this.frame = frame;
        this.object = Shape.square(layout.spec().outputSize());
        CircularAperture aperture = new CircularAperture(golden.number("radius"));
        List<Mask> before = aperture.masks(frame, golden.positions("masks_added_before_yx"));
        Mask cumulative = Mask.closed(frame);
        for (Mask mask : before) {
            cumulative = cumulative.union(mask);
        }
        if (run.expects("cum_mask")) {
            run.masks("cum_mask", List.of(cumulative));
        }
        first = before.isEmpty();
        fresh = aperture.mask(frame, golden.position("center_yx"));
        old = first ? fresh : cumulative;
    }

    void check() {
        float[] parameters = golden.array("params0").floats();
        if (parameters.length != layout.parameterCount()) {
            throw new IllegalArgumentException("case " + golden.name() + " stores " + parameters.length
                    + " parameters, but the decoder has " + layout.parameterCount());
        }
        // the full frame is loaded, not the object in it, because gradients are stored for every pixel of the frame
        try (DecoderNetwork network = run.backend().decoder(layout.spec());
                MeasurementOperator operator = run.backend().measurementOperator(frame, frame, plan(run))) {
            train(network, operator, parameters.clone(), targets(operator));
        }
        if (first) {
            trainInSession(parameters);
        }
    }

    /**
     * The same steps by the backend's own training session, optimiser included. It makes its targets itself, so this is
     * possible only where nothing was measured before and the stored object has the size that the decoder makes.
     */
    private void trainInSession(float[] parameters) {
        float[] truth = golden.array("object").floats();
        float[] crop = ImageQuality.centredCrop(truth, frame, object);
        if (!Arrays.equals(embedded(crop), truth)) {
            return;
        }
        double rate =
                ReferenceAdam.of(golden.name(), golden.parameter("adam"), 0).learningRate();
        TrainingSpec spec =
                new TrainingSpec(object, frame, new CircularAperture(golden.number("radius")), layout.spec(), rate);
        Switches switches = Switches.optimized(Runtime.getRuntime().availableProcessors());
        int steps = lastStep();
        float[] losses = new float[steps];
        try (TrainingSession session = run.backend().openTraining(spec, switches, crop, parameters)) {
            session.beginSample(golden.position("center_yx"));
            session.iterate(steps, losses);
            for (int step = 1; step <= steps; step++) {
                checkLoss("loss before step " + step + " (session)", step, 2, losses[step - 1]);
            }
            String output = "output" + steps;
            if (run.expects(output)) {
                run.array(output, "session", embedded(session.estimate()));
            }
        }
    }

    /** The stored targets; the new one, and at the first sample both, can be computed as well. */
    private float[] targets(MeasurementOperator operator) {
        float[] stored = golden.array("target").floats();
        operator.load(golden.array("object").floats());
        float[] truth = Measurements.through(operator, List.of(fresh), frame);
        float[] computedOld = first ? truth : Measurements.image(stored, 0, frame);
        run.array("target", Measurements.joined(computedOld, truth));
        return stored;
    }

    private void train(DecoderNetwork network, MeasurementOperator operator, float[] parameters, float[] targets) {
        JsonNode adam = golden.parameter("adam");
        ReferenceAdam optimiser = ReferenceAdam.of(golden.name(), adam, parameters.length);
        DualLoss loss = DualLoss.against(
                new AbsoluteLoss(true),
                Measurements.image(targets, 0, frame),
                Measurements.image(targets, 1, frame),
                frame);
        float[] output = new float[object.count()];
        float[] gradient = new float[parameters.length];
        int steps = lastStep();
        for (int step = 1; step <= steps; step++) {
            network.forward(parameters, output);
            checkForward(network, output, step);
            float[] outputGradient = outputGradient(operator, loss, output, step);
            network.backward(outputGradient, gradient);
            if (step == 1 && run.expects("grads")) {
                run.array("grads", gradient);
            }
            optimiser.step(parameters, gradient);
            if (run.expects("params" + step)) {
                run.parametersAfterSteps("params" + step, parameters, optimiser.learningRate(), step);
            }
        }
        network.forward(parameters, output);
        checkForward(network, output, steps + 1);
    }

    /** Compares the output after {@code step - 1} steps and the statistics after {@code step} forward passes. */
    private void checkForward(DecoderNetwork network, float[] output, int step) {
        String name = step == 1 ? "output" : "output" + (step - 1);
        if (run.expects(name)) {
            run.array(name, embedded(output));
        }
        if (run.expects("bn" + step)) {
            run.array("bn" + step, network.runningStatistics());
        }
    }

    private float[] outputGradient(MeasurementOperator operator, DualLoss loss, float[] output, int step) {
        operator.load(embedded(output));
        float[] images = Measurements.through(operator, List.of(old, fresh), frame);
        float[] oldDerivative = new float[frame.count()];
        float[] newDerivative = new float[frame.count()];
        DualLoss.Values values = loss.gradient(
                Measurements.image(images, 0, frame),
                Measurements.image(images, 1, frame),
                oldDerivative,
                newDerivative);
        checkLosses(values, step);
        float[] frameGradient = new float[frame.count()];
        operator.adjoint(old, oldDerivative, frameGradient);
        operator.adjoint(fresh, newDerivative, frameGradient);
        if (step == 1 && run.expects("grad_output")) {
            run.array("grad_output", frameGradient);
        }
        return ImageQuality.centredCrop(frameGradient, frame, object);
    }

    private void checkLosses(DualLoss.Values values, int step) {
        checkLoss("loss_old before step " + step, step, 0, values.old());
        checkLoss("loss_new before step " + step, step, 1, values.fresh());
        checkLoss("loss before step " + step, step, 2, values.total());
    }

    /** @param kind 0 old, 1 new, 2 their sum */
    private void checkLoss(String label, int step, int kind, double actual) {
        if (run.expectsScalar(LOSSES)) {
            run.takeScalar(LOSSES);
            JsonNode single = golden.scalars().path(LOSSES).path(step - 1).path(kind);
            JsonNode precise =
                    golden.scalars().path(LOSSES + "_f64").path(step - 1).path(kind);
            double stored = single.asDouble(Double.NaN);
            double expected = precise.asDouble(stored);
            run.compared(label, Math.abs(actual - expected), Tolerance.ofScalar(stored, expected, 1));
        }
    }

    /** The decoder's output in the middle of the frame. */
    private float[] embedded(float[] output) {
        return OriginalFraming.padImage(new SizedImage(output, object), frame.ny())
                .pixels();
    }

    /** The last step after which something is stored. */
    private int lastStep() {
        int last = golden.scalars().path(LOSSES).size();
        for (String name : golden.arrays().keySet()) {
            if (name.matches("(params|output|bn)[0-9]+")) {
                last = Math.max(last, Integer.parseInt(name.replaceAll("\\D", "")));
            }
        }
        return last;
    }

    /** The full FFT, as the reference implementation has it, where the backend can; all plans are exact. */
    private static Plan plan(CaseRun run) {
        return run.backend().plans().contains(Plan.FFT) ? Plan.FFT : Plan.MATRIX;
    }
}
