// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import fizeau.backend.MeasurementOperator;
import fizeau.backend.Plan;
import fizeau.fourier.Direction;
import fizeau.fourier.Normalization;
import fizeau.optics.CircularAperture;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Group {@code measurement}: dual measurements while the cumulative mask grows, several centres in one call, and the synthetic
 * aperture of all centres.
 */
final class MeasurementCheck implements CaseCheck {

    @Override
    public void check(CaseRun run) {
        GoldenCase golden = run.golden();
        if (golden.hasParameter("steps_yx")) {
            for (Plan plan : Plan.values()) {
                checkSteps(run, plan);
            }
            checkCumulativeMasks(run);
            checkSyntheticAperture(run);
        } else if (golden.hasParameter("mask_before_second_call_yx")) {
            for (Plan plan : Plan.values()) {
                checkSeveralCentres(run, plan);
            }
        } else {
            throw new IllegalArgumentException(
                    "case " + golden.name() + " holds neither steps nor several centres to measure at");
        }
    }

    private static void checkSteps(CaseRun run, Plan plan) {
        GoldenCase golden = run.golden();
        Shape shape = golden.array("reconstruction").imageShape();
        List<Mask> steps = masks(golden, shape, "steps_yx");
        try (MeasurementOperator operator = run.backend().measurementOperator(shape, shape, plan)) {
            Mask cumulative = Mask.closed(shape);
            for (int step = 0; step < steps.size(); step++) {
                boolean first = step == 0;
                Mask fresh = steps.get(step);
                Mask old = first ? fresh : cumulative;

                operator.load(golden.array("object").floats());
                float[] truth = Measurements.through(operator, List.of(fresh), shape);
                operator.load(golden.array("reconstruction").floats());
                float[] estimate = Measurements.through(operator, List.of(old, fresh), shape);

                float[] frozen = first ? truth : Measurements.image(estimate, 0, shape);
                compare(run, first ? "first" : "measure" + step, plan, Measurements.joined(frozen, truth));
                compare(run, "call" + step, plan, estimate);
                cumulative = cumulative.union(fresh);
            }
            for (Mask extra : extras(golden, shape)) {
                cumulative = cumulative.union(extra);
            }
            compare(run, "accumulated", plan, Measurements.through(operator, List.of(cumulative), shape));
            operator.load(roots(golden.array("reconstruction").floats()));
            compare(run, "accumulated_intensity", plan, Measurements.through(operator, List.of(cumulative), shape));
        }
    }

    /** One mask more after every step, then all extra ones at once. */
    private static void checkCumulativeMasks(CaseRun run) {
        GoldenCase golden = run.golden();
        Shape shape = golden.array("reconstruction").imageShape();
        List<Mask> cumulative = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        Mask union = Mask.closed(shape);
        int count = 0;
        for (Mask step : masks(golden, shape, "steps_yx")) {
            union = union.union(step);
            cumulative.add(union);
            counts.add(++count);
        }
        List<Mask> extras = extras(golden, shape);
        if (!extras.isEmpty()) {
            for (Mask extra : extras) {
                union = union.union(extra);
            }
            cumulative.add(union);
            counts.add(count + extras.size());
        }
        if (run.expects("cum_masks")) {
            run.masks("cum_masks", cumulative);
        }
        if (run.expectsScalar("coverage")) {
            run.scalars(
                    "coverage", cumulative.stream().mapToDouble(Mask::coverage).toArray(), 0);
        }
        if (run.expectsScalar("sample_counts")) {
            run.exact("sample_counts", counts, CaseRun.integers(golden.scalars().get("sample_counts")));
        }
    }

