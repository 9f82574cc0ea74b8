// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import java.util.Locale;

/** Numbers as text, the same way everywhere: three or four digits that mean something, a dash for what is unknown. */
final class Numbers {
    static final String UNKNOWN = "-";

    private Numbers() {}

    /** Four significant digits without an exponent where that is readable. */
    static String plain(Double value) {
        if (value == null) {
            return UNKNOWN;
        }
        double magnitude = Math.abs(value);
        if (magnitude != 0 && (magnitude < 1e-3 || magnitude >= 1e6)) {
            return String.format(Locale.ROOT, "%.2e", value);
        }
        int decimals = magnitude >= 100 ? 1 : magnitude >= 10 ? 2 : magnitude >= 1 ? 3 : 4;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** Three significant digits, all of them before the point from a thousand on: for figures in large print. */
    static String short3(Double value) {
        if (value == null) {
            return UNKNOWN;
        }
        double magnitude = Math.abs(value);
        int decimals = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    static String megabytes(Long bytes) {
        return bytes == null ? UNKNOWN : String.format(Locale.ROOT, "%.0f", bytes * 1e-6);
    }

    static String percent(Double share) {
        return share == null ? UNKNOWN : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** {@code low to high}, or that there is none. */
    static String interval(Double low, Double high) {
        return low == null ? UNKNOWN : plain(low) + " to " + plain(high);
    }
}
