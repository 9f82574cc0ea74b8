// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import fizeau.backend.MeasurementOperator;
import fizeau.backend.Plan;
import fizeau.fourier.Direction;
import fizeau.fourier.Normalization;
import fizeau.optics.Aperture;
import fizeau.optics.Grid;
import fizeau.optics.Mask;
import fizeau.optics.PointSpreadFunction;
import fizeau.optics.Shape;
import fizeau.optics.Telescope;
import java.util.ArrayList;
import java.util.List;

/** Group {@code telescope}: masks, spectrum, detector amplitudes through each aperture, point spread functions, resolution. */
final class TelescopeCheck implements CaseCheck {

    @Override
    public void check(CaseRun run) {
        GoldenCase golden = run.golden();
        GoldenArray object = golden.array("object");
        Shape shape = object.imageShape();
        Aperture aperture = ApertureWords.ofTelescopeCase(golden);
        List<Mask> masks = aperture.masks(shape, golden.positions("centers_yx"));
        if (run.expects("masks")) {
            run.masks("masks", masks);
        }
        if (run.expects("kspace")) {
            run.array("kspace", spectrum(run, object));
        }
        for (Plan plan : run.backend().plans()) {
            checkPlan(run, plan, object, masks);
        }
        if (run.expects("psf")) {
            List<Mask> points = aperture.masks(shape, golden.positions("psf_centers_yx"));
            run.array("psf", pointSpreadFunctions(points));
        }
        if (run.expectsScalar("resolution_limit")) {
            run.scalar("resolution_limit", telescope(golden, shape, aperture).resolutionLimitRadians(), 0);
        }
    }

    private static void checkPlan(CaseRun run, Plan plan, GoldenArray object, List<Mask> masks) {
        Shape shape = object.imageShape();
        try (MeasurementOperator operator = run.backend().measurementOperator(shape, shape, plan)) {
            if (object.isComplex()) {
                operator.loadComplex(object.floats());
            } else {
                operator.load(object.floats());
            }
            if (run.expects("measurement")) {
                run.array("measurement", plan.word(), Measurements.through(operator, masks, shape));
            }
            if (run.expects("spatial_full")) {
                List<Mask> open = List.of(Mask.open(shape));
                run.array("spatial_full", plan.word(), Measurements.through(operator, open, shape));
            }
        }
    }

    private static float[] spectrum(CaseRun run, GoldenArray object) {
        float[] field = object.isComplex() ? object.floats() : Measurements.complex(object.floats());
        run.backend()
                .fourierTransform()
                .transform(field, object.images(), object.imageShape(), Direction.FORWARD, Normalization.ORTHO);
        return field;
    }

    private static float[] pointSpreadFunctions(List<Mask> masks) {
        List<double[]> images = new ArrayList<>();
        for (Mask mask : masks) {
            images.add(PointSpreadFunction.of(mask).toArray());
        }
        int count = masks.isEmpty() ? 0 : masks.get(0).shape().count();
        float[] stack = new float[images.size() * count];
        for (int i = 0; i < stack.length; i++) {
            stack[i] = (float) images.get(i / count)[i % count];
        }
        return stack;
    }

    private static Telescope telescope(GoldenCase golden, Shape shape, Aperture aperture) {
        double pitch = golden.number("pixel_size", Telescope.DEFAULT_PITCH_METRES);
        double wavelength = golden.number("wavelength", Telescope.DEFAULT_WAVELENGTH_METRES);
        Telescope telescope = Telescope.of(new Grid(shape.ny(), shape.nx(), pitch, pitch, wavelength), aperture);
        return golden.hasParameter("aperture_diameter")
                ? telescope.withApertureDiameter(golden.number("aperture_diameter"))
                : telescope;
    }
}
