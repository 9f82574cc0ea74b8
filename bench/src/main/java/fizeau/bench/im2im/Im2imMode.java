// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

/** What is timed. */
public enum Im2imMode {
    TRAIN("train"),
    INFER("infer");

    private final String word;

    Im2imMode(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    public static Im2imMode parse(String word) {
        for (Im2imMode mode : values()) {
            if (mode.word.equals(word)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("mode " + word + " is unknown: use train or infer");
    }
}
