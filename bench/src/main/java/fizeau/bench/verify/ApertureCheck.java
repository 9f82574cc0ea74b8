// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.optics.Aperture;
import fizeau.optics.Grid;
import fizeau.optics.Mask;
import fizeau.optics.NumericalAperture;
import fizeau.optics.PixelPosition;
import fizeau.optics.RelativeMask;
import fizeau.optics.Shape;
import java.util.List;

/** Group {@code aperture}: masks of every kind of aperture, on pixels, on frequencies and in relative coordinates. */
final class ApertureCheck implements CaseCheck {

    @Override
    public void check(CaseRun run) {
        GoldenCase golden = run.golden();
        if (golden.hasParameter("type")) {
            checkPixelMasks(run);
        } else if (golden.hasParameter("na")) {
            checkNumericalAperture(run);
        } else if (golden.hasParameter("mask_size")) {
            checkRelativeMasks(run);
        } else {
            throw new IllegalArgumentException(
                    "case " + golden.name() + " names no aperture type, numerical aperture or relative mask size");
        }
    }

    private static void checkPixelMasks(CaseRun run) {
        GoldenCase golden = run.golden();
        Aperture aperture = ApertureWords.ofMaskCase(golden);
        Shape shape = golden.hasParameter("ny")
                ? new Shape(golden.integer("ny"), golden.integer("nx"))
                : Shape.square(golden.integer("n"));
        List<Mask> masks = aperture.masks(shape, golden.positions("centers_yx"));
        run.masks("masks", masks);
        if (run.expectsScalar("pixel_counts")) {
            List<Integer> expected = CaseRun.integers(golden.scalars().get("pixel_counts"));
            run.exact("pixel_counts", masks.stream().map(Mask::openCount).toList(), expected);
        }
    }

    private static void checkNumericalAperture(CaseRun run) {
        GoldenCase golden = run.golden();
        NumericalAperture aperture = NumericalAperture.ofOriginal(
                golden.number("na"), golden.number("wavelength"), golden.number("medium_index", 1));
        JsonNode grid = golden.parameter("grid");
        int nx = grid.path("nx").asInt();
        double dx = grid.path("dx").asDouble();
        Grid frequencies = new Grid(
                grid.path("ny").asInt(nx),
                nx,
                grid.path("dy").asDouble(dx),
                dx,
                grid.path("wavelength").asDouble(golden.number("wavelength")));
        List<PixelPosition> centres = golden.positions("centers_fy_fx");
        run.masks(
                "masks",
                centres.stream()
                        .map(centre -> aperture.mask(frequencies, centre.y(), centre.x()))
                        .toList());
        if (run.expectsScalar("cutoff_frequency")) {
            run.scalar("cutoff_frequency", aperture.cutoffPerMetre(), 0);
        }
        if (run.expectsScalar("resolution_limit")) {
            run.scalar("resolution_limit", aperture.resolutionLimitMetres(), 0);
        }
        if (run.expectsScalar("depth_of_field")) {
            run.scalar("depth_of_field", aperture.depthOfFieldMetres(), 0);
        }
    }

    private static void checkRelativeMasks(CaseRun run) {
        GoldenCase golden = run.golden();
        Shape shape = new Shape(golden.integer("ny"), golden.integer("nx"));
        PixelPosition centre = golden.position("center_yx");
        double size = golden.number("mask_size");
        if (run.expects("circ")) {
            run.masks("circ", List.of(RelativeMask.disc(shape, size, centre.y(), centre.x())));
        }
        if (run.expects("sq")) {
            run.masks("sq", List.of(RelativeMask.square(shape, size, centre.y(), centre.x())));
        }
    }
}
