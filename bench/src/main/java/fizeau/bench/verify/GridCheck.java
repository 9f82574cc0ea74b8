// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import fizeau.optics.Grid;
import fizeau.optics.Telescope;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Group {@code grid}: coordinates and frequencies of a sampling grid, its lens plane, padded and upsampled grids. */
final class GridCheck implements CaseCheck {

    private static final Pattern DERIVED = Pattern.compile("(padded|upsampled)(\\d+)_(nx|ny|dx|dy)");

    @Override
    public void check(CaseRun run) {
        GoldenCase golden = run.golden();
        int nx = golden.integer("nx");
        double dx = golden.number("dx");
        Grid grid = new Grid(
                (int) golden.number("ny", nx),
                nx,
                golden.number("dy", dx),
                dx,
                golden.number("wavelength", Telescope.DEFAULT_WAVELENGTH_METRES));
        array(run, "x", grid.xMetres());
        array(run, "y", grid.yMetres());
        array(run, "kx", grid.kxPerMetre());
        array(run, "ky", grid.kyPerMetre());
        scalar(run, "fov_x", grid.fieldOfViewXMetres());
        scalar(run, "fov_y", grid.fieldOfViewYMetres());
        scalar(run, "kmax", grid.maxFrequencyPerMetre());
        if (golden.hasParameter("focal_length")) {
            Grid lens = grid.lensFourierPlane(golden.number("focal_length"));
            array(run, "lens_x", lens.xMetres());
            array(run, "lens_y", lens.yMetres());
            scalar(run, "lens_ft_grid_dx", lens.pitchXMetres());
            scalar(run, "lens_ft_grid_dy", lens.pitchYMetres());
        }
        for (Map.Entry<String, ?> expected : golden.scalars().properties()) {
            Matcher derived = DERIVED.matcher(expected.getKey());
            if (derived.matches()) {
                int factor = Integer.parseInt(derived.group(2));
                Grid other = derived.group(1).equals("padded") ? grid.padded(factor) : grid.upsampled(factor);
                run.scalar(expected.getKey(), extent(other, derived.group(3)), 0);
            }
        }
    }

    private static double extent(Grid grid, String what) {
        return switch (what) {
            case "nx" -> grid.nx();
            case "ny" -> grid.ny();
            case "dx" -> grid.pitchXMetres();
            default -> grid.pitchYMetres();
        };
    }

    private static void array(CaseRun run, String name, double[] actual) {
        if (run.expects(name)) {
            run.array(name, actual);
        }
    }

    private static void scalar(CaseRun run, String name, double actual) {
        if (run.expectsScalar(name)) {
            run.scalar(name, actual, 0);
        }
    }
}
