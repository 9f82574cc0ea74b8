// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.page.Block;
import fizeau.bench.page.Cell;
import fizeau.bench.page.HtmlPage;
import fizeau.bench.page.Report;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Renderings of one record: the same numbers everywhere, nothing from outside, and pages that can be looked at. */
class ReportPagesTest {
    @TempDir
    private static Path root;

    private static MadeUpRun run;
    private static Report report;
    private static String html;

    @BeforeAll
    static void aRun() throws Exception {
        Map<String, Double> seconds = new LinkedHashMap<>();
        seconds.put("baseline", 6.0);
        seconds.put("baseline-once", 4.5);
        seconds.put("optimized", 1.5);
        run = MadeUpRun.of(root, seconds).write();
        report = TrainingReport.of(run.record(), Figures.beside(run.folder().path()));
        html = Files.readString(run.folder().path().resolve("report.html"));
    }

    @Test
    void everyCellComesFromWhereItSaysInTheRecord() {
        JsonNode record = Json.tree(run.record());
        List<Cell> traceable = report.tables()
                .flatMap(table -> table.rows().stream())
                .flatMap(row -> row.cells().stream())
                .filter(Cell::traceable)
                .toList();
        assertThat(traceable).hasSizeGreaterThan(120);
        for (Cell cell : traceable) {
            JsonNode found = record.at(cell.pointer().replaceAll("/\\*.*", ""));
            assertThat(found.isMissingNode()).as(cell.pointer()).isFalse();
            if (found.isNumber() && !cell.exact().contains(" to ")) {
                assertThat(Double.parseDouble(cell.exact())).as(cell.pointer()).isEqualTo(found.doubleValue());
                if (cell.text().matches("[\\d.]+")) {
                    double shown = Double.parseDouble(cell.text());
                    double unit = cell.pointer().matches(".*(Memory|native|Heap)Bytes") ? 1e6 : 1;
                    double rounding = Math.max(5.1e-5, 1e-3 * Math.abs(found.doubleValue() / unit));
                    double largest = unit > 1 ? 0.5 : rounding; // whole megabytes
                    assertThat(shown).as(cell.pointer()).isCloseTo(found.doubleValue() / unit, within(largest));
                }
            }
        }
    }

    @Test
    void numbersOfEveryKindAreMarked() {
        Set<String> kinds = new HashSet<>();
        report.tables().flatMap(table -> table.rows().stream()).forEach(row -> kinds.add(row.kind()));
        assertThat(kinds).contains("measured", "derived", "published");
        assertThat(html).contains("class=\"kind measured\"", "class=\"kind derived\"", "class=\"kind published\"");
        Block.Table published = report.tables()
                .filter(table -> table.name().equals("published"))
                .findFirst()
                .orElseThrow();
        assertThat(published.rows()).allMatch(row -> row.kind().equals("published"));
    }

    @Test
    void thePageNeedsNothingFromOutsideAndEscapesWhatItIsGiven() {
        assertThat(html).doesNotContain("<script").doesNotContain("<link").doesNotContain("@import");
        assertThat(html).contains("&lt;script&gt;alert(1)");
        String own = html.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        assertThat(own).doesNotContainPattern("(?:src|href|action|data)=\"(?!#|data:image/png;base64,)");
        assertThat(own).doesNotContainPattern("url\\(|https?://");
        assertThat(html).contains("<caption>", "scope=\"row\"", "prefers-color-scheme: dark", "name=\"viewport\"");
    }

    @Test
    void everyFigureIsInlineAsVectors() {
        assertThat(report.figures().map(Block.Figure::name))
                .contains("speedup.png", "panels.png", "loss_against_time.png", "coverage.png", "iteration_times.png");
        long figures = report.figures().count();
        assertThat(Pattern.compile("<svg xmlns").matcher(html).results()).hasSize((int) figures);
        assertThat(html).doesNotContain("<img");
    }

    @Test
    void aForeignFigureIsShownAsAPictureOnly() {
        Block.Figure trap = new Block.Figure(
                "speedup.png",
                "trap",
                new byte[] {1, 2, 3},
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"><script>alert(1)</script></svg>");
        String page = HtmlPage.of(TrainingReport.of(run.record(), List.of(trap)));
        assertThat(page).doesNotContain("<script").contains("<img alt=\"trap\" src=\"data:image/png;base64,AQID\"");
    }

    @Test
    void markdownCsvAndLatexHoldTheSameNumbers() {
        String seconds = Numbers.plain(run.record().variants().get("optimized").trainingSeconds());
        String markdown =
                ReportFormat.MARKDOWN.render(run.record(), run.folder().path());
        String latex = ReportFormat.LATEX.render(run.record(), run.folder().path());
        String csv = ReportFormat.CSV.render(run.record(), run.folder().path());
        assertThat(markdown).containsPattern("\\| training, s \\| .*" + seconds + " \\| measured \\|");
        assertThat(markdown).contains("![", "](speedup.png)").doesNotContain("<script");
        assertThat(latex).containsPattern("training, s & .*" + seconds + " & measured \\\\\\\\");
        assertThat(latex).contains("\\begin{tabular}{lrrrl}").doesNotContain("toprule");
        assertThat(latex.replace("\\%", "").replaceAll("(?m)^%.*", "")).doesNotContain("%");
        assertThat(csv.lines().findFirst()).hasValue("table,row,column,kind,shown,value,from");
        assertThat(csv)
                .contains("times,\"training, s\",optimized,measured," + seconds + ","
                        + run.record().variants().get("optimized").trainingSeconds()
                        + ",/variants/optimized/trainingSeconds");
    }

    @Test
    void thePageCanBeLookedAt() throws Exception {
        Browser browser = new Browser(root);
        Path page = run.folder().path().resolve("report.html");
        BufferedImage light = browser.light(page, "training");
        BufferedImage dark = browser.dark(page, "training");
        assertThat(light.getRGB(3, 3) & 0xffffff).isEqualTo(0xffffff);
        assertThat(dark.getRGB(3, 3) & 0xffffff).isEqualTo(0x14181d);
        assertThat(Browser.colours(light)).isGreaterThan(100);
        assertThat(Browser.colours(dark)).isGreaterThan(100);
    }
}