    /** Overlaps of the masks count several times here, unlike in the cumulative mask. */
    private static void checkSyntheticAperture(CaseRun run) {
        GoldenCase golden = run.golden();
        Shape shape = golden.array("reconstruction").imageShape();
        List<Mask> masks = new ArrayList<>(masks(golden, shape, "steps_yx"));
        masks.addAll(extras(golden, shape));
        String source = golden.text("synthetic_of", "object");
        float[] field = Measurements.complex(golden.array(source).floats());
        transform(run, field, shape, Direction.FORWARD, Normalization.ORTHO);
        for (int i = 0; i < shape.count(); i++) {
            int pixel = i;
            float weight =
                    (float) masks.stream().filter(mask -> mask.isOpen(pixel)).count() / masks.size();
            field[2 * i] *= weight;
            field[2 * i + 1] *= weight;
        }
        if (run.expects("synthetic")) {
            float[] image = field.clone();
            transform(run, image, shape, Direction.FORWARD, Normalization.ORTHO);
            float[] amplitude = new float[shape.count()];
            for (int i = 0; i < amplitude.length; i++) {
                amplitude[amplitude.length - 1 - i] = (float) Math.hypot(image[2 * i], image[2 * i + 1]);
            }
            run.array("synthetic", amplitude);
        }
        if (run.expects("synthetic_complex")) {
            transform(run, field, shape, Direction.INVERSE, Normalization.BACKWARD);
            run.array("synthetic_complex", withoutFinalShift(field, shape));
        }
    }

    private static void checkSeveralCentres(CaseRun run, Plan plan) {
        GoldenCase golden = run.golden();
        Shape shape = golden.array("reconstruction").imageShape();
        List<Mask> fresh = masks(golden, shape, "centers_yx");
        Mask cumulative = Mask.closed(shape);
        for (Mask mask : masks(golden, shape, "mask_before_second_call_yx")) {
            cumulative = cumulative.union(mask);
        }
        try (MeasurementOperator operator = run.backend().measurementOperator(shape, shape, plan)) {
            operator.load(golden.array("reconstruction").floats());
            float[] images = Measurements.through(operator, fresh, shape);
            compare(run, "call_first", plan, Measurements.joined(images, images));
            float[] old = Measurements.through(operator, List.of(cumulative), shape);
            compare(run, "call_later", plan, Measurements.joined(old, mean(images, shape)));
        }
    }

    private static void compare(CaseRun run, String name, Plan plan, float[] actual) {
        if (run.expects(name)) {
            run.array(name, plan.word(), actual);
        }
    }

    private static void transform(
            CaseRun run, float[] field, Shape shape, Direction direction, Normalization normalization) {
        run.backend().fourierTransform().transform(field, 1, shape, direction, normalization);
    }

    /** Undoes the shift that ends a centred transform: rolls back by half the size, rounded down. */
    private static float[] withoutFinalShift(float[] field, Shape shape) {
        float[] rolled = new float[field.length];
        for (int y = 0; y < shape.ny(); y++) {
            for (int x = 0; x < shape.nx(); x++) {
                int from = shape.index((y + shape.ny() / 2) % shape.ny(), (x + shape.nx() / 2) % shape.nx());
                System.arraycopy(field, 2 * from, rolled, 2 * shape.index(y, x), 2);
            }
        }
        return rolled;
    }

    private static float[] mean(float[] images, Shape shape) {
        int count = images.length / shape.count();
        float[] mean = new float[shape.count()];
        for (int i = 0; i < images.length; i++) {
            mean[i % mean.length] += images[i] / count;
        }
        return mean;
    }

    private static float[] roots(float[] intensity) {
        float[] roots = new float[intensity.length];
        for (int i = 0; i < roots.length; i++) {
            roots[i] = (float) Math.sqrt(Math.max(intensity[i], 0));
        }
        return roots;
    }

    private static List<Mask> extras(GoldenCase golden, Shape shape) {
        return golden.hasParameter("extra_yx") ? masks(golden, shape, "extra_yx") : List.of();
    }

    private static List<Mask> masks(GoldenCase golden, Shape shape, String parameter) {
        List<PixelPosition> centres = golden.positions(parameter);
        return new CircularAperture(golden.number("radius")).masks(shape, centres);
    }
}
