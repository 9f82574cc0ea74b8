// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import java.util.ArrayList;
import java.util.List;

/**
 * Row after row over a rectangle around zero frequency, edges included, with steps as alike along y and x as the count
 * allows. When the count does not fill the last row, that row's positions are spread over its whole width.
 *
 * @param halfHeightPixels furthest position along y
 * @param halfWidthPixels furthest position along x
 * @param serpentine whether every second row runs backwards, which avoids long moves between rows
 */
public record RasterScan(double halfHeightPixels, double halfWidthPixels, boolean serpentine) implements ScanPattern {

    public static final String WORD = "raster";

    public RasterScan {
        Checks.positive("pattern half height", halfHeightPixels, "px");
        Checks.positive("pattern half width", halfWidthPixels, "px");
    }

    /** A serpentine scan of a square. */
    public static RasterScan square(double halfSidePixels) {
        return new RasterScan(halfSidePixels, halfSidePixels, true);
    }

    @Override
    public String name() {
        return WORD;
    }

    @Override
    public List<PixelPosition> centres(int count) {
        Checks.sampleCount(count);
        double wanted = Math.sqrt(count * (halfWidthPixels / halfHeightPixels));
        int columns = (int) Math.min(count, Math.max(1, Math.ceil(wanted)));
        int rows = (count + columns - 1) / columns;
        List<PixelPosition> centres = new ArrayList<>(count);
        for (int row = 0; row < rows; row++) {
            int onRow = Math.min(columns, count - row * columns);
            double y = spread(row, rows, halfHeightPixels);
            boolean backwards = serpentine && row % 2 == 1;
            for (int i = 0; i < onRow; i++) {
                double x = spread(i, onRow, halfWidthPixels);
                centres.add(new PixelPosition(y, backwards ? -x : x));
            }
        }
        return List.copyOf(centres);
    }

    /** Position {@code i} of {@code n} from {@code -half} to {@code half}; a single one is in the middle. */
    private static double spread(int i, int n, double half) {
        return n == 1 ? 0 : half * (2 * i - (n - 1)) / (n - 1);
    }
}
