// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.page;

import java.util.ArrayList;
import java.util.List;

/** The tables of a report as LaTeX: plain {@code tabular} in {@code table}, no package needed. */
public final class LatexTables {

    private LatexTables() {}

    public static String of(Report report) {
        StringBuilder text = new StringBuilder("% " + report.title().replaceAll("\\R", " ") + "\n");
        report.tables().forEach(table -> append(text, table));
        return text.toString();
    }

    private static void append(StringBuilder text, Block.Table table) {
        boolean kinds = table.hasKinds();
        int numbers = table.header().size() - 1;
        text.append("\n\\begin{table}\n\\caption{")
                .append(escape(table.caption()))
                .append("}\n\\label{tab:");
        text.append(table.name()).append("}\n\\centering\n\\begin{tabular}{l").append("r".repeat(numbers));
        text.append(kinds ? "l" : "").append("}\n\\hline\n");
        List<String> header = new ArrayList<>(table.header());
        if (kinds) {
            header.add("kind");
        }
        line(text, header, "");
        text.append("\\hline\n");
        for (Block.Row row : table.rows()) {
            List<String> cells = new ArrayList<>();
            cells.add(row.label());
            row.cells().forEach(cell -> cells.add(cell.text()));
            if (kinds) {
                cells.add(row.kind());
            }
            line(text, cells, row.detail() ? "\\quad " : "");
        }
        text.append("\\hline\n\\end{tabular}\n\\end{table}\n");
    }

    private static void line(StringBuilder text, List<String> cells, String indent) {
        String joined =
                String.join(" & ", cells.stream().map(LatexTables::escape).toList());
        text.append(indent).append(joined).append(" \\\\\n");
    }

    static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char c : text.toCharArray()) {
            switch (c) {
                case '\\' -> escaped.append("\\textbackslash{}");
                case '~' -> escaped.append("\\textasciitilde{}");
                case '^' -> escaped.append("\\textasciicircum{}");
                case '<' -> escaped.append("\\textless{}");
                case '>' -> escaped.append("\\textgreater{}");
                case '\u00d7' -> escaped.append("$\\times$");
                case '\u2212' -> escaped.append("$-$");
                case '&', '%', '$', '#', '_', '{', '}' -> escaped.append('\\').append(c);
                case '\n', '\r' -> escaped.append(' ');
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
