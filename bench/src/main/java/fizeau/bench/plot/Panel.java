// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.plot;

import fizeau.optics.Shape;

/**
 * One image of a row of panels.
 *
 * @param title short text above the image
 * @param shape rows and columns
 * @param values {@code shape.count()} finite values, row-major; not copied
 * @param low value at the lower end of the colour bar
 * @param high value at the upper end
 * @param decades logarithmic stretch over this many decades below {@code high}; 0 for a linear one
 * @param colours colours from low to high
 * @param scaleBar length drawn in the image, null for none
 */
public record Panel(
        String title,
        Shape shape,
        float[] values,
        double low,
        double high,
        int decades,
        ColourMap colours,
        ScaleBar scaleBar) {

    /** A bar of {@code pixels} image pixels with a text such as {@code "20 px"} or {@code "5 km"}. */
    public record ScaleBar(double pixels, String text) {
        public ScaleBar {
            if (!(pixels > 0 && Double.isFinite(pixels))) {
                throw new IllegalArgumentException("scale bar of " + pixels + " pixels must be positive");
            }
        }
    }

    public Panel {
        if (values.length != shape.count()) {
            throw new IllegalArgumentException(
                    "panel '" + title + "' of " + shape + " needs " + shape.count() + " values, got " + values.length);
        }
        if (!(Double.isFinite(low) && Double.isFinite(high) && low < high)) {
            throw new IllegalArgumentException("panel '" + title + "' has the range " + low + " to " + high
                    + ": both must be finite and the first the smaller");
        }
        if (decades < 0 || (decades > 0 && high <= 0)) {
            throw new IllegalArgumentException(
                    "panel '" + title + "': a stretch over " + decades + " decades below " + high + " is not possible");
        }
    }

    /** A grey panel from 0 to the largest value (to 1 where nothing is larger than 0). */
    public static Panel of(String title, Shape shape, float[] values) {
        double high = 0;
        for (float value : values) {
            high = Math.max(high, value);
        }
        return new Panel(title, shape, values, 0, high > 0 ? high : 1, 0, ColourMap.GREY, null);
    }

    /** {@code factor * (first - second)} in diverging colours around white, range {@code -limit} to {@code limit}. */
    public static Panel difference(
            String title, Shape shape, float[] first, float[] second, double factor, double limit) {
        if (first.length != second.length) {
            throw new IllegalArgumentException("panel '" + title + "' subtracts " + second.length + " values from "
                    + first.length + ": both images must have one size");
        }
        float[] difference = new float[first.length];
        for (int i = 0; i < difference.length; i++) {
            difference[i] = (float) (factor * ((double) first[i] - second[i]));
        }
        return new Panel(title, shape, difference, -limit, limit, 0, ColourMap.DIVERGING, null);
    }

    public Panel withRange(double newLow, double newHigh) {
        return new Panel(title, shape, values, newLow, newHigh, decades, colours, scaleBar);
    }

    /** Logarithmic stretch from {@code high / 10^decades} to {@code high}. */
    public Panel withLogStretch(int newDecades) {
        return new Panel(title, shape, values, low, high, newDecades, colours, scaleBar);
    }

    public Panel withColours(ColourMap newColours) {
        return new Panel(title, shape, values, low, high, decades, newColours, scaleBar);
    }

    public Panel withScaleBar(double pixels, String text) {
        return new Panel(title, shape, values, low, high, decades, colours, new ScaleBar(pixels, text));
    }

    /** Position of a value between the ends of the colour bar, 0 to 1. */
    double share(double value) {
        double share;
        if (decades > 0) {
            share = value > 0 ? 1 + Math.log10(value / high) / decades : 0;
        } else {
            share = (value - low) / (high - low);
        }
        return Math.min(1, Math.max(0, share));
    }
}
