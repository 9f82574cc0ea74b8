// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.page.CsvCells;
import fizeau.bench.page.HtmlPage;
import fizeau.bench.page.LatexTables;
import fizeau.bench.page.MarkdownPage;
import fizeau.bench.training.TrainingRecord;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a report can be rendered as. */
public enum ReportFormat {
    TEXT("txt"),
    MARKDOWN("md"),
    HTML("html"),
    CSV("csv"),
    LATEX("tex");

    private final String ending;

    ReportFormat(String ending) {
        this.ending = ending;
    }

    /** Name of the rendered file. */
    public String file() {
        return "report." + ending;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException in one sentence for a word that is none */
    public static ReportFormat parse(String word) {
        return Arrays.stream(values())
                .filter(format -> format.word().equals(word.strip().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--format " + word + " is unknown: use "
                        + Arrays.stream(values()).map(ReportFormat::word).collect(Collectors.joining(", "))));
    }

    public String render(Rendering rendering) {
        return switch (this) {
            case TEXT -> rendering.text();
            case MARKDOWN -> MarkdownPage.of(rendering.report());
            case HTML -> HtmlPage.of(rendering.report());
            case CSV -> CsvCells.of(rendering.report());
            case LATEX -> LatexTables.of(rendering.report());
        };
    }

    /** @param folder where the record's figures lie */
    public String render(TrainingRecord record, Path folder) {
        return render(Rendering.of(record, folder));
    }
}
