// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fizeau.bench.files.Json;
import fizeau.bench.ops.MadeUpOps;
import fizeau.bench.page.Cell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs of operators as report, gate and reproduction see them. */
class OpsPagesTest {

    @TempDir
    private static Path root;

    private static Path run;

    @BeforeAll
    static void aRun() {
        run = MadeUpOps.write(root.resolve("first"), 2);
    }

    @Test
    void everyCellComesFromWhereItSaysInTheRecord() {
        JsonNode record = Json.readTree(run.resolve("result.json"));
        List<Cell> traceable = Rendering.of(run)
                .report()
                .tables()
                .flatMap(table -> table.rows().stream())
                .flatMap(row -> row.cells().stream())
                .filter(Cell::traceable)
                .toList();
        assertThat(traceable).hasSizeGreaterThan(100);
        for (Cell cell : traceable) {
            JsonNode found = record.at(cell.pointer());
            assertThat(found.isMissingNode()).as(cell.pointer()).isFalse();
            if (found.isNumber() && !cell.exact().contains(" to ")) {
                assertThat(Double.parseDouble(cell.exact())).as(cell.pointer()).isEqualTo(found.doubleValue());
            }
        }
    }

    @Test
    void everyFormatIsThereAndThePageNeedsNothingFromOutside() throws IOException {
        Rendering rendering = Rendering.of(run);
        String html = ReportFormat.HTML.render(rendering);
        assertThat(Files.readString(run.resolve("report.html"))).isEqualTo(html);
        assertThat(Pattern.compile("<svg xmlns").matcher(html).results()).hasSize(2);
        assertThat(html.replace("xmlns=\"http://www.w3.org/2000/svg\"", ""))
                .doesNotContain("<script", "<link", "@import", "https://", "http://", "<img");
        assertThat(ReportFormat.MARKDOWN.render(rendering)).contains("| --- |", "![", "winograd-4x4/4");
        assertThat(ReportFormat.LATEX.render(rendering)).contains("\\begin{tabular}");
        assertThat(ReportFormat.CSV.render(rendering)).startsWith("table,row,column,kind,shown,value,from");
        assertThat(ReportFormat.TEXT.render(rendering))
                .startsWith("Fizeau ops, run run_1")
                .contains("2.00 x")
                .doesNotContain("NaN");
        assertThat(rendering.report().headlines().get(0).figure().text()).isEqualTo("2.00");
        assertThat(run.resolve("manifest.json")).content().contains("\"state\" : \"complete\"");
    }

    @Test
    void theGateSeesEachMethodOfEachBenchmark() {
        Path slow = MadeUpOps.write(root.resolve("slow"), 2.6);
        RegressionGate.Outcome outcome = RegressionGate.judge(run, slow, 0.05);
        assertThat(outcome.passed()).isFalse();
        assertThat(outcome.variants())
                .hasSize(6)
                .filteredOn(line -> !line.passed())
                .extracting(RegressionGate.Line::variant)
                .containsExactly("matmul_small tuned", "conv2d_small tuned");
        assertThat(RegressionGate.judge(slow, run, 0.05).passed()).isTrue();
        Reproduction again = Reproduction.of(ResultFile.open(run), ResultFile.open(slow));
        assertThat(again.unit()).isEqualTo("ms");
        assertThat(again.timings())
                .filteredOn(line -> line.name().equals("conv2d_small tuned"))
                .singleElement()
                .satisfies(line -> assertThat(line.ratio()).isCloseTo(1.3, within(1e-9)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/shapes | doc | differ in sizes (code and doc)",
                "/cores | 28 | differ in cores (2 and 28)",
                "/device | cuda | differ in device (cpu and cuda)",
                "/environment/processor/model | other | differ in processor model",
                "/protocol/seed | 8 | differ in seed (1 and 8)"
            })
    void theGateNamesWhatDiffers(String pointer, String value, String words) throws IOException {
        Path other = changed(pointer, value);
        assertThatThrownBy(() -> RegressionGate.judge(run, other, 0.05))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/comparison | holds no samples",
                "/comparison/benchmarks | holds no samples",
                "/comparison/benchmarks/0/speedups | has no /comparison/benchmarks/0/speedups",
                "/comparison/benchmarks/0/rows/TUNED/workload | has no /comparison/benchmarks/0/rows/TUNED/workload",
                "/again | has no /again",
                "/environment | has no /environment",
                "/protocol | has no /protocol/warmUp"
            })
    void aDamagedRecordIsToldInOneSentence(String pointer, String words) throws IOException {
        Path damaged = changed(pointer, null);
        assertThatThrownBy(() -> Rendering.of(damaged))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words)
                .hasMessageNotContaining("\n");
    }

    @Test
    void itsCommandCanBeRunAgain() {
        assertThat(ResultFile.commandsWithTimes()).contains("ops", "compare");
    }

    private static Path changed(String pointer, String value) throws IOException {
        ObjectNode tree = (ObjectNode) Json.readTree(run.resolve("result.json"));
        int cut = pointer.lastIndexOf('/');
        ObjectNode parent = (ObjectNode) tree.at(pointer.substring(0, cut));
        String name = pointer.substring(cut + 1);
        if (value == null) {
            parent.putNull(name);
        } else if (parent.get(name).isIntegralNumber()) {
            parent.put(name, Integer.parseInt(value));
        } else {
            parent.put(name, value);
        }
        return Files.writeString(Files.createTempFile(root, "other", ".json"), tree.toString());
    }
}
