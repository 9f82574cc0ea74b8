// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/** Reads tables of tasks. What is wrong with a single row is kept with it, so that the others can go on. */
public final class TaskTable {
    private static final List<String> TRAIN =
            List.of("branch", "experiment", "trainer", "max_epochs", "batch_size", "overrides");
    private static final List<String> INFER = List.of(
            "branch", "experiment", "checkpoint_path", "data_path", "trainer", "max_epochs", "batch_size", "overrides");
    private static final int MAX_EPOCHS = 5;
    private static final int BATCH_SIZE = 8;
    private static final int LARGEST = 100_000;

    private final String file;
    private final List<String> columns;

    /**
     * A row.
     *
     * @param task null where there is trouble
     * @param trouble one sentence that names line and column, or null
     */
    public record Row(int line, Im2imTask task, String trouble) {}

    private TaskTable(String file, List<String> columns) {
        this.file = file;
        this.columns = columns;
    }

    /** Rows of a file in order; refuses, in one sentence, a file without a header that fits. */
    public static List<Row> read(Path path, Im2imMode mode) {
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException("--config " + path + " does not exist: name a CSV file with the columns "
                    + String.join(",", columns(mode)));
        }
        try {
            return parse(path.getFileName().toString(), Files.readString(path, StandardCharsets.UTF_8), mode);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path + " as UTF-8: " + e.getMessage(), e);
        }
    }

    private static List<String> columns(Im2imMode mode) {
        return mode == Im2imMode.TRAIN ? TRAIN : INFER;
    }

    /** @param name of the file, for messages */
    public static List<Row> parse(String name, String text, Im2imMode mode) {
        List<CsvRow> rows = CsvRow.parse(text);
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(
                    name + " is empty: its first line must name the columns " + String.join(",", columns(mode)));
        }
        List<String> header = rows.get(0).cells().stream()
                .map(cell -> cell.toLowerCase(Locale.ROOT))
                .toList();
        TaskTable table = new TaskTable(name, header);
        table.requireHeader(rows.get(0), mode);
        List<Row> read = new ArrayList<>();
        for (CsvRow row : rows.subList(1, rows.size())) {
            if (row.trouble() != null) {
                read.add(table.trouble(row, row.cells().size(), row.trouble()));
            } else if (!row.cells()
                    .get(header.indexOf("branch") < row.cells().size() ? header.indexOf("branch") : 0)
                    .isEmpty()) {
                read.add(table.row(row, mode));
            }
        }
        return List.copyOf(read);
    }

    private void requireHeader(CsvRow row, Im2imMode mode) {
        List<String> known = columns(mode);
        for (String column : columns) {
            if (!known.contains(column)) {
                throw new IllegalArgumentException(file + ", line " + row.line() + ": column " + column
                        + (INFER.contains(column)
                                ? " belongs to infer: leave it out"
                                        + (column.equals("data_path")
                                                ? ", and write data.path=FOLDER in overrides"
                                                : "")
                                : " is unknown: use " + String.join(",", known)));
            }
        }
        List<String> needed = mode == Im2imMode.TRAIN
                ? List.of("branch", "experiment")
                : List.of("branch", "experiment", "checkpoint_path");
        for (String column : needed) {
            if (!columns.contains(column)) {
                throw new IllegalArgumentException(file + ", line " + row.line() + ": column " + column
                        + " is missing: the first line must name " + String.join(",", known));
            }
        }
        if (new HashSet<>(columns).size() < columns.size()) {
            throw new IllegalArgumentException(
                    file + ", line " + row.line() + ": a column is named twice: name each once");
        }
    }

    private Row row(CsvRow row, Im2imMode mode) {
        List<String> cells = new ArrayList<>(row.cells());
        int overridesAt = columns.indexOf("overrides");
        List<String> overrides = new ArrayList<>();
        if (cells.size() > columns.size()) {
            // commas between overrides at the end of a row need no quotes
            List<String> more = cells.subList(columns.size(), cells.size());
            boolean fit = overridesAt == columns.size() - 1 && more.stream().allMatch(cell -> cell.contains("="));
            if (!fit) {
                return trouble(
                        row,
                        columns.size(),
                        cells.size() + " values where the header names " + columns.size()
                                + " columns: quote values that hold commas");
            }
            overrides.addAll(more);
        }
        if (overridesAt >= 0 && overridesAt < cells.size()) {
            overrides.addAll(0, split(cells.get(overridesAt)));
        }
        for (String override : overrides) {
            if (override.indexOf('=') < 1) {
                return trouble(row, overridesAt, "'" + override + "' is no override: write key=value");
            }
        }
        String[] numbers = {"max_epochs", "batch_size"};
        int[] values = {MAX_EPOCHS, BATCH_SIZE};
        for (int i = 0; i < numbers.length; i++) {
            String text = cell(cells, numbers[i]);
            if (!text.isEmpty()) {
                try {
                    values[i] = Integer.parseInt(text);
                } catch (NumberFormatException e) {
                    values[i] = 0;
                }
                if (values[i] < 1 || values[i] > LARGEST) {
                    return trouble(
                            row,
                            columns.indexOf(numbers[i]),
                            "'" + text + "' is no whole number from 1 to " + LARGEST + ": write one, or nothing");
                }
            }
        }
        if (cell(cells, "experiment").isEmpty()) {
            return trouble(
                    row,
                    columns.indexOf("experiment"),
                    "the experiment is missing: use im2im/segmentation or im2im/labelfree");
        }
        return new Row(
                row.line(),
                new Im2imTask(
                        row.line(),
                        cell(cells, "branch"),
                        cell(cells, "experiment"),
                        cell(cells, "trainer"),
                        values[0],
                        values[1],
                        mode == Im2imMode.TRAIN ? null : cell(cells, "checkpoint_path"),
                        cell(cells, "data_path"),
                        overrides),
                null);
    }

    private String cell(List<String> cells, String column) {
        int at = columns.indexOf(column);
        return at < 0 || at >= cells.size() ? "" : cells.get(at);
    }

    /** At commas outside quotes and brackets; quotes around values are dropped. */
    static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        int depth = 0;
        char quote = 0;
        for (char c : (text + ",").toCharArray()) {
            if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            } else if (c == ',' && depth == 0 && quote == 0) {
                if (!part.toString().isBlank()) {
                    parts.add(part.toString().strip());
                }
                part.setLength(0);
            } else {
                depth += quote != 0 ? 0 : c == '[' || c == '(' ? 1 : c == ']' || c == ')' ? -1 : 0;
                part.append(c);
            }
        }
        if (!part.toString().replace(",", "").isBlank()) {
            parts.add(part.toString().strip()); // a bracket or quote that is never closed: refused where it is read
        }
        return parts;
    }

    private Row trouble(CsvRow row, int column, String what) {
        String name = column >= 0 && column < columns.size() ? columns.get(column) : "number " + (column + 1);
        return new Row(row.line(), null, file + ", line " + row.line() + ", column " + name + ": " + what);
    }
}
