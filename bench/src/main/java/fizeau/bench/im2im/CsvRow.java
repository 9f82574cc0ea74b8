// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import java.util.ArrayList;
import java.util.List;

/**
 * A row of comma-separated values with its line number, from 1. Values may be quoted with {@code "}, and then hold commas and
 * doubled quotes; blank lines and those that begin with {@code #} are left out.
 *
 * @param trouble why the row cannot be read, or null
 */
record CsvRow(int line, List<String> cells, String trouble) {

    static List<CsvRow> parse(String text) {
        List<CsvRow> rows = new ArrayList<>();
        List<String> lines = text.replaceFirst("^\ufeff", "").lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.isBlank() && !line.stripLeading().startsWith("#")) {
                rows.add(row(i + 1, line));
            }
        }
        return rows;
    }

    private static CsvRow row(int number, String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        boolean closed = false;
        for (int i = 0; i <= line.length(); i++) {
            char c = i < line.length() ? line.charAt(i) : ',';
            if (quoted && i == line.length()) {
                return new CsvRow(number, cells, "the quote is never closed");
            }
            if (quoted && c == '"') {
                boolean doubled = i + 1 < line.length() && line.charAt(i + 1) == '"';
                if (doubled) {
                    cell.append('"');
                    i++;
                } else {
                    quoted = false;
                    closed = true;
                }
            } else if (!quoted && c == ',') {
                cells.add(cell.toString().strip());
                cell.setLength(0);
                closed = false;
            } else if (!quoted && c == '"' && cell.toString().isBlank() && !closed) {
                cell.setLength(0);
                quoted = true;
            } else if (closed && !Character.isWhitespace(c)) {
                return new CsvRow(number, cells, "'" + c + "' follows a closing quote where a comma must stand");
            } else if (!closed) {
                cell.append(c);
            }
        }
        return new CsvRow(number, List.copyOf(cells), null);
    }
}
