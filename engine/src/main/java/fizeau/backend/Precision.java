// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How exactly products are computed. Weights, their optimiser, batch norm, telescope and loss are in single precision either
 * way.
 */
public enum Precision {
    /** Single precision throughout. */
    FP32,
    /** Factors of convolutions and matrix products rounded to 10 bits of mantissa, for a GPU's tensor cores. */
    TF32,
    /**
     * Factors and results of convolutions rounded to 8 bits of mantissa, with the exponents of single precision; sums in single
     * precision.
     */
    BF16;

    private static final String FP16 = "fp16";

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Bits of the mantissa of factors, the leading one included. */
    public int factorBits() {
        return switch (this) {
            case FP32 -> 24;
            case TF32 -> 11;
            case BF16 -> 8;
        };
    }

    public static Precision parse(String word) {
        for (Precision precision : values()) {
            if (precision.word().equals(word)) {
                return precision;
            }
        }
        if (word.equals(FP16)) {
            throw new IllegalArgumentException(
                    "precision " + word + " is not offered: gradients of this loss lie below its"
                            + " smallest normal number, and nothing here scales them; use " + BF16.word()
                            + ", which has the exponents of " + FP32.word());
        }
        throw new IllegalArgumentException("precision " + word + " is unknown: use "
                + Arrays.stream(values()).map(Precision::word).collect(Collectors.joining(", ")));
    }
}
