// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import java.util.Locale;

/** Which sizes: the original's document and its code differ, and both are offered. */
public enum ShapeSet {
    /** The sizes in the original's source. */
    CODE,
    /** The sizes in its document; what that leaves open (image, batch) is our choice and stands in the record. */
    DOC;

    /** The word in options and records. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException in one sentence for a word that is none */
    public static ShapeSet parse(String word) {
        for (ShapeSet set : values()) {
            if (set.word().equals(word.strip().toLowerCase(Locale.ROOT))) {
                return set;
            }
        }
        throw new IllegalArgumentException("--shapes " + word + " is unknown: use code or doc");
    }
}
