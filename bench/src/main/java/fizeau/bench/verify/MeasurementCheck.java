// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import fizeau.backend.Plan;
import fizeau.fourier.Direction;
import fizeau.fourier.Normalization;
import fizeau.measure.MeasurementSystem;
import fizeau.optics.CircularAperture;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import fizeau.optics.Telescope;
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
            for (Plan plan : run.backend().plans()) {
                checkSteps(run, plan);
            }
            checkSyntheticAperture(run);
        } else if (golden.hasParameter("mask_before_second_call_yx")) {
            for (Plan plan : run.backend().plans()) {
                checkSeveralCentres(run, plan);
            }
        } else {
            throw new IllegalArgumentException(
                    "case " + golden.name() + " holds neither steps nor several centres to measure at");
        }
    }

    private static void checkSteps(CaseRun run, Plan plan) {
        GoldenCase golden = run.golden();
        float[] object = golden.array("object").floats();
        float[] reconstruction = golden.array("reconstruction").floats();
        List<PixelPosition> extras = extras(golden);
        List<Mask> masks = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        List<Double> coverage = new ArrayList<>();
        try (MeasurementSystem system = system(run, plan)) {
            for (PixelPosition step : golden.positions("steps_yx")) {
                int number = masks.size();
                compare(
                        run,
                        number == 0 ? "first" : "measure" + number,
                        plan,
                        system.measure(object, reconstruction, step));
                compare(run, "call" + number, plan, system.predict(reconstruction, step));
                add(system, List.of(step), masks, counts, coverage);
            }
            if (!extras.isEmpty()) {
                add(system, extras, masks, counts, coverage);
            }
            compare(run, "accumulated", plan, system.throughCumulativeMask(reconstruction));
            compare(run, "accumulated_intensity", plan, system.throughCumulativeMask(roots(reconstruction)));
        }
        if (run.expects("cum_masks")) {
            run.masks("cum_masks", masks);
        }
        if (run.expectsScalar("coverage")) {
            run.scalars(
                    "coverage",
                    coverage.stream().mapToDouble(Double::doubleValue).toArray(),
                    0);
        }
        if (run.expectsScalar("sample_counts")) {
            run.exact("sample_counts", counts, CaseRun.integers(golden.scalars().get("sample_counts")));
        }
    }

    private static void add(
            MeasurementSystem system,
            List<PixelPosition> centres,
            List<Mask> masks,
            List<Integer> counts,
            List<Double> coverage) {
        system.add(centres);
        masks.add(system.cumulativeMask());
        counts.add(system.sampleCount());
        coverage.add(system.coverage());
    }

    /** Overlaps of the masks count several times here, unlike in the cumulative mask. */
    private static void checkSyntheticAperture(CaseRun run) {
        GoldenCase golden = run.golden();
        Shape shape = golden.array("reconstruction").imageShape();
        List<PixelPosition> centres = new ArrayList<>(golden.positions("steps_yx"));
        centres.addAll(extras(golden));
        List<Mask> masks = telescope(golden, shape).masks(centres);
        float[] field = Measurements.complex(golden.array("object").floats());
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

    /** Nothing is averaged as long as nothing was seen; later the images of all centres are. */
    private static void checkSeveralCentres(CaseRun run, Plan plan) {
        GoldenCase golden = run.golden();
        float[] reconstruction = golden.array("reconstruction").floats();
        List<PixelPosition> centres = golden.positions("centers_yx");
        try (MeasurementSystem system = system(run, plan)) {
            float[] first = fresh(system, reconstruction, centres);
            compare(run, "call_first", plan, first, first);
            system.add(golden.positions("mask_before_second_call_yx"));
            float[] mean = mean(fresh(system, reconstruction, centres), centres.size());
            compare(run, "call_later", plan, system.throughCumulativeMask(reconstruction), mean);
        }
    }

    /** The image of an estimate through the new aperture at each centre. */
    private static float[] fresh(MeasurementSystem system, float[] estimate, List<PixelPosition> centres) {
        float[] images = {};
        for (PixelPosition centre : centres) {
            images = Measurements.joined(images, system.predict(estimate, centre)[1]);
        }
        return images;
    }

    private static void compare(CaseRun run, String name, Plan plan, float[]... images) {
        if (run.expects(name)) {
            float[] all = {};
            for (float[] image : images) {
                all = Measurements.joined(all, image);
            }
            run.array(name, plan.word(), all);
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

    private static float[] mean(float[] images, int count) {
        float[] mean = new float[images.length / count];
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

    private static List<PixelPosition> extras(GoldenCase golden) {
        return golden.hasParameter("extra_yx") ? golden.positions("extra_yx") : List.of();
    }

    private static MeasurementSystem system(CaseRun run, Plan plan) {
        Shape shape = run.golden().array("reconstruction").imageShape();
        return MeasurementSystem.open(run.backend(), telescope(run.golden(), shape), shape, plan);
    }

    private static Telescope telescope(GoldenCase golden, Shape shape) {
        return Telescope.of(shape, new CircularAperture(golden.number("radius")));
    }
}
