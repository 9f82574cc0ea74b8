// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A report as one HTML file that needs nothing else: style, figures and the record itself are inside. It follows the
 * reader's choice of light or dark and fits a phone. Each number that the record holds carries its place in it, and its
 * full value, as a tooltip.
 */
public final class HtmlPage {
    private static final String STYLE = "/fizeau/bench/report.css";

    /** Inlined, a foreign file could bring scripts and addresses; our own figures have none of these. */
    private static final Pattern UNSAFE = Pattern.compile(
            "<script|<foreignObject|<style|<!|javascript:|\\son\\w+\\s*=|url\\(", Pattern.CASE_INSENSITIVE);

    private static final Pattern ADDRESS = Pattern.compile("href\\s*=\\s*[\"'](?!data:image/png;base64,)");
    private static final Pattern ROOT =
            Pattern.compile("^<svg ([^>]*?) width=\"([\\d.]+)\" height=\"([\\d.]+)\"([^>]*)>");

    /** Words that stand alone in a cell and are coloured, and what they are coloured as. */
    private static final Map<String, String> STATUS = Map.ofEntries(
            Map.entry("pass", "pass"),
            Map.entry("fail", "fail"),
            Map.entry("info", "info"),
            Map.entry("done", "pass"),
            Map.entry("failed", "fail"),
            Map.entry("unavailable", "warn"),
            Map.entry("faster", "pass"),
            Map.entry("slower", "fail"),
            Map.entry("same", "info"),
            Map.entry("unclear", "warn"),
            Map.entry("pays", "pass"),
            Map.entry("does not pay", "fail"));

    private final Report report;
    private final Html html = new Html();
    private int figures;

    private HtmlPage(Report report) {
        this.report = report;
    }

    public static String of(Report report) {
        return new HtmlPage(report).write();
    }

    private String write() {
        html.trusted("<!DOCTYPE html>\n");
        html.open("html", "lang", "en").open("head");
        html.empty("meta", "charset", "utf-8");
        html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.empty("meta", "name", "color-scheme", "content", "light dark");
        html.element("title", report.title());
        html.open("style").trusted(style()).close();
        html.close();
        html.open("body").open("main");
        header();
        for (Report.Section section : report.sections()) {
            String id = id(section.title());
            html.open("section", "id", id).element("h2", section.title());
            section.blocks().forEach(this::block);
            html.close();
        }
        record();
        html.close().close().close();
        return html.toString();
    }

    private void header() {
        html.open("header");
        html.element("p", "Fizeau", "class", "brand").element("h1", report.title());
        html.element("p", report.summary(), "class", "summary");
        html.open("div", "class", "headlines");
        for (Report.Headline headline : report.headlines()) {
            html.open("div", "class", "headline");
            html.element("span", headline.verdict(), "class", "verdict " + tone(headline.verdict()));
            html.open(
                    "p", "class", "figure", "title", tooltip(headline.figure()), "data-from", from(headline.figure()));
            html.text(headline.figure().text()).element("span", headline.unit(), "class", "unit");
            html.close();
            html.element("p", headline.label(), "class", "label");
            html.element("p", headline.detail(), "class", "detail");
            html.close();
        }
        html.close();
        html.open("nav", "aria-label", "sections");
        report.sections().forEach(section -> html.element("a", section.title(), "href", "#" + id(section.title())));
        html.close().close();
    }

    private static String tone(String verdict) {
        return switch (verdict) {
            case "FASTER", "PAYS" -> "good";
            case "SLOWER", "DOES NOT PAY" -> "bad";
            case "SAME" -> "even";
            default -> "open";
        };
    }

    private void block(Block block) {
        if (block instanceof Block.Paragraph paragraph) {
            html.element("p", paragraph.text());
        } else if (block instanceof Block.Notes notes) {
            html.open("ul", "class", "notes");
            notes.sentences().forEach(sentence -> html.element("li", sentence));
            html.close();
        } else if (block instanceof Block.Points points) {
            html.open("ul", "class", "points");
            points.sentences().forEach(sentence -> html.element("li", sentence));
            html.close();
        } else if (block instanceof Block.Links links) {
            html.open("ul", "class", "links");
            for (Block.Link link : links.links()) {
                html.open("li").element("a", link.text(), "href", link.target());
                html.element("span", link.detail(), "class", "detail").close();
            }
            html.close();
        } else if (block instanceof Block.Table table) {
            table(table);
        } else if (block instanceof Block.Figure figure) {
            figure(figure);
        } else {
            throw new IllegalStateException("no rendering for " + block);
        }
    }

