// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.page.CsvCells;
import fizeau.bench.page.HtmlPage;
import fizeau.bench.page.LatexTables;
import fizeau.bench.page.MarkdownPage;
import fizeau.bench.page.Report;
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

    /** @param folder where the record's figures lie */
    public String render(TrainingRecord record, Path folder) {
        if (this == TEXT) {
            return TrainingText.of(record);
        }
        Report report = TrainingReport.of(record, Figures.beside(folder));
        return switch (this) {
            case MARKDOWN -> MarkdownPage.of(report);
            case HTML -> HtmlPage.of(report);
            case CSV -> CsvCells.of(report);
            case LATEX -> LatexTables.of(report);
            case TEXT -> throw new IllegalStateException("rendered above");
        };
    }
}
