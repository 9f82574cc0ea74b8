// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.backend.MeasurementOperator;
import fizeau.backend.Plan;
import fizeau.optics.CircularAperture;
import fizeau.optics.Mask;
import fizeau.optics.Shape;
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
        CircularAperture aperture = new CircularAperture(golden.number("radius"));
        Mask cumulative = Mask.closed(shape);
        List<Mask> before = aperture.masks(shape, golden.positions("masks_added_before_yx"));
        for (Mask mask : before) {
            cumulative = cumulative.union(mask);
        }
        if (run.expects("cum_mask")) {
            run.masks("cum_mask", List.of(cumulative));
        }
        if (golden.hasParameter("sample_count") && golden.integer("sample_count") != before.size()) {
            throw new IllegalArgumentException("case " + golden.name() + " names " + before.size()
                    + " masks but a sample count of " + golden.integer("sample_count"));
        }
        Mask fresh = aperture.mask(shape, golden.position("center_yx"));
        Mask old = before.isEmpty() ? fresh : cumulative;
        for (Plan plan : Plan.values()) {
            checkPlan(run, plan, shape, old, fresh, before.isEmpty());
        }
    }

    private static void checkPlan(CaseRun run, Plan plan, Shape shape, Mask old, Mask fresh, boolean first) {
        GoldenCase golden = run.golden();
        try (MeasurementOperator operator = run.backend().measurementOperator(shape, shape, plan)) {
            operator.load(golden.array("object").floats());
            float[] newTarget = Measurements.through(operator, List.of(fresh), shape);
            operator.load(golden.array("previous").floats());
            float[] oldTarget = first ? newTarget : Measurements.through(operator, List.of(old), shape);
            if (run.expects("target")) {
                run.array("target", plan.word(), Measurements.joined(oldTarget, newTarget));
            }
            operator.load(golden.array("reconstruction").floats());
            float[] images = Measurements.through(operator, List.of(old, fresh), shape);
            for (JsonNode word : golden.parameter("losses")) {
                String name = word.asText();
                DualLoss loss = DualLoss.against(LossWords.loss(name, golden), oldTarget, newTarget, shape);
                checkLoss(run, plan, name, loss, operator, images, old, fresh);
            }
        }
    }

    private static void checkLoss(
            CaseRun run,
            Plan plan,
            String name,
            DualLoss loss,
            MeasurementOperator operator,
            float[] images,
            Mask old,
            Mask fresh) {
        Shape shape = fresh.shape();
        float[] oldDerivative = new float[shape.count()];
        float[] newDerivative = new float[shape.count()];
        DualLoss.Values values = loss.gradient(
                Measurements.image(images, 0, shape),
                Measurements.image(images, 1, shape),
                oldDerivative,
                newDerivative);
        run.scalars(name, plan.word(), new double[] {values.old(), values.fresh()}, 1);
        compare(run, "grad_old_" + name, plan, operator, old, oldDerivative);
        compare(run, "grad_new_" + name, plan, operator, fresh, newDerivative);
    }

    private static void compare(
            CaseRun run, String name, Plan plan, MeasurementOperator operator, Mask mask, float[] derivative) {
        if (run.expects(name)) {
            float[] gradient = new float[mask.shape().count()];
            operator.adjoint(mask, derivative, gradient);
            run.array(name, plan.word(), gradient);
        }
    }
}
