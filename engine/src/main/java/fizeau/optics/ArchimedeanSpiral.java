// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import java.util.ArrayList;
import java.util.List;

/**
 * A continuous spiral from zero frequency to the radius: radius and angle both grow by equal steps, so that the windings are
 * evenly spaced and positions are denser near the centre.
 */
public record ArchimedeanSpiral(double radiusPixels, double turns) implements ScanPattern {

    public static final String WORD = "spiral";

    /** As in the reference implementation. */
    public static final double USUAL_TURNS = 8.5;

    public ArchimedeanSpiral {
        Checks.positive("pattern radius", radiusPixels, "px");
        Checks.positive("number of turns", turns, "");
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
            centres.add(PixelPosition.polar(radiusPixels * t, 2 * Math.PI * turns * t));
        }
        return List.copyOf(centres);
    }
}
