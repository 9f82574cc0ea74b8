// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a training on a GPU is made of. */
public enum TrainingLevel {
    /** Kernels of our own that do several steps at once. */
    FUSED,
    /**
     * NVIDIA's libraries for convolutions, batch norm, matrix products and transforms; kernels of ours between them. Every
     * gradient is a call of its own and Adam one pass over them all, whatever the switches for fused passes say.
     */
    LIBRARY;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static TrainingLevel parse(String word) {
        for (TrainingLevel level : values()) {
            if (level.word().equals(word)) {
                return level;
            }
        }
        throw new IllegalArgumentException("level " + word + " is unknown: use "
                + Arrays.stream(values()).map(TrainingLevel::word).collect(Collectors.joining(" or ")));
    }
}
