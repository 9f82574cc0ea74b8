// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fizeau.bench.ablation.MadeUpAblation;
import fizeau.bench.caches.MadeUpCaches;
import fizeau.bench.files.Json;
import fizeau.bench.page.Block;
import fizeau.bench.page.Cell;
import fizeau.bench.report.MasterSummary.Part;
import fizeau.bench.report.MasterSummary.State;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages and gates of ablations, of cache micro benchmarks, and of a run of everything. */
class LabPagesTest {

    @TempDir
    private static Path root;

    private static Path everything;

    @BeforeAll
    static void runs() {
        everything = root.resolve("all");
        Path ablation = MadeUpAblation.write(everything, 1.5);
        Path caches = MadeUpCaches.write(everything, 1);
        Path compare = MadeUpResult.write(everything, 2);
        MasterSummary summary = new MasterSummary(
                MasterSummary.SCHEMA,
                "20260102-030405",
                "all/20260102-030405",
                List.of(
                        part("baseline", State.FAILED, "ended with exit code 2 (no memory <left>)", ""),
                        part("compare", State.DONE, "", "compare/" + compare.getFileName()),
                        part("ablate", State.DONE, "", "ablate/" + ablation.getFileName()),
                        part("caches", State.DONE, "", "caches/" + caches.getFileName())));
        Json.write(everything.resolve("result.json"), summary);
    }