    private void table(Block.Table table) {
        boolean kinds = table.hasKinds();
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", table.caption());
        html.open("table").open("caption").element("span", table.caption()).close();
        html.open("thead").open("tr");
        for (int i = 0; i < table.header().size(); i++) {
            html.element(
                    "th", table.header().get(i), "scope", "col", "class", isNumeric(table, i - 1) ? "number" : null);
        }
        if (kinds) {
            html.element("th", "kind", "scope", "col");
        }
        html.close().close().open("tbody");
        for (Block.Row row : table.rows()) {
            html.open("tr", "class", row.detail() ? "part" : null);
            html.element("th", row.label(), "scope", "row");
            row.cells().forEach(this::cell);
            if (kinds) {
                html.open("td")
                        .element("span", row.kind(), "class", "kind " + row.kind())
                        .close();
            }
            html.close();
        }
        html.close().close().close();
    }

    private void cell(Cell cell) {
        String word = cell.text().toLowerCase(Locale.ROOT);
        String status = STATUS.get(word);
        html.open("td", "class", isNumber(cell) ? "number" : "words", "title", tooltip(cell), "data-from", from(cell));
        if (status != null) {
            html.element("span", cell.text(), "class", "status " + status);
        } else {
            html.text(cell.text());
        }
        html.close();
    }

    private static boolean isNumeric(Block.Table table, int column) {
        return column >= 0
                && table.rows().stream().allMatch(row -> isNumber(row.cells().get(column)));
    }

    /** Digits, perhaps with an interval or a unit of a few letters, or a dash for what is unknown. */
    private static boolean isNumber(Cell cell) {
        return cell.text().matches("-|[-+]?\\d[\\d.e+-]*( to [-+]?\\d[\\d.e+-]*| %| ns| us| ms|\u00d7)?");
    }

    private static String from(Cell cell) {
        return cell.traceable() ? cell.pointer() : null;
    }

    private static String tooltip(Cell cell) {
        return cell.traceable() ? cell.pointer() + (cell.exact().isEmpty() ? "" : " = " + cell.exact()) : null;
    }

    private void figure(Block.Figure figure) {
        String caption = "figure-" + ++figures;
        html.open("figure", "aria-labelledby", caption);
        html.open("div", "class", "scroll plot", "tabindex", "0", "role", "region", "aria-label", figure.caption());
        if (figure.svg() != null && isOurs(figure.svg())) {
            html.trusted(inline(figure.svg(), caption));
        } else if (figure.png() != null) {
            String data = Base64.getEncoder().encodeToString(figure.png());
            html.empty("img", "alt", figure.caption(), "src", "data:image/png;base64," + data);
        }
        html.close().element("figcaption", figure.caption(), "id", caption).close();
    }

    private static boolean isOurs(String svg) {
        return ROOT.matcher(svg).find()
                && !UNSAFE.matcher(svg).find()
                && !ADDRESS.matcher(svg).find();
    }

    /** Takes the size out, so that the style sheet can set it, and keeps it as the largest that makes sense. */
    private static String inline(String svg, String caption) {
        Matcher root = ROOT.matcher(svg);
        String start = "<svg $1 style=\"max-width:$2px\" aria-labelledby=\"" + caption + "\"$4>";
        return root.replaceFirst(start);
    }

    private void record() {
        html.open("section", "id", "record").element("h2", "Record");
        html.element(
                "p",
                "Every number above is taken or computed from this record; hold the pointer over a number to see from"
                        + " where.");
        html.open("details").element("summary", "Show the record as JSON");
        html.element("pre", report.record(), "class", "record").close().close();
    }

    private static String id(String title) {
        return title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }

    private static String style() {
        try (InputStream in = HtmlPage.class.getResourceAsStream(STYLE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the style sheet " + STYLE + " cannot be read", e);
        }
    }
}
