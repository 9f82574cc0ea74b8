// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import fizeau.random.MersenneTwister;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Positions spread at random, evenly over a disc, sorted from the centre outwards. The one drawn furthest out is moved to
 * the centre, so that zero frequency is always measured, and first.
 */
public record RandomDisc(double radiusPixels, long seed) implements ScanPattern {

    public static final String WORD = "random";

    public RandomDisc {
        Checks.positive("pattern radius", radiusPixels, "px");
    }

    @Override
    public String name() {
        return WORD;
    }

    @Override
    public List<PixelPosition> centres(int count) {
        return draw(count, radiusPixels, uniforms());
    }

    /**
     * Lines of random direction inside the disc, the first around the centre. Their middles lie in a disc smaller by half
     * a line, so that no end passes the radius.
     */
    public List<ScanLine> lines(int count, double lengthPixels) {
        requireRoom(lengthPixels);
        DoubleSupplier uniforms = uniforms();
        return turned(draw(count, radiusPixels - lengthPixels / 2, uniforms), lengthPixels, uniforms);
    }

    /**
     * Lines as the reference implementation draws them, for comparison with it only: its margin is a quarter of a line,
     * so that ends may pass the radius, and the first two lines are both around the centre.
     */
    public List<ScanLine> linesOfOriginal(int count, double lengthPixels) {
        Checks.sampleCount(count);
        requireRoom(lengthPixels);
        DoubleSupplier uniforms = uniforms();
        List<PixelPosition> middles = new ArrayList<>(count);
        middles.add(PixelPosition.CENTRE);
        if (count > 1) {
            middles.addAll(draw(count - 1, radiusPixels - lengthPixels / 4, uniforms));
        }
        return turned(middles, lengthPixels, uniforms);
    }

    /** {@code count} draws for the radii, then as many for the angles. */
    private static List<PixelPosition> draw(int count, double radiusPixels, DoubleSupplier uniforms) {
        Checks.sampleCount(count);
        double[] radii = new double[count];
        int furthest = 0;
        for (int i = 0; i < count; i++) {
            radii[i] = radiusPixels * Math.sqrt(uniforms.getAsDouble());
            if (radii[i] > radii[furthest]) {
                furthest = i;
            }
        }
        radii[furthest] = 0;
        List<PixelPosition> positions = new ArrayList<>(count);
        for (double radius : radii) {
            positions.add(PixelPosition.polar(radius, 2 * Math.PI * uniforms.getAsDouble()));
        }
        return PixelPosition.sortedByRadius(positions);
    }

    private static List<ScanLine> turned(List<PixelPosition> middles, double lengthPixels, DoubleSupplier uniforms) {
        return middles.stream()
                .map(middle -> ScanLine.around(middle, lengthPixels, 2 * Math.PI * uniforms.getAsDouble()))
                .toList();
    }

    private DoubleSupplier uniforms() {
        return new MersenneTwister(seed)::nextUniform24;
    }

    private void requireRoom(double lengthPixels) {
        Checks.positive("line length", lengthPixels, "px");
        if (lengthPixels >= 2 * radiusPixels) {
            throw new IllegalArgumentException("line length " + lengthPixels
                    + " px must be below the diameter of the pattern, " + 2 * radiusPixels + " px");
        }
    }
}
