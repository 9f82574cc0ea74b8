// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.page;

import java.util.ArrayList;
import java.util.List;

/** A report as Markdown with tables; figures are linked beside it. */
public final class MarkdownPage {
    private final StringBuilder text = new StringBuilder();

    private MarkdownPage() {}

    public static String of(Report report) {
        return new MarkdownPage().write(report);
    }

    private String write(Report report) {
        text.append("# ").append(escape(report.title())).append("\n\n").append(escape(report.summary()));
        text.append("\n");
        for (Report.Headline headline : report.headlines()) {
            text.append("\n**")
                    .append(escape(headline.figure().text() + headline.unit()))
                    .append("** ");
            text.append(escape(headline.label()))
                    .append(" (")
                    .append(escape(headline.detail()))
                    .append("): **");
            text.append(escape(headline.verdict())).append("**\n");
        }
        for (Report.Section section : report.sections()) {
            text.append("\n## ").append(escape(section.title())).append('\n');
            section.blocks().forEach(this::block);
        }
        return text.toString();
    }

    private void block(Block block) {
        text.append('\n');
        if (block instanceof Block.Paragraph paragraph) {
            text.append(escape(paragraph.text())).append('\n');
        } else if (block instanceof Block.Notes notes) {
            notes.sentences()
                    .forEach(sentence ->
                            text.append("- ").append(escape(sentence)).append('\n'));
        } else if (block instanceof Block.Points points) {
            points.sentences()
                    .forEach(sentence ->
                            text.append("- ").append(escape(sentence)).append('\n'));
        } else if (block instanceof Block.Links links) {
            links.links()
                    .forEach(link -> text.append("- [")
                            .append(escape(link.text()))
                            .append("](<")
                            .append(link.target())
                            .append(">) ")
                            .append(escape(link.detail()))
                            .append('\n'));
        } else if (block instanceof Block.Table table) {
            table(table);
        } else if (block instanceof Block.Figure figure) {
            text.append("![")
                    .append(escape(figure.caption()))
                    .append("](")
                    .append(figure.name())
                    .append(")\n");
        } else {
            throw new IllegalStateException("no rendering for " + block);
        }
    }

    private void table(Block.Table table) {
        boolean kinds = table.hasKinds();
        text.append("**").append(escape(table.caption())).append("**\n\n");
        List<String> header = new ArrayList<>(table.header());
        if (kinds) {
            header.add("kind");
        }
        line(header);
        List<String> rule = new ArrayList<>();
        for (int i = 0; i < header.size(); i++) {
            rule.add(i == 0 || (kinds && i == header.size() - 1) ? "---" : "---:");
        }
        text.append("| ").append(String.join(" | ", rule)).append(" |\n");
        for (Block.Row row : table.rows()) {
            List<String> cells = new ArrayList<>();
            cells.add(row.label());
            row.cells().forEach(cell -> cells.add(cell.text()));
            if (kinds) {
                cells.add(row.kind());
            }
            line(cells);
        }
    }

    private void line(List<String> cells) {
        text.append("| ")
                .append(String.join(
                        " | ", cells.stream().map(MarkdownPage::escape).toList()));
        text.append(" |\n");
    }

    /** Escapes what would be markup; a line break would end a table's row. */
    static String escape(String text) {
        return text.replaceAll("([\\\\`*_\\[\\]|])", "\\\\$1")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replaceAll("\\s*\\R\\s*", " ");
    }
}
