// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import fizeau.random.NormalGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * A square grid whose positions are moved at random, row after row from the most negative y. Positions that fall outside
 * the disc of the radius are replaced by ones spread evenly over it, at the end.
 *
 * @param radiusPixels radius of the disc, half the side of the grid
 * @param jitter standard deviation of the move along each axis, as a share of the grid's step
 */
public record JitteredGrid(double radiusPixels, double jitter, long seed) implements ScanPattern {

    public static final String WORD = "jittered";

    /** As in the reference implementation. */
    public static final double USUAL_JITTER = 0.1;

    public JitteredGrid {
        Checks.positive("pattern radius", radiusPixels, "px");
        Checks.notNegative("jitter", jitter, "");
    }

    @Override
    public String name() {
        return WORD;
    }

    /** NumPy's {@code RandomState(seed)} gives the reference implementation the same positions. */
    @Override
    public List<PixelPosition> centres(int count) {
        NormalGenerator random = new NormalGenerator(seed);
        return centres(count, random::nextNormal, random::nextUniform);
    }

    /**
     * The positions for given random numbers.
     *
     * @param normals standard normals: {@code count} for x, then {@code count} for y
     * @param uniforms numbers in [0, 1): one for the angle of each replaced position, then one for the radius of each
     */
    public List<PixelPosition> centres(int count, DoubleSupplier normals, DoubleSupplier uniforms) {
        Checks.sampleCount(count);
        int side = (int) Math.ceil(Math.sqrt(count));
        double step = side == 1 ? 0 : 2 * radiusPixels / (side - 1);
        double[] x = axis(count, normals, step);
        double[] y = axis(count, normals, step);
        List<PixelPosition> centres = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            PixelPosition centre = new PixelPosition(
                    y[i] + (i / side - (side - 1) / 2.0) * step, x[i] + (i % side - (side - 1) / 2.0) * step);
            if (centre.radius() <= radiusPixels) {
                centres.add(centre);
            }
        }
        double[] angles = new double[count - centres.size()];
        for (int i = 0; i < angles.length; i++) {
            angles[i] = 2 * Math.PI * uniforms.getAsDouble();
        }
        for (double angle : angles) {
            centres.add(PixelPosition.polar(radiusPixels * Math.sqrt(uniforms.getAsDouble()), angle));
        }
        return List.copyOf(centres);
    }

    private double[] axis(int count, DoubleSupplier normals, double step) {
        double[] moves = new double[count];
        for (int i = 0; i < count; i++) {
            moves[i] = jitter * step * normals.getAsDouble();
        }
        return moves;
    }
}
