// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import java.util.Arrays;

/** What a row times. */
public enum Direction {
    /** Objects to detector amplitudes. */
    FORWARD("forward"),
    /** Objects and gradients of amplitudes to gradients of objects: one pass forward, one pass back. */
    ADJOINT("forward+adjoint");

    private final String word;

    Direction(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    static Direction parse(String word) {
        return Arrays.stream(values())
                .filter(direction -> direction.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("direction " + word + " is unknown"));
    }
}
