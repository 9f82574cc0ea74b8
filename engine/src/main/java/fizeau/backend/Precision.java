// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How exactly products are computed; arrays hold single precision either way. */
public enum Precision {
    /** Single precision throughout. */
    FP32,
    /** Factors of convolutions and matrix products rounded to 10 bits of mantissa, for a GPU's tensor cores. */
    TF32;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Precision parse(String word) {
        for (Precision precision : values()) {
            if (precision.word().equals(word)) {
                return precision;
            }
        }
        throw new IllegalArgumentException("precision " + word + " is unknown: use "
                + Arrays.stream(values()).map(Precision::word).collect(Collectors.joining(" or ")));
    }
}
