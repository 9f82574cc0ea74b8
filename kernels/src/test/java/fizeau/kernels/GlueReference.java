// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/** What stands between the convolutions of libraries, in double precision. */
final class GlueReference {

    private GlueReference() {}

    /** {@code ReLU(values + bias)} of maps {@code [bias.length][pixels]}. */
    static double[] activate(double[] values, double[] bias, boolean relu) {
        int pixels = values.length / bias.length;
        double[] activated = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            double value = values[i] + bias[i / pixels];
            activated[i] = relu ? Math.max(0, value) : value;
        }
        return activated;
    }

    /** The gradient where something passed, 0 elsewhere. */
    static double[] gateGradient(double[] gradient, double[] activated) {
        double[] gated = new double[gradient.length];
        for (int i = 0; i < gated.length; i++) {
            gated[i] = activated[i] > 0 ? gradient[i] : 0;
        }
        return gated;
    }

    /** The nearest numbers of 8 bits of mantissa, ties to even: no number of a float's range has more exponents. */
    static double[] narrowValues(double[] values) {
        double[] narrow = new double[values.length];
        for (int i = 0; i < narrow.length; i++) {
            double unit = Math.ulp((float) values[i]) * 0x1p16;
            narrow[i] = unit * Math.rint(values[i] / unit);
        }
        return narrow;
    }

    /** The image, {@code frame} outside its window. */
    static double[] headImage(double[] map, double bias, ImageWindow window, double frame) {
        int mapEdge = (int) Math.round(Math.sqrt(map.length));
        double[] image = new double[window.imageEdge() * window.imageEdge()];
        for (int y = 0; y < window.imageEdge(); y++) {
            for (int x = 0; x < window.imageEdge(); x++) {
                int row = y - window.imageStart();
                int column = x - window.imageStart();
                boolean inside = row >= 0 && row < window.copied() && column >= 0 && column < window.copied();
                int at = (window.mapStart() + row) * mapEdge + window.mapStart() + column;
                image[y * window.imageEdge() + x] = inside ? 1 / (1 + Math.exp(-map[at] - bias)) : frame;
            }
        }
        return image;
    }
}