    private static Part part(String command, State state, String reason, String folder) {
        return new Part(
                command, List.of(command, "--rounds", "5"), state, 0, 12, reason, folder, "report of " + command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ablate", "caches"})
    void everyCellComesFromWhereItSaysInTheRecord(String command) {
        JsonNode record = Json.readTree(folder(command).resolve("result.json"));
        List<Cell> traceable = Rendering.of(folder(command))
                .report()
                .tables()
                .flatMap(table -> table.rows().stream())
                .flatMap(row -> row.cells().stream())
                .filter(Cell::traceable)
                .toList();
        assertThat(traceable).hasSizeGreaterThan(150);
        for (Cell cell : traceable) {
            JsonNode found = record.at(cell.pointer());
            assertThat(found.isMissingNode()).as(cell.pointer()).isFalse();
            if (found.isNumber() && !cell.exact().contains(" to ")) {
                assertThat(Double.parseDouble(cell.exact())).as(cell.pointer()).isEqualTo(found.doubleValue());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"ablate, 3", "caches, 1"})
    void everyFormatIsThereAndThePageNeedsNothingFromOutside(String command, int figures) throws Exception {
        Rendering rendering = Rendering.of(folder(command));
        String html = ReportFormat.HTML.render(rendering);
        assertThat(Files.readString(folder(command).resolve("report.html"))).isEqualTo(html);
        assertThat(Pattern.compile("<svg xmlns").matcher(html).results()).hasSize(figures);
        assertThat(html.replace("xmlns=\"http://www.w3.org/2000/svg\"", ""))
                .doesNotContain("<script", "<link", "@import", "https://", "http://", "<img")
                .doesNotContainPattern("(?:src|href|action|data)=\"(?!#|data:image/png;base64,)");
        assertThat(ReportFormat.MARKDOWN.render(rendering)).contains("| --- |", "![");
        assertThat(ReportFormat.LATEX.render(rendering))
                .contains("\\begin{tabular}")
                .doesNotContain("<");
        assertThat(ReportFormat.CSV.render(rendering)).startsWith("table,row,column,kind,shown,value,from");
        assertThat(ReportFormat.TEXT.render(rendering)).startsWith("Fizeau " + command + ", run");
        assertThat(folder(command).resolve("manifest.json")).content().contains("\"state\" : \"complete\"");
    }

    @Test
    void anAblationSaysWhichCachesPayAndWhatTheRealLoopHits() {
        Rendering rendering = Rendering.of(folder("ablate"));
        for (String shown : List.of(rendering.text(), ReportFormat.HTML.render(rendering))) {
            assertThat(shown.toLowerCase())
                    .contains("the measurement cache pays for this workload")
                    .contains(
                            "in the real training loop, which measures once per position, 0.0 % would hit and it would"
                                    + " not pay")
                    .contains("ceiling")
                    .contains("where an iteration goes")
                    .contains("published");
        }
        Block.Table steps = table(rendering, "steps");
        assertThat(steps.rows()).hasSize(8);
        assertThat(steps.rows().get(3).cells().get(2).text()).isEqualTo("0.9905\u00d7"); // 10.4 s, then 10.5
        assertThat(folder("ablate").resolve("ablation_waterfall.png")).isNotEmptyFile();
        assertThat(folder("ablate").resolve("ablation_waterfall.svg")).isNotEmptyFile();
        assertThat(table(rendering, "published").rows())
                .allMatch(row -> row.kind().equals("published"));
    }

    @Test
    void cachesTellTheLoopOfTheBenchmarkFromTheRealOne() {
        Rendering rendering = Rendering.of(folder("caches"));
        assertThat(rendering.text())
                .contains(
                        "the measurement cache pays at 512 pixels where each value is asked for 50 times (98.0 % hits)")
                .contains("0.0 % would hit and it would not pay")
                .contains("the real training loop asks in every iteration too");
        assertThat(rendering.report().headlines())
                .extracting(headline -> headline.verdict())
                .containsExactly("BENCHMARK ONLY", "PAYS", "PAYS", "PAYS");
        assertThat(table(rendering, "ours").rows()).hasSize(5);
    }

    @Test
    void theIndexLeadsToEveryPartAndHidesNoFailure() {
        Rendering rendering = Rendering.of(everything);
        String html = ReportFormat.HTML.render(rendering);
        assertThat(html)
                .contains("href=\"ablate/20260102-030405/report.html\"", "href=\"caches/20260102-030405/report.html\"")
                .contains("href=\"compare/20260102-030405/report.txt\"") // that run wrote no pages
                .contains("no memory &lt;left&gt;", "optimized over baseline", "3 of 4 parts have a result")
                .doesNotContain("<script", "<link", "<img");
        assertThat(Pattern.compile("<svg xmlns").matcher(html).results()).hasSize(3);
        String elsewhere = ReportFormat.HTML.render(
                new Rendering(rendering.text(), rendering.report().linkedBy("../results/")));
        assertThat(elsewhere).contains("href=\"../results/ablate/20260102-030405/report.html\"");
        assertThatThrownBy(() -> new Block.Link("out", "https://example.org", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("only files beside the page or below");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ablate | /workload/epochs | 7 | differ in workload epochs (5 and 7)",
                "ablate | /threads | 9 | differ in threads (1 and 9)",
                "ablate | /device | cuda | differ in device (cpu and cuda)",
                "ablate | /protocol/warmUp/maxSeconds | 9 | differ in protocol warm-up maxSeconds",
                "caches | /threads | 9 | differ in threads (1 and 9)",
                "caches | /device | cuda | differ in device (cpu and cuda)",
                "caches | /environment/processor/model | other | differ in processor model",
                "caches | /secondsPerCall | 0.5 | differ in seconds per call (0.001 and 0.5)",
                "caches | /protocol/level | 0.9 | differ in protocol level (0.95 and 0.9)"
            })
    void theGateNamesWhatDiffers(String command, String pointer, String value, String words) throws Exception {
        ObjectNode tree = (ObjectNode) Json.readTree(folder(command).resolve("result.json"));
        int cut = pointer.lastIndexOf('/');
        ObjectNode parent = (ObjectNode) tree.at(pointer.substring(0, cut));
        String name = pointer.substring(cut + 1);
        if (parent.get(name).isIntegralNumber()) {
            parent.put(name, Integer.parseInt(value));
        } else if (parent.get(name).isNumber()) {
            parent.put(name, Double.parseDouble(value));
        } else {
            parent.put(name, value);
        }
        Path other = Files.writeString(Files.createTempFile(root, "other", ".json"), tree.toString());
        assertThatThrownBy(() -> RegressionGate.judge(folder(command), other, 0.05))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words)
                .hasMessageNotContaining("\n");
    }

    @Test
    void theGatePassesOnTheSameAndFailsOnASlowdown() {
        Path slow = MadeUpAblation.write(root.resolve("slow"), 1.8);
        RegressionGate.Outcome ablation = RegressionGate.judge(folder("ablate"), slow, 0.05);
        assertThat(ablation.passed()).isFalse();
        assertThat(ablation.variants())
                .filteredOn(line -> !line.passed())
                .extracting(RegressionGate.Line::variant)
                .containsExactly("optimized");
        assertThat(RegressionGate.judge(slow, folder("ablate"), 0.05).passed()).isTrue();
        Path dear = MadeUpCaches.write(root.resolve("slow"), 1.3);
        RegressionGate.Outcome caches = RegressionGate.judge(folder("caches"), dear, 0.05);
        assertThat(caches.toText()).contains("FFT 512 hit: +30.", "FAIL").endsWith("gate failed\n");
        assertThat(caches.variants()).filteredOn(RegressionGate.Line::passed).hasSize(16); // the work is as it was
        assertThat(RegressionGate.judge(folder("caches"), folder("caches"), 0.05)
                        .passed())
                .isTrue();
    }

    @Test
    void theGateRefusesAnotherKindOfResult() {
        assertThatThrownBy(() -> RegressionGate.judge(folder("ablate"), folder("caches"), 0.05))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("differ in schema (fizeau.ablation/2 and fizeau.caches/2)");
        assertThatThrownBy(() -> RegressionGate.judge(everything, everything, 0.05))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "is a result of all, which keeps no times of rounds to compare: use a result of ablate,");
    }

    @ParameterizedTest
    @CsvSource({
        "ablate, /switches/0/verdict",
        "ablate, /steps/2/speedup",
        "ablate, /cacheDetails/1",
        "ablate, /remarks",
        "caches, /caches/0/isolated",
        "caches, /sizes",
        "caches, /environment"
    })
    void aRecordThatLacksSomethingIsDamaged(String command, String pointer) throws Exception {
        JsonNode tree = Json.readTree(folder(command).resolve("result.json"));
        JsonNode parent = tree.at(pointer.substring(0, pointer.lastIndexOf('/')));
        String name = pointer.substring(pointer.lastIndexOf('/') + 1);
        if (parent instanceof ObjectNode fields) {
            fields.putNull(name);
        } else {
            ((ArrayNode) parent).setNull(Integer.parseInt(name));
        }
        Path damaged = Files.writeString(Files.createTempFile(root, "damaged", ".json"), tree.toString());
        assertThatThrownBy(() -> Rendering.of(damaged))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is damaged")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ablate", "caches", "."})
    void thePagesCanBeLookedAt(String command) throws Exception {
        Browser browser = new Browser(root);
        String name = command.equals(".") ? "all" : command;
        Path page = Files.writeString(
                root.resolve(name + ".html"), ReportFormat.HTML.render(Rendering.of(folder(command))));
        BufferedImage light = browser.light(page, name);
        BufferedImage dark = browser.dark(page, name);
        BufferedImage phone = browser.phone(page, name);
        assertThat(light.getRGB(3, 3) & 0xffffff).isEqualTo(0xffffff);
        assertThat(dark.getRGB(3, 3) & 0xffffff).isEqualTo(0x14181d);
        for (BufferedImage picture : List.of(light, dark, phone)) {
            assertThat(Browser.colours(picture)).isGreaterThan(100);
        }
    }

    private static Block.Table table(Rendering rendering, String name) {
        return rendering
                .report()
                .tables()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Path folder(String command) {
        return command.equals(".") ? everything : everything.resolve(command).resolve("20260102-030405");
    }
}
