// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.plot;

/**
 * One line of a plot.
 *
 * @param name text of the legend, for instance a variant
 * @param x positions, increasing; not copied
 * @param y values, one for each position; not copied
 */
public record Curve(String name, double[] x, double[] y) {
    public Curve {
        if (x.length != y.length || x.length == 0) {
            throw new IllegalArgumentException("curve '" + name + "' has " + x.length + " positions and " + y.length
                    + " values: both must be given, equally many");
        }
        for (int i = 0; i < x.length; i++) {
            if (!Double.isFinite(x[i]) || !Double.isFinite(y[i])) {
                throw new IllegalArgumentException(
                        "curve '" + name + "' point " + i + " is (" + x[i] + ", " + y[i] + "): it must be finite");
            }
        }
    }

    /** A curve over the positions 1, 2, 3, ... */
    public static Curve counted(String name, double[] y) {
        double[] x = new double[y.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = i + 1;
        }
        return new Curve(name, x, y);
    }
}
