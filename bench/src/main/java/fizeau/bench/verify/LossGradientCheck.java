// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.backend.Plan;
import fizeau.measure.MeasurementSystem;
import fizeau.optics.CircularAperture;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import fizeau.optics.Telescope;
import fizeau.reconstruct.loss.DualLoss;
import java.util.List;

/**
 * Group {@code loss_gradient}: every loss of the dual measurement, and its gradient with respect to the estimate through the
 * adjoint of the measurement.
 */
final class LossGradientCheck implements CaseCheck {

    @Override
    public void check(CaseRun run) {
        GoldenCase golden = run.golden();
        Shape shape = golden.array("reconstruction").imageShape();
        Telescope telescope = Telescope.of(shape, new CircularAperture(golden.number("radius")));
        for (Plan plan : run.backend().plans()) {
            try (MeasurementSystem system = MeasurementSystem.open(run.backend(), telescope, shape, plan)) {
                checkPlan(run, plan, system, shape);
            }
        }
    }

    private static void checkPlan(CaseRun run, Plan plan, MeasurementSystem system, Shape shape) {
        GoldenCase golden = run.golden();
        system.add(golden.positions("masks_added_before_yx"));
        if (golden.hasParameter("sample_count") && golden.integer("sample_count") != system.sampleCount()) {
            throw new IllegalArgumentException("case " + golden.name() + " names " + system.sampleCount()
                    + " masks but a sample count of " + golden.integer("sample_count"));
        }
        if (run.expects("cum_mask")) {
            run.masks("cum_mask", List.of(system.cumulativeMask()));
        }
        PixelPosition centre = golden.position("center_yx");
        float[][] targets = system.measure(
                golden.array("object").floats(), golden.array("previous").floats(), centre);
        if (run.expects("target")) {
            run.array("target", plan.word(), Measurements.joined(targets[0], targets[1]));
        }
        float[] estimate = golden.array("reconstruction").floats();
        float[][] images = system.predict(estimate, centre);
        for (JsonNode word : golden.parameter("losses")) {
            String name = word.asText();
            DualLoss loss = DualLoss.against(LossWords.loss(name, golden), targets[0], targets[1], shape);
            float[] old = new float[shape.count()];
            float[] fresh = new float[shape.count()];
            DualLoss.Values values = loss.gradient(images[0], images[1], old, fresh);
            run.scalars(name, plan.word(), new double[] {values.old(), values.fresh()}, 1);
            if (run.expects("grad_old_" + name)) {
                run.array("grad_old_" + name, plan.word(), system.backward(estimate, centre, old, null));
            }
            if (run.expects("grad_new_" + name)) {
                run.array("grad_new_" + name, plan.word(), system.backward(estimate, centre, null, fresh));
            }
        }
    }
}
