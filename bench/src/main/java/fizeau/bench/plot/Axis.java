// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A scale from {@code low} to {@code high}, linear or logarithmic, with ticks at round values. */
record Axis(double low, double high, boolean logarithmic) {
    private static final String SUPERSCRIPTS = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";

    /** A tick; minor ones have no label. */
    record Tick(double value, String label) {
        boolean isMajor() {
            return !label.isEmpty();
        }
    }

    Axis {
        if (!(low < high && Double.isFinite(low) && Double.isFinite(high) && (!logarithmic || low > 0))) {
            throw new IllegalArgumentException("an axis from " + low + " to " + high + " cannot be drawn");
        }
    }

    /** A linear axis whose ends are ticks. */
    static Axis linear(double lowest, double highest, int intervals) {
        double high = highest > lowest ? highest : lowest + Math.max(1e-12, Math.abs(lowest));
        double step = step(high - lowest, intervals);
        // A hair of tolerance, so that 0.30000000000000004 does not open one more interval.
        double first = Math.floor(lowest / step + 1e-9) * step;
        double last = Math.ceil(high / step - 1e-9) * step;
        return new Axis(first, last, false);
    }

    /** A logarithmic axis with a little air at both ends. */
    static Axis logarithmic(double lowest, double highest) {
        double air = Math.pow(Math.max(highest / lowest, 1.5), 0.04);
        return new Axis(lowest / air, highest * air, true);
    }

    /** Position of a value from 0 at {@code low} to 1 at {@code high}; beyond these outside the axis. */
    double share(double value) {
        return logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    }

    /** Ticks from low to high, about {@code intervals + 1} of them with labels. */
    List<Tick> ticks(int intervals) {
        // within a factor of three the two scales hardly differ, and powers of ten with their multiples are too far
        // apart
        return logarithmic && high > 3 * low ? logarithmicTicks() : linearTicks(intervals);
    }

    private List<Tick> linearTicks(int intervals) {
        double step = step(high - low, intervals);
        List<Tick> ticks = new ArrayList<>();
        long first = (long) Math.ceil(low / step - 1e-6);
        long last = (long) Math.floor(high / step + 1e-6);
        for (long i = first; i <= last; i++) {
            ticks.add(new Tick(i * step, format(i * step, step, Math.max(Math.abs(low), Math.abs(high)))));
        }
        return ticks;
    }

    private List<Tick> logarithmicTicks() {
        double decades = Math.log10(high / low);
        List<Tick> ticks = new ArrayList<>();
        int first = (int) Math.floor(Math.log10(low));
        int last = (int) Math.ceil(Math.log10(high));
        for (int exponent = first; exponent <= last; exponent++) {
            for (int digit = 1; digit <= 9; digit++) {
                double value = digit * Math.pow(10, exponent);
                if (value < low * (1 - 1e-9) || value > high * (1 + 1e-9)) {
                    continue;
                }
                boolean labelled = digit == 1
                        || (decades < 2.2 && (digit == 2 || digit == 5))
                        || (decades < 0.7 && digit % 2 == 0);
                boolean drawn = labelled || decades < 6;
                if (drawn) {
                    ticks.add(new Tick(value, labelled ? logarithmicLabel(digit, exponent) : ""));
                }
            }
        }
        return ticks;
    }

    private static String logarithmicLabel(int digit, int exponent) {
        if (exponent >= -3 && exponent <= 3) {
            return String.format(Locale.ROOT, "%." + Math.max(0, -exponent) + "f", digit * Math.pow(10, exponent));
        }
        return digit == 1 ? power(exponent) : digit + "\u00d7" + power(exponent);
    }

    /** The largest of 1, 2, 5 times a power of ten that gives at least about {@code intervals} intervals. */
    private static double step(double span, int intervals) {
        double raw = span / intervals;
        double decade = Math.pow(10, Math.floor(Math.log10(raw)));
        double mantissa = raw / decade;
        double nice = mantissa < 1.5 ? 1 : mantissa < 3.5 ? 2 : mantissa < 7.5 ? 5 : 10;
        return nice * decade;
    }

    /** A number with as many decimals as its step needs, or as a power of ten where that is shorter. */
    private static String format(double value, double step, double largest) {
        if (value == 0 || Math.abs(value) < step * 1e-6) {
            return "0";
        }
        if (largest >= 1e5 || largest < 1e-3) {
            int exponent = (int) Math.floor(Math.log10(largest) + 1e-9);
            double scale = Math.pow(10, exponent);
            return decimals(value / scale, step / scale) + "\u00d7" + power(exponent);
        }
        return decimals(value, step);
    }

    private static String decimals(double value, double step) {
        int places = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
        return String.format(Locale.ROOT, "%." + places + "f", value).replace('-', '\u2212');
    }

    private static String power(int exponent) {
        StringBuilder text = new StringBuilder("10");
        for (char c : String.valueOf(exponent).toCharArray()) {
            text.append(c == '-' ? '\u207b' : SUPERSCRIPTS.charAt(c - '0'));
        }
        return text.toString();
    }
}
