// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.latex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces the cells under {@code it/s} and {@code Wall Time} in one model's row of each equation's block. What is not clear
 * beyond doubt, which table, column, block or row, is refused.
 */
public final class SpeedTable {
    private static final Pattern TABULAR =
            Pattern.compile("\\\\begin\\{(tabular[x*]?)}(.*?)\\\\end\\{\\1}", Pattern.DOTALL);
    private static final Pattern TABLE = Pattern.compile("\\\\begin\\{(table\\*?)}.*?\\\\end\\{\\1}", Pattern.DOTALL);
    private static final String SPEED = "it/s";
    private static final String WALL = "wall time";

    private static final Pattern MATHEMATICS = Pattern.compile("(?<!\\\\)\\$[^$\n]*\\$");
    private static final Pattern PLUS_MINUS = Pattern.compile("\u00c2?\u00b1"); // UTF-8 read byte by byte, or Latin-1

    private final String text;
    private final Span body;
    private final List<List<Span>> rows;
    private final int speedColumn;
    private final int wallColumn;

    /** New contents of the two cells, without blanks around them. */
    public record Cells(String speed, String wall) {}

    private record Replacement(Span place, String words) {}

    /**
     * Finds the table.
     *
     * @param text the whole file, one character a byte so that nothing is lost
     * @param label of the table, such as {@code tab:interpolation_results}; null where the file has one with these columns
     */
    public SpeedTable(String text, String label) {
        this.text = text;
        List<List<List<Span>>> candidates = new ArrayList<>();
        List<Span> bodies = new ArrayList<>();
        Matcher tabular = TABULAR.matcher(text);
        Span region = region(text, label);
        while (tabular.find()) {
            if (tabular.start() >= region.from() && tabular.end() <= region.to()) {
                List<List<Span>> found = TableRows.of(text, new Span(tabular.start(2), tabular.end(2)));
                if (found.stream().anyMatch(this::isHeader)) {
                    candidates.add(found);
                    bodies.add(new Span(tabular.start(2), tabular.end(2)));
                }
            }
        }
        if (candidates.size() != 1) {
            throw new IllegalArgumentException(
                    "there are " + candidates.size() + " tables with the columns it/s and Wall"
                            + " Time" + (label == null ? "" : " under label " + label) + " where one is needed: "
                            + (candidates.isEmpty() ? "name another file or label" : "name one with --label"));
        }
        this.rows = candidates.get(0);
        this.body = bodies.get(0);
        List<List<Span>> headers = rows.stream().filter(this::isHeader).toList();
        if (headers.size() != 1) {
            throw new IllegalArgumentException(
                    "the table has " + headers.size() + " header rows with it/s and Wall Time: leave one");
        }
        this.speedColumn = column(headers.get(0), SPEED);
        this.wallColumn = column(headers.get(0), WALL);
    }

    private static Span region(String text, String label) {
        if (label == null) {
            return new Span(0, text.length());
        }
        Matcher table = TABLE.matcher(text);
        List<Span> found = new ArrayList<>();
        while (table.find()) {
            if (table.group().contains("\\label{" + label + "}")) {
                found.add(new Span(table.start(), table.end()));
            }
        }
        if (found.size() != 1) {
            throw new IllegalArgumentException("label " + label + " stands in " + found.size()
                    + " tables where one is needed: use the label of one table");
        }
        return found.get(0);
    }

    private boolean isHeader(List<Span> row) {
        return count(row, SPEED) > 0 && count(row, WALL) > 0;
    }

    private long count(List<Span> row, String start) {
        return row.stream().filter(cell -> heads(cell, start)).count();
    }

    private boolean heads(Span cell, String start) {
        return TableRows.words(cell.of(text)).toLowerCase(Locale.ROOT).startsWith(start);
    }

    private int column(List<Span> header, String start) {
        if (count(header, start) != 1) {
            throw new IllegalArgumentException(
                    "the header names " + start + " in " + count(header, start) + " columns: it must be one");
        }
        int column = 0;
        while (!heads(header.get(column), start)) {
            column++;
        }
        return column;
    }

