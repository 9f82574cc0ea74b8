// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.page;

/** The tables of a report as CSV after RFC 4180: one line per cell, with the full value and its place in the record. */
public final class CsvCells {

    private CsvCells() {}

    public static String of(Report report) {
        StringBuilder text = new StringBuilder("table,row,column,kind,shown,value,from\r\n");
        report.tables().forEach(table -> {
            String parent = "";
            for (Block.Row row : table.rows()) {
                parent = row.detail() ? parent : row.label();
                String label = row.detail() ? parent + ": " + row.label() : row.label();
                for (int i = 0; i < row.cells().size(); i++) {
                    Cell cell = row.cells().get(i);
                    text.append(field(table.name()))
                            .append(',')
                            .append(field(label))
                            .append(',');
                    text.append(field(table.header().get(i + 1))).append(',').append(field(row.kind()));
                    text.append(',').append(field(cell.text())).append(',').append(field(cell.exact()));
                    text.append(',').append(field(cell.pointer())).append("\r\n");
                }
            }
        });
        return text.toString();
    }

    /** Quoted where needed; a spreadsheet must not take text for a formula. */
    static String field(String text) {
        boolean formula = text.matches("(?s)[=+@\\t\\r].*|-[^\\d.].*");
        String safe = formula ? "'" + text : text;
        return safe.matches("(?s).*[\",\\r\\n].*") ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}
