// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.latex;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Splits the body of a tabular into rows and cells. A row ends at a double backslash, a cell at an ampersand, both outside
 * braces; comments and escaped characters count as nothing.
 */
final class TableRows {

    private TableRows() {}

    /** Cells of each row, as parts of {@code text}; what follows the last double backslash is a row too. */
    static List<List<Span>> of(String text, Span body) {
        List<List<Span>> rows = new ArrayList<>();
        List<Span> cells = new ArrayList<>();
        int depth = 0;
        int start = body.from();
        for (int i = body.from(); i < body.to(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < body.to()) {
                if (text.charAt(i + 1) == '\\' && depth == 0) {
                    cells.add(new Span(start, i));
                    rows.add(cells);
                    cells = new ArrayList<>();
                    start = i + 2;
                }
                i++; // an escaped character, or the first of a command's name
            } else if (c == '%') {
                while (i + 1 < body.to() && text.charAt(i + 1) != '\n') {
                    i++;
                }
            } else if (c == '{') {
                depth++;
            } else if (c == '}') {
                depth--;
            } else if (c == '&' && depth == 0) {
                cells.add(new Span(start, i));
                start = i + 1;
            }
        }
        cells.add(new Span(start, body.to()));
        rows.add(cells);
        return rows;
    }

    /** What a reader sees of a cell: no comments, rules, commands, braces or dollars; blanks as one. */
    static String words(String cell) {
        return cell.replaceAll("(?<!\\\\)%[^\\n]*", "")
                .replaceAll("\\\\(cmidrule|cline|addlinespace)(\\([^)]*\\))?(\\[[^]]*])?(\\{[^}]*})?", " ")
                .replaceAll("\\\\multicolumn\\{[^}]*}\\{[^}]*}", " ")
                .replaceAll("\\\\[a-zA-Z]+\\*?", " ")
                .replaceAll("[{}$\\[\\]]", " ")
                .strip()
                .replaceAll("\\s+", " ");
    }

    /** Letters of a name in lower case, so that dashes of all kinds compare equal. */
    static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    }
}
