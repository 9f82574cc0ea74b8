// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import fizeau.random.MersenneTwister;
import java.util.ArrayList;
import java.util.List;

/**
 * Fermat's spiral: position {@code i} of {@code n} at radius {@code radius sqrt(i / n)} and angle {@code i} times the golden
 * angle, which covers a disc evenly from the centre outwards (Vogel, Mathematical Biosciences 44, 1979). The outermost
 * position stays just inside the radius.
 *
 * @param radiusPixels radius of the disc that is covered
 * @param cutoffPixels positions beyond this radius are left out, so that a scan may be shorter than asked for; the spiral
 *     itself does not change. Infinite for no cut-off
 */
public record FermatSpiral(double radiusPixels, double cutoffPixels) implements ScanPattern {

    public static final String WORD = "fermat";

    /** The golden angle to the digits of the reference implementation, so that positions agree with it. */
    public static final double TURN_RADIANS = Math.toRadians(137.508);

    public FermatSpiral {
        Checks.positive("pattern radius", radiusPixels, "px");
        if (!(cutoffPixels >= 0)) {
            throw new IllegalArgumentException("pattern cut-off " + cutoffPixels
                    + " px must be zero or more, or infinite for a spiral that is not cut");
        }
    }

    public FermatSpiral(double radiusPixels) {
        this(radiusPixels, Double.POSITIVE_INFINITY);
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
            double radius = radiusPixels * Math.sqrt((double) i / count);
            if (radius > cutoffPixels) {
                break;
            }
            centres.add(PixelPosition.polar(radius, i * TURN_RADIANS));
        }
        return List.copyOf(centres);
    }

    /** Lines of one direction around the positions. They reach up to half their length beyond the radius. */
    public List<ScanLine> linesAtAngle(int count, double lengthPixels, double angleRadians) {
        return centres(count).stream()
                .map(centre -> ScanLine.around(centre, lengthPixels, angleRadians))
                .toList();
    }

    /** Lines of random direction around the positions. They reach up to half their length beyond the radius. */
    public List<ScanLine> linesAtRandomAngles(int count, double lengthPixels, long seed) {
        MersenneTwister random = new MersenneTwister(seed);
        return centres(count).stream()
                .map(centre -> ScanLine.around(centre, lengthPixels, 2 * Math.PI * random.nextUniform24()))
                .toList();
    }
}
