// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import java.util.Locale;

/** What the network learns: masks of cells, or a fluorescent picture of them. */
public enum Experiment {
    /** Dice and cross entropy over a sigmoid; results are labels of connected regions. */
    SEGMENTATION("segmentation"),
    /** Mean squared error; results are pictures. */
    LABELFREE("labelfree");

    /** Keeps the Dice of empty masks from dividing by zero; MONAI's value. */
    public static final double SMOOTH = 1e-5;

    private final String word;

    Experiment(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    /** Any spelling in use: {@code im2im/label_free}, {@code labelfree}, {@code im2im/segmentation.yaml} and so on. */
    public static Experiment parse(String text) {
        String plain = text.strip()
                .toLowerCase(Locale.ROOT)
                .replaceFirst("\\.yaml$", "")
                .replaceFirst("^im2im/", "")
                .replaceAll("[_ -]", "");
        for (Experiment experiment : values()) {
            if (plain.equals(experiment.word)) {
                return experiment;
            }
        }
        throw new IllegalArgumentException(
                "experiment " + text.strip() + " is unknown: use im2im/segmentation or im2im/labelfree");
    }
}
