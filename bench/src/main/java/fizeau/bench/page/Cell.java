// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.page;

/**
 * One cell of a table.
 *
 * @param text as a reader sees it
 * @param pointer where in the record it comes from, as a JSON pointer in which {@code *} stands for all elements; empty for
 *     plain words
 * @param exact the recorded value in full; empty where the cell condenses several
 */
public record Cell(String text, String pointer, String exact) {

    /** Plain words. */
    public static Cell words(String text) {
        return new Cell(text, "", "");
    }

    /** Whether it shows something that the record holds. */
    public boolean traceable() {
        return !pointer.isEmpty();
    }
}