    /**
     * The text with new cells.
     *
     * @param model words of the row's first cell
     * @param cells by the equation's name as the blocks call it
     */
    public String with(String model, Map<String, Cells> cells) {
        List<Replacement> replacements = new ArrayList<>();
        cells.forEach((equation, cell) -> {
            List<Span> row = row(model, equation);
            replacements.add(new Replacement(row.get(speedColumn).stripped(text), cell.speed()));
            replacements.add(new Replacement(row.get(wallColumn).stripped(text), cell.wall()));
        });
        replacements.sort(
                Comparator.comparingInt(replacement -> -replacement.place().from()));
        StringBuilder changed = new StringBuilder(text);
        for (Replacement replacement : replacements) {
            changed.replace(replacement.place().from(), replacement.place().to(), replacement.words());
        }
        return changed.toString();
    }

    /** The text with each plus-minus sign in this table's mathematics as the command {@code \pm}; elsewhere it may not stand. */
    public String withPlusMinusAsCommand() {
        String changed = MATHEMATICS
                .matcher(body.of(text))
                .replaceAll(formula -> Matcher.quoteReplacement(
                        PLUS_MINUS.matcher(formula.group()).replaceAll(Matcher.quoteReplacement("\\pm"))));
        return text.substring(0, body.from()) + changed + text.substring(body.to());
    }

    private List<Span> row(String model, String equation) {
        Map<Integer, String> blocks = blocks();
        List<Integer> starts = blocks.entrySet().stream()
                .filter(block -> TableRows.letters(block.getValue()).startsWith(TableRows.letters(equation)))
                .map(Map.Entry::getKey)
                .toList();
        if (starts.size() != 1) {
            throw new IllegalArgumentException("the table has " + starts.size() + " blocks for " + equation
                    + " where one is needed; its blocks are " + String.join(", ", blocks.values())
                    + ": name another table or leave the equation out");
        }
        int from = starts.get(0) + 1;
        int to = blocks.keySet().stream()
                .filter(start -> start >= from)
                .findFirst()
                .orElse(rows.size());
        List<List<Span>> found = rows.subList(from, to).stream()
                .filter(row -> TableRows.words(row.get(0).of(text)).equals(model))
                .toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException("block " + equation + " has " + found.size() + " rows for " + model
                    + " where one is needed: name the row with --row");
        }
        List<Span> row = found.get(0);
        if (row.size() <= Math.max(speedColumn, wallColumn)) {
            throw new IllegalArgumentException("row " + model + " of block " + equation + " has " + row.size()
                    + " cells, but it/s and Wall Time are columns " + (speedColumn + 1) + " and " + (wallColumn + 1)
                    + ": repair the table");
        }
        for (int column : new int[] {speedColumn, wallColumn}) {
            String cell = row.get(column).of(text);
            if (cell.contains("%") && !cell.contains("\\%")) {
                throw new IllegalArgumentException("a cell to be changed in row " + model + " of block " + equation
                        + " holds a comment: move the comment elsewhere");
            }
        }
        return row;
    }

    /** Rows that are one cell over several columns and say something, by their place. */
    private Map<Integer, String> blocks() {
        Map<Integer, String> blocks = new TreeMap<>();
        for (int i = 0; i < rows.size(); i++) {
            List<Span> row = rows.get(i);
            String first = row.get(0).of(text).replaceAll("(?<!\\\\)%[^\\n]*", "");
            if (row.size() == 1 && first.contains("\\multicolumn")) {
                blocks.put(i, TableRows.words(first));
            }
        }
        return blocks;
    }

    /** Changed lines, the old ones with a minus and the new ones with a plus; empty when nothing changed. */
    public static String difference(String before, String after) {
        List<String> old = Arrays.asList(before.split("\n", -1));
        List<String> now = Arrays.asList(after.split("\n", -1));
        if (old.size() != now.size()) {
            throw new IllegalStateException("cells hold no line breaks, yet the number of lines changed");
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < old.size(); i++) {
            if (!old.get(i).equals(now.get(i))) {
                text.append("line ").append(i + 1).append('\n');
                text.append("- ").append(old.get(i)).append('\n');
                text.append("+ ").append(now.get(i)).append('\n');
            }
        }
        return text.toString();
    }
}
