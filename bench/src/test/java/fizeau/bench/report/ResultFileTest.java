// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.training.Campaign;
import fizeau.bench.training.Campaigns;
import fizeau.bench.training.FakeVariants;
import fizeau.bench.training.TrainingRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results written, read back, rendered and held against each other. */
class ResultFileTest {

    @TempDir
    private Path root;

    private RunFolder folder;
    private TrainingRecord record;
    private Path file;

    @BeforeEach
    void aRunOfThreeRounds() {
        folder = Campaigns.folder(root);
        Campaign.Result result = Campaigns.run(
                Campaigns.plan(
                        3,
                        FakeVariants.honest("baseline"),
                        FakeVariants.honest("baseline"),
                        FakeVariants.honest("optimized")),
                folder);
        record = FakeVariants.record(folder, result);
        TrainingFiles files = new TrainingFiles(folder);
        files.announce(List.of("baseline", "optimized"));
        files.write(record, result.runs());
        new TrainingPictures(folder, record, result.runs()).draw();
        folder.finish();
        file = folder.path().resolve("result.json");
    }

    @Test
    void whatWasWrittenIsReadBack() {
        assertThat(Json.text(ResultFile.read(file))).isEqualTo(Json.text(record));
        assertThat(TrainingText.of(ResultFile.read(folder.path()))).isEqualTo(TrainingText.of(record));
    }

    @Test
    void theFilesThatUsersOfTheOriginalKnowAreThere() {
        assertThat(folder.path().resolve("manifest.json")).content().contains("\"state\" : \"complete\"");
        for (String name : List.of(
                "phase5_baseline_performance.json",
                "phase5_baseline_performance.txt",
                "phase5_optimized_performance.json",
                "phase5_optimized_performance.txt",
                "phase5_comparison.json",
                "phase5_comparison_report.txt",
                "object.png",
                "measurement.png",
                "reconstruction_baseline.png",
                "reconstruction_optimized.png",
                "loss_curves.png",
                "iterations.csv",
                "samples.csv")) {
            assertThat(folder.path().resolve(name)).as(name).isNotEmptyFile();
        }
        JsonNode part = Json.readTree(folder.path().resolve("phase5_optimized_performance.json"));
        assertThat(part.at("/variants").size()).isEqualTo(1);
        assertThat(part.at("/variants/optimized/trainingSeconds").asDouble()).isPositive();
    }

    @Test
    void rawSamplesHoldEveryIteration() throws IOException {
        List<String> lines = Files.readAllLines(folder.path().resolve("iterations.csv"));
        assertThat(lines.get(0)).isEqualTo("variant,round,seed,sample,iteration,nanos,loss");
        assertThat(lines).hasSize(1 + 2 * 3 * 18);
        assertThat(lines).anyMatch(line -> line.startsWith("optimized,2,3,3,18,"));
        assertThat(Files.readAllLines(folder.path().resolve("samples.csv"))).hasSize(1 + 2 * 3 * 3);
    }

    @Test
    void theReportNamesWhatMatters() {
        assertThat(TrainingText.of(record))
                .contains("3 samples x 6 epochs = 18 iterations")
                .contains("seeds 1, 3, 4")
                .contains("training, s (median)")
                .contains("peak memory, MB")
                .contains("not in the training time:")
                .contains("hit rate")
                .contains("83.3 %");
    }

    @Test
    void aCutFileIsToldInOneSentence() throws IOException {
        String text = Files.readString(file);
        Files.writeString(file, text.substring(0, text.length() / 2));
        refused("result.json", "use a file that this version wrote");
    }

    @Test
    void aForeignFileIsToldInOneSentence() throws IOException {
        Files.writeString(file, "{\"schema\": \"someone.else/3\"}");
        refused("someone.else/3", "use a result of this version");
        Files.writeString(file, "[1, 2]");
        refused("names no schema", "use a result of this version");
        Files.writeString(file, "");
        refused("result.json", "use a");
    }

    @Test
    void aFileWithMissingFieldsIsDamaged() throws IOException {
        ObjectNode tree = (ObjectNode) Json.readTree(file);
        tree.put("surprise", 1);
        Files.writeString(file, tree.toString());
        refused("is damaged", "use a file that this version wrote");
    }

    @Test
    void aResultWithoutSamplesIsRefused() throws IOException {
        ObjectNode tree = (ObjectNode) Json.readTree(file);
        tree.putObject("variants");
        Files.writeString(file, tree.toString());
        refused("holds no samples", "use a result of a finished run");
    }

    @Test
    void theGatePassesOnTheSameAndFailsOnASlowdown() {
        assertThat(RegressionGate.judge(record, record, 0.05).passed()).isTrue();
        RegressionGate.Outcome outcome = RegressionGate.judge(record, slower(record, 1000), 0.05);
        assertThat(outcome.passed()).isFalse();
        assertThat(outcome.variants())
                .filteredOn(line -> line.variant().equals("optimized"))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.slowdown()).isCloseTo(999, within(1e-6));
                    assertThat(line.reason()).contains("FAIL");
                });
        assertThat(RegressionGate.judge(slower(record, 1000), record, 0.05).passed())
                .isTrue();
    }

    @Test
    void theGateNamesTheFieldThatDiffers() {
        ObjectNode tree = (ObjectNode) Json.tree(record);
        ((ObjectNode) tree.get("workload")).put("epochs", 7);
        TrainingRecord other = Json.value(tree, TrainingRecord.class);
        assertThatThrownBy(() -> RegressionGate.judge(record, other, 0.05))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("differ in workload");
    }

    @Test
    void theGateRefusesResultsWithoutACommonVariant() {
        TrainingRecord baseline = VariantPart.of(record, "baseline");
        TrainingRecord optimized = VariantPart.of(record, "optimized");
        assertThatThrownBy(() -> RegressionGate.judge(baseline, optimized, 0.05))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("share no variant");
    }

    private void refused(String... words) {
        assertThatThrownBy(() -> ResultFile.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .contains(words)
                .doesNotContain("\n");
    }

    private static TrainingRecord slower(TrainingRecord record, double factor) {
        ObjectNode tree = (ObjectNode) Json.tree(record);
        for (JsonNode variant : tree.get("variants")) {
            for (JsonNode round : variant.get("rounds")) {
                ((ObjectNode) round)
                        .put("trainingSeconds", round.get("trainingSeconds").asDouble() * factor);
            }
        }
        return Json.value(tree, TrainingRecord.class);
    }
}
