// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import fizeau.random.MersenneTwister;
import java.util.ArrayList;
import java.util.List;

/** Positions spread at random, evenly over a square around zero frequency, sorted from the centre outwards. */
public record RandomSquare(double sidePixels, long seed) implements ScanPattern {

    public static final String WORD = "random-square";

    public RandomSquare {
        Checks.positive("pattern side", sidePixels, "px");
    }

    @Override
    public String name() {
        return WORD;
    }

    @Override
    public List<PixelPosition> centres(int count) {
        Checks.sampleCount(count);
        MersenneTwister random = new MersenneTwister(seed);
        List<PixelPosition> positions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            double y = sidePixels / 2 * (2 * random.nextUniform24() - 1);
            double x = sidePixels / 2 * (2 * random.nextUniform24() - 1);
            positions.add(new PixelPosition(y, x));
        }
        return PixelPosition.sortedByRadius(positions);
    }
}
