// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.latex;

/** Part of a text, {@code from} to {@code to - 1}. */
record Span(int from, int to) {

    String of(String text) {
        return text.substring(from, to);
    }

    /** Without blanks at both ends; where nothing is left, right behind the first blank. */
    Span stripped(String text) {
        int start = from;
        int end = to;
        while (start < end && Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        return start < end ? new Span(start, end) : new Span(Math.min(from + 1, to), Math.min(from + 1, to));
    }
}
