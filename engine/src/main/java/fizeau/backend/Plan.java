// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The exactly equivalent ways to compute a mask-limited transform. */
public enum Plan {
    /** Full FFT of the frame, shifts folded into indices. */
    FFT,
    /** FFT that skips rows and columns known to be zero or not needed. */
    PRUNED,
    /** Matrix DFT: two small complex matrix products over the bounding box of the mask. */
    MATRIX;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Plan parse(String word) {
        for (Plan plan : values()) {
            if (plan.word().equals(word)) {
                return plan;
            }
        }
        throw new IllegalArgumentException("plan " + word + " is unknown: use auto, "
                + Arrays.stream(values()).map(Plan::word).collect(Collectors.joining(" or ")));
    }
}
