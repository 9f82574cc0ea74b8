// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import java.util.ArrayList;
import java.util.List;

/** A straight track of the aperture from one position to another, both ends included. */
public record ScanLine(PixelPosition start, PixelPosition end) {

    /** The line of {@code lengthPixels} around {@code centre}; the angle turns from the x axis towards the y axis. */
    public static ScanLine around(PixelPosition centre, double lengthPixels, double angleRadians) {
        Checks.notNegative("line length", lengthPixels, "px");
        double dy = lengthPixels / 2 * Math.sin(angleRadians);
        double dx = lengthPixels / 2 * Math.cos(angleRadians);
        return new ScanLine(
                new PixelPosition(centre.y() - dy, centre.x() - dx),
                new PixelPosition(centre.y() + dy, centre.x() + dx));
    }

    public double lengthPixels() {
        return Math.hypot(end.y() - start.y(), end.x() - start.x());
    }

    /** {@code count} evenly spaced positions from start to end; a single one is the start. */
    public List<PixelPosition> positions(int count) {
        Checks.sampleCount(count);
        List<PixelPosition> positions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            double t = count == 1 ? 0 : (double) i / (count - 1);
            positions.add(
                    new PixelPosition(start.y() + t * (end.y() - start.y()), start.x() + t * (end.x() - start.x())));
        }
        return List.copyOf(positions);
    }
}
