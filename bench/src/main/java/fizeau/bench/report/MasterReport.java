// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.files.Json;
import fizeau.bench.page.Block;
import fizeau.bench.page.Block.Figure;
import fizeau.bench.page.Block.Link;
import fizeau.bench.page.Block.Row;
import fizeau.bench.page.Block.Table;
import fizeau.bench.page.Cell;
import fizeau.bench.page.Report;
import fizeau.bench.page.Report.Headline;
import fizeau.bench.page.Report.Section;
import fizeau.bench.report.MasterSummary.Part;
import fizeau.bench.report.MasterSummary.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The index of a run of all parts: how each ended, the way to its pages, and the main figure of each. A part without a
 * result is named and hides nothing.
 */
public final class MasterReport {

    /** The figures of a part that the index shows. */
    private static final Map<String, List<String>> SHOWN = shown();

    private final MasterSummary record;
    private final Path folder;
    private final RecordCells cells;

    private MasterReport(MasterSummary record, Path folder) {
        this.record = record;
        this.folder = folder;
        this.cells = new RecordCells(Json.tree(record));
    }

    /** @param folder of the run, which holds the folders of the parts */
    public static Report of(MasterSummary record, Path folder) {
        return new MasterReport(record, folder).make();
    }

    private Report make() {
        long done = record.parts().stream()
                .filter(part -> part.state() == State.DONE)
                .count();
        List<Section> sections = new ArrayList<>();
        List<Block> result = new ArrayList<>();
        List<String> failures = record.parts().stream()
                .filter(part -> !part.reason().isEmpty())
                .map(part -> Sentences.title(part.command()) + ": " + part.reason())
                .toList();
        if (!failures.isEmpty()) {
            result.add(new Block.Notes(failures));
        }
        result.add(parts());
        result.add(new Block.Links(links()));
        sections.add(new Section("Parts", result));
        List<Headline> headlines = new ArrayList<>();
        for (Part part : record.parts()) {
            Path place = folder.resolve(part.folder());
            if (part.folder().isEmpty() || !Files.isRegularFile(place.resolve(TrainingFiles.RESULT))) {
                continue;
            }
            if (part.command().equals("compare")) {
                // what they are made from lies in the part's record, not in this one
                headlines.addAll(headlines(place));
            }
            List<Block> figures = new ArrayList<>();
            Figures.add(
                    figures,
                    Figures.beside(place).stream()
                            .map(figure -> below(part, figure))
                            .toList(),
                    SHOWN.getOrDefault(part.command(), List.of()).stream()
                            .map(name -> part.folder() + "/" + name)
                            .toArray(String[]::new));
            if (!figures.isEmpty()) {
                sections.add(new Section(Sentences.title(part.command()), figures));
            }
        }
        return new Report(
                "Everything, run " + record.runId(),
                done + " of " + record.parts().size()
                        + " parts have a result. Each part has a page of its own; this one shows the way.",
                headlines,
                sections,
                Json.text(record));
    }

    /** Empty when the part's record cannot be read: the others are shown all the same. */
    private static List<Headline> headlines(Path place) {
        try {
            return Rendering.of(place).report().headlines().stream()
                    .map(MasterReport::untraced)
                    .toList();
        } catch (IllegalArgumentException unreadable) {
            return List.of();
        }
    }

    private Table parts() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.parts().size(); i++) {
            String part = "/parts/" + i;
            rows.add(new Row(
                    record.parts().get(i).command(),
                    List.of(
                            cells.word(part + "/state", word -> word.toLowerCase(Locale.ROOT)),
                            cells.number(part + "/seconds", seconds -> String.format(Locale.ROOT, "%.0f", seconds)),
                            cells.words(part + "/arguments")),
                    "",
                    false));
        }
        return new Table("parts", "How each part ended", List.of("part", "state", "seconds", "command line"), rows);
    }

    private List<Link> links() {
        List<Link> links = new ArrayList<>();
        for (Part part : record.parts()) {
            for (String name : List.of(ReportFormat.HTML.file(), "report.txt", "manifest.json")) {
                if (!part.folder().isEmpty()
                        && Files.isRegularFile(folder.resolve(part.folder()).resolve(name))) {
                    links.add(new Link(Sentences.title(part.command()), part.folder() + "/" + name, what(name)));
                    break;
                }
            }
        }
        if (Files.isRegularFile(folder.resolve(MasterSummary.FILE))) {
            links.add(new Link("Master summary", MasterSummary.FILE, "the reports of all parts as text"));
        }
        return links;
    }

    private static String what(String name) {
        return name.endsWith(".html")
                ? "report with figures, tables and record"
                : name.endsWith(".txt") ? "report as text" : "what there is of it";
    }

    private static Figure below(Part part, Figure figure) {
        return new Figure(part.folder() + "/" + figure.name(), figure.caption(), figure.png(), figure.svg());
    }

    private static Headline untraced(Headline headline) {
        return new Headline(
                Cell.words(headline.figure().text()),
                headline.unit(),
                headline.label(),
                headline.detail(),
                headline.verdict());
    }

    private static Map<String, List<String>> shown() {
        Map<String, List<String>> shown = new LinkedHashMap<>();
        shown.put("compare", List.of("speedup", "panels", "loss_against_time"));
        shown.put("ablate", List.of(AblationPictures.WATERFALL, AblationPictures.SWITCHES));
        shown.put("caches", List.of(CachesPicture.NAME));
        return shown;
    }
}
