// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import java.util.ArrayList;
import java.util.List;

/**
 * Five evenly spaced rings, the outermost at the radius, from the inside outwards. The rings share the samples as
 * 30 : 25 : 20 : 15 : 10, which favours low frequencies; zero frequency itself is not visited.
 */
public record ConcentricRings(double radiusPixels) implements ScanPattern {

    public static final String WORD = "concentric";

    private static final int RINGS = 5;

    /** Per cent of the samples on the rings up to and including each one, after a leading 0. */
    private static final List<Integer> CUMULATIVE_SHARES = List.of(0, 30, 55, 75, 90, 100);

    public ConcentricRings {
        Checks.positive("pattern radius", radiusPixels, "px");
    }

    @Override
    public String name() {
        return WORD;
    }

    @Override
    public List<PixelPosition> centres(int count) {
        Checks.sampleCount(count);
        List<PixelPosition> centres = new ArrayList<>(count);
        for (int ring = 1; ring <= RINGS; ring++) {
            int onRing = upTo(ring, count) - upTo(ring - 1, count);
            double radius = radiusPixels * ring / RINGS;
            for (int i = 0; i < onRing; i++) {
                centres.add(PixelPosition.polar(radius, 2 * Math.PI * i / onRing));
            }
        }
        return List.copyOf(centres);
    }

    /** Rounding the running total, not each ring, makes the rings add up to the count. */
    private static int upTo(int ring, int count) {
        return (int) Math.round(count * (CUMULATIVE_SHARES.get(ring) / 100.0));
    }
}
