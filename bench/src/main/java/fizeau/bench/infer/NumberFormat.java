// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What weights and pictures are held in. The limits are for networks of about fifty layers whose sums are in float32. */
public enum NumberFormat {
    FLOAT32(1e-3),
    /** Eleven significant bits. */
    FLOAT16(1e-2),
    /** Eight significant bits. */
    BFLOAT16(5e-2);

    private final double tolerance;

    NumberFormat(double tolerance) {
        this.tolerance = tolerance;
    }

    /** Largest difference from double precision that counts as right, in units of the largest score. */
    public double tolerance() {
        return tolerance;
    }

    /** Of one value. */
    public int bytes() {
        return this == FLOAT32 ? Float.BYTES : Short.BYTES;
    }

    /** The word in options and records. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException in one sentence for a word that is none */
    public static NumberFormat parse(String word) {
        String wanted = word.strip().toLowerCase(Locale.ROOT);
        if (wanted.equals("tf32") || wanted.equals("tensorfloat32")) {
            throw new IllegalArgumentException(
                    "--dtype tf32 is a mode of NVIDIA's tensor cores: use float32 or bfloat16");
        }
        return Arrays.stream(values())
                .filter(format -> format.word().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--dtype " + word + " is unknown: use "
                        + Arrays.stream(values()).map(NumberFormat::word).collect(Collectors.joining(", "))));
    }
}
