// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.doctor;

import java.util.Locale;

/** Bytes for people, in binary units. */
final class Units {

    private static final String[] NAMES = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Units() {}

    /** For example {@code 1.5 GiB}; whole numbers below one KiB and from 100 on. */
    static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < NAMES.length - 1) {
            value /= 1024;
            unit++;
        }
        boolean whole = unit == 0 || value >= 100 || value == Math.rint(value);
        return String.format(Locale.ROOT, whole ? "%.0f %s" : "%.1f %s", value, NAMES[unit]);
    }
}
