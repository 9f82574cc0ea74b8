// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import java.util.ArrayList;
import java.util.List;

/**
 * Spokes through the centre: {@code directions} lines, so twice as many arms, {@code pi / directions} apart. Arm 0 points
 * along the y axis, as in the reference implementation.
 *
 * @param radiusPixels length of an arm
 */
public record StarPattern(double radiusPixels, int directions) implements ScanPattern {

    public static final String WORD = "star";

    /** Eight arms, where none are asked for. */
    public static final int USUAL_DIRECTIONS = 4;

    public StarPattern {
        Checks.positive("pattern radius", radiusPixels, "px");
        if (directions < 1) {
            throw new IllegalArgumentException("star of " + directions + " directions: it needs at least 1");
        }
    }

    @Override
    public String name() {
        return WORD;
    }

    /**
     * The centre first, then ring after ring one position on each arm, the last ring at the radius. A last ring with fewer
     * positions than arms spreads them over all directions.
     */
    @Override
    public List<PixelPosition> centres(int count) {
        Checks.sampleCount(count);
        int arms = 2 * directions;
        int rings = (count - 1 + arms - 1) / arms;
        List<PixelPosition> centres = new ArrayList<>(count);
        centres.add(PixelPosition.CENTRE);
        for (int ring = 1; ring <= rings; ring++) {
            int onRing = Math.min(arms, count - centres.size());
            double radius = radiusPixels * ring / rings;
            for (int i = 0; i < onRing; i++) {
                int arm = (int) ((long) i * arms / onRing);
                centres.add(along(radius, arm * Math.PI / directions));
            }
        }
        return List.copyOf(centres);
    }

    /**
     * Lines along the arms, end to end from the centre outwards, as many as fit without passing the radius: around the
     * centre one for each direction, then ring after ring one on each arm.
     */
    public List<ScanLine> lines(double lengthPixels) {
        Checks.positive("line length", lengthPixels, "px");
        if (lengthPixels >= 2 * radiusPixels) {
            throw new IllegalArgumentException("line length " + lengthPixels
                    + " px must be below the diameter of the star, " + 2 * radiusPixels + " px");
        }
        List<ScanLine> lines = new ArrayList<>();
        for (int ring = 0; ring * lengthPixels < radiusPixels - lengthPixels / 2; ring++) {
            double radius = ring * lengthPixels;
            for (int arm = 0; arm < (ring == 0 ? directions : 2 * directions); arm++) {
                double angle = arm * Math.PI / directions;
                lines.add(
                        new ScanLine(along(radius - lengthPixels / 2, angle), along(radius + lengthPixels / 2, angle)));
            }
        }
        return List.copyOf(lines);
    }

    private static PixelPosition along(double radius, double angleRadians) {
        return new PixelPosition(radius * Math.cos(angleRadians), radius * Math.sin(angleRadians));
    }
}
