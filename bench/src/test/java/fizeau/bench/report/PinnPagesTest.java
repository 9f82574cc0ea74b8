// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.page.Cell;
import fizeau.bench.pinn.PinnCampaign;
import fizeau.bench.pinn.PinnGateRunner;
import fizeau.bench.pinn.PinnJob;
import fizeau.bench.pinn.PinnPlace;
import fizeau.bench.pinn.PinnRecord;
import fizeau.bench.pinn.PinnRunner;
import fizeau.bench.pinn.PinnVariant;
import fizeau.bench.pinn.PinnWorkload;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.WarmUpRule;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Report, gate and reproduction of a small PINN benchmark that really ran, in this process. */
class PinnPagesTest {

    @TempDir
    private static Path root;

    private static Path folder;

    @BeforeAll
    static void aRun() {
        RunFolder run = RunFolder.create(root, "pinn", Instant.EPOCH);
        PinnFiles files = new PinnFiles(run);
        files.announce();
        ProtocolSpec rules = new ProtocolSpec(2, 0, 0, 1, ProtocolSpec.LEVEL, 1, new WarmUpRule(0, 0.01, 0.5));
        PinnWorkload here = new PinnWorkload("convection", 2, 8, 0, 1e-3, 0, null);
        PinnWorkload skipped = new PinnWorkload("helmholtz2D", 2, 8, 0, 1e-3, 0, null);
        PinnCampaign.Plan plan = new PinnCampaign.Plan(
                List.of(here, skipped),
                Map.of(skipped, "no best.pt"),
                true,
                List.of(PinnVariant.EAGER, PinnVariant.FUSED, PinnVariant.COMPILE),
                Map.of(PinnVariant.COMPILE, "no <torch>"),
                5,
                List.of(2),
                PinnPlace.cpu(1),
                rules);
        Progress quiet =
                new Progress(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), false);
        PinnCampaign.Result result = new PinnCampaign(
                        plan,
                        run,
                        (job, progress) -> job.family().equals(PinnJob.GATE)
                                ? new PinnGateRunner().run(job, 0, share -> {})
                                : new PinnRunner().run(job, 0, share -> {}),
                        quiet)
                .run();
        files.write(new PinnRecord(
                PinnRecord.SCHEMA,
                "measured",
                "pinn",
                run.runId(),
                run.shownPath(),
                Instant.EPOCH.toString(),
                1,
                "cpu",
                1,
                5,
                List.of("eager", "fused", "compile"),
                "fused",
                "eager",
                result.cells(),
                result.targets(),
                null,
                rules,
                List.of(),
                result.failures(),
                result.wrong(),
                result.remarks(),
                List.of("pinn"),
                Json.tree(Map.of("processor", Map.of("model", "m", "usableProcessors", 2)))));
        run.finish();
        folder = run.path();
    }

    @Test
    void everyCellComesFromWhereItSaysInTheRecord() {
        JsonNode record = Json.readTree(folder.resolve("result.json"));
        List<Cell> traceable = Rendering.of(folder)
                .report()
                .tables()
                .flatMap(table -> table.rows().stream())
                .flatMap(row -> row.cells().stream())
                .filter(Cell::traceable)
                .toList();
        assertThat(traceable).hasSizeGreaterThan(70);
        for (Cell cell : traceable) {
            JsonNode found = record.at(cell.pointer());
            assertThat(found.isMissingNode()).as(cell.pointer()).isFalse();
            if (found.isNumber() && !cell.exact().isEmpty() && !cell.exact().contains(" to ")) {
                assertThat(Double.parseDouble(cell.exact())).as(cell.pointer()).isEqualTo(found.doubleValue());
            }
        }
    }

    @Test
    void everyFormatIsThereAndThePageNeedsNothingFromOutside() throws Exception {
        Rendering rendering = Rendering.of(folder);
        String html = ReportFormat.HTML.render(rendering);
        assertThat(Files.readString(folder.resolve("report.html"))).isEqualTo(html);
        assertThat(Pattern.compile("<svg xmlns").matcher(html).results()).hasSize(2);
        assertThat(html.replace("xmlns=\"http://www.w3.org/2000/svg\"", ""))
                .doesNotContain("<script", "<link", "@import", "https://", "http://", "<img", "<torch>");
        assertThat(ReportFormat.MARKDOWN.render(rendering)).contains("| --- |", "![", "helmholtz2D seed 0, eager");
        assertThat(ReportFormat.LATEX.render(rendering)).contains("\\begin{tabular}");
        assertThat(ReportFormat.CSV.render(rendering)).startsWith("table,row,column,kind,shown,value,from");
        assertThat(ReportFormat.TEXT.render(rendering))
                .contains("Wall time for 1000 epochs (estimated):")
                .contains("=".repeat(80))
                .contains("compile: unavailable, no <torch>");
        assertThat(folder.resolve("manifest.json")).content().contains("\"state\" : \"complete\"");
    }

    @Test
    void anErrorOfTheConstantPredictorIsNamedAndABetterOneIsNot() throws Exception {
        String warning = "  fused after 2 epochs: the error 0.7000 is no better than that of the best constant, 0.7000";
        assertThat(textWith(0.7, true)).contains(warning);
        assertThat(textWith(0.3, false)).doesNotContain("fused after 2 epochs");
    }

    private static String textWith(double error, boolean noBetter) throws Exception {
        Path other = changed("constant-" + noBetter, tree -> {
            ObjectNode point = (ObjectNode) tree.at("/cells/0/results/1/checkpoints/1");
            point.put("mean", error).put("constant", 0.7).put("noBetterThanConstant", noBetter);
        });
        return ReportFormat.TEXT.render(Rendering.of(other));
    }

    @Test
    void wallTimesStandAsMediansWithIntervalsToo() throws Exception {
        Path other = changed("medians", tree -> {
            ObjectNode wall = (ObjectNode) tree.at("/cells/0/results/1/wallSeconds");
            wall.put("median", 12.25).put("low", 11.5).put("high", 13.5);
        });
        Rendering rendering = Rendering.of(other);
        assertThat(ReportFormat.TEXT.render(rendering)).containsPattern("fused +12\\.25 +11\\.50 to 13\\.50");
        assertThat(ReportFormat.MARKDOWN.render(rendering)).contains("12.25", "11.50 to 13.50");
        JsonNode seed = Json.readTree(folder.resolve("benchmark_results.json"))
                .at("/convection/variants/fused/per_seed/seed_0");
        double step = Json.readTree(folder.resolve("result.json"))
                .at("/cells/0/results/1/stepMillis")
                .asDouble();
        assertThat(seed.path("steady_step_ms").asDouble()).isEqualTo(step);
        assertThat(seed.path("steady_it_per_sec").asDouble()).isEqualTo(1e3 / step);
        assertThat(seed.path("setup_s").isNumber() && seed.path("compile_s").isNumber())
                .isTrue();
        assertThat(seed.path("wall_time_1000_epochs_median").isNumber()).isTrue();
    }

    @Test
    void theGatePassesOnItselfAndNamesASlowdown() throws Exception {
        assertThat(ResultFile.commandsWithTimes()).contains("pinn");
        assertThat(RegressionGate.judge(folder, folder, 0.05).passed()).isTrue();
        Path slower = changed(
                "slower",
                tree -> tree.at("/cells/0/results/1/runs").forEach(run -> {
                    ObjectNode phases = (ObjectNode) run.path("phases");
                    phases.put("timed", 10 * phases.path("timed").asDouble());
                }));
        RegressionGate.Outcome outcome = RegressionGate.judge(folder, slower, 0.05);
        assertThat(outcome.passed()).isFalse();
        assertThat(outcome.toText())
                .contains("convection seed 0, 128 points, fused: +9")
                .contains("FAIL");
        Path longer = changed("longer", tree -> ((ObjectNode) tree).put("epochs", 6));
        assertThatThrownBy(() -> RegressionGate.judge(folder, longer, 0.05))
                .hasMessageContaining("differ in epochs (5 and 6)");
        Reproduction again = Reproduction.of(ResultFile.open(folder), ResultFile.open(slower));
        assertThat(again.toText())
                .contains("convection seed 0, 128 points, fused")
                .contains("slower than at first");
    }

    @Test
    void aDamagedRecordIsRefusedInOneSentence() throws Exception {
        Path holed = changed("holed", tree -> ((ObjectNode) tree.at("/cells/0/results/0")).remove("wallSeconds"));
        assertThatThrownBy(() -> Rendering.of(holed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is damaged")
                .hasMessageNotContaining("\n");
        Path empty = changed("empty", tree -> ((ObjectNode) tree).putArray("cells"));
        assertThatThrownBy(() -> Rendering.of(empty)).hasMessageContaining("holds no samples");
    }

    private static Path changed(String name, java.util.function.Consumer<JsonNode> change) throws Exception {
        JsonNode tree = Json.readTree(folder.resolve("result.json"));
        change.accept(tree);
        Path other = Files.createDirectories(root.resolve(name));
        Json.write(other.resolve("result.json"), tree);
        return other;
    }
}
