// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import java.util.ArrayList;
import java.util.List;

/**
 * A spiral that crosses every radius at the same angle: from 1 pixel to {@code radiusPixels} the radius grows by a constant
 * factor from position to position. Zero frequency itself is not visited.
 */
public record LogarithmicSpiral(double radiusPixels, double turns) implements ScanPattern {

    public static final String WORD = "log-spiral";

    /** As in the reference implementation. */
    public static final double USUAL_TURNS = 5;

    public LogarithmicSpiral {
        Checks.positive("pattern radius", radiusPixels, "px");
        Checks.positive("number of turns", turns, "");
        if (radiusPixels <= 1) {
            throw new IllegalArgumentException("pattern radius " + radiusPixels
                    + " px must be above 1 px, the radius at which a logarithmic spiral starts");
        }
    }

    @Override
    public String name() {
        return WORD;
    }

    @Override
    public List<PixelPosition> centres(int count) {
        Checks.sampleCount(count);
        List<PixelPosition> centres = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            double t = count == 1 ? 0 : (double) i / (count - 1);
            centres.add(PixelPosition.polar(Math.pow(radiusPixels, t), 2 * Math.PI * turns * t));
        }
        return List.copyOf(centres);
    }
}
