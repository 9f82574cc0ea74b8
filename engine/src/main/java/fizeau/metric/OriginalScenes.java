// SPDX-License-Identifier: Apache-2.0
package fizeau.metric;

import fizeau.optics.CircularAperture;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import java.util.List;

/**
 * Objects made exactly as the reference implementation makes them: pictures turned into amplitudes, and groups of one to
 * four point sources. Kept for checking against it.
 */
public final class OriginalScenes {

    private OriginalScenes() {}

    /**
     * Amplitude of an 8-bit grey picture: grey over 255, inverted if asked, zero-padded to a square, minimum subtracted
     * (after the padding), divided by the maximum, square-rooted. A picture of one grey everywhere becomes dark.
     *
     * @param grey {@code shape.count()} bytes, unsigned, row-major
     * @param paddedSize edge of the padded square; the longer edge of the picture or more
     */
    public static SizedImage amplitude(byte[] grey, Shape shape, int paddedSize, boolean inverted) {
        float[] levels = new float[grey.length];
        for (int i = 0; i < grey.length; i++) {
            float level = Byte.toUnsignedInt(grey[i]) / 255f;
            levels[i] = inverted ? 1 - level : level;
        }
        SizedImage padded = OriginalFraming.padImage(new SizedImage(levels, shape), paddedSize);
        return new SizedImage(normalisedRoot(padded.pixels()), padded.shape());
    }

    /** {@code sqrt((v - min) / (max - min))}; zeros where all values are equal. */
    public static float[] normalisedRoot(float[] values) {
        float minimum = Float.POSITIVE_INFINITY;
        float maximum = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            minimum = Math.min(minimum, value);
            maximum = Math.max(maximum, value);
        }
        double range = (double) maximum - minimum;
        float[] root = new float[values.length];
        if (range > 0) {
            for (int i = 0; i < values.length; i++) {
                root[i] = (float) Math.sqrt(((double) values[i] - minimum) / range);
            }
        }
        return root;
    }

    /**
     * Discs around zero frequency's pixel, one mask each: one in the centre, two on the row of the centre, three on an
     * equilateral triangle, four on a square, always {@code spacing} pixels apart.
     *
     * @param sources 1 to 4
     * @param diameter of a disc in pixels, the rim included
     */
    public static List<Mask> pointSources(Shape shape, int sources, double diameter, double spacing) {
        CircularAperture disc = new CircularAperture(diameter / 2);
        return positions(sources, spacing).stream()
                .map(position -> disc.mask(shape, position))
                .toList();
    }

    private static List<PixelPosition> positions(int sources, double spacing) {
        double half = spacing / 2;
        double height = spacing * Math.sqrt(3) / 2;
        return switch (sources) {
            case 1 -> List.of(PixelPosition.CENTRE);
            case 2 -> List.of(new PixelPosition(0, -half), new PixelPosition(0, half));
            case 3 ->
                List.of(
                        new PixelPosition(height * 2 / 3, 0),
                        new PixelPosition(-height / 3, half),
                        new PixelPosition(-height / 3, -half));
            case 4 ->
                List.of(
                        new PixelPosition(half, half),
                        new PixelPosition(half, -half),
                        new PixelPosition(-half, half),
                        new PixelPosition(-half, -half));
            default ->
                throw new IllegalArgumentException("no arrangement of " + sources + " point sources: use 1 to 4");
        };
    }
}
