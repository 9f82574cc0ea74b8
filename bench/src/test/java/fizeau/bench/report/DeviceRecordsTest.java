// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fizeau.bench.batch.BatchRecord;
import fizeau.bench.batch.BatchRow;
import fizeau.bench.batch.Crossover;
import fizeau.bench.evidence.CeilingsRecord;
import fizeau.bench.evidence.EvidenceRecord;
import fizeau.bench.evidence.EvidenceRow;
import fizeau.bench.files.Json;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.stats.Ratio;
import fizeau.bench.training.VariantSpec;
import fizeau.bench.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Made-up records of batches, ceilings and evidence, read back and rendered in every format. */
class DeviceRecordsTest {
    private static final String RUN = "20260102-030405";
    private static final JsonNode ENVIRONMENT = Json.tree(Map.of("processor", Map.of("model", "made-up processor")));

    @TempDir
    private Path folder;

    private static BatchRecord batch() {
        return new BatchRecord(
                BatchRecord.SCHEMA,
                "measured",
                "batch",
                RUN,
                "results/batch/" + RUN,
                "2026-01-02T03:04:05Z",
                9,
                "cuda",
                new Workload("quick", 16, 32, 4, "fermat", 8, 2, 3, 1e-3, 1, "built-in", "a digest"),
                VariantSpec.optimized("cuda", 1),
                List.of(
                        new BatchRow(
                                1,
                                "branches",
                                "measured",
                                null,
                                4.0,
                                3.9,
                                4.1,
                                List.of(0.25),
                                2.5,
                                null,
                                1_000_000L,
                                "card"),
                        new BatchRow(
                                8,
                                "branches",
                                "measured",
                                null,
                                20.0,
                                null,
                                null,
                                List.of(0.05),
                                3.5,
                                new Ratio(5.0, 4.5, 5.5),
                                8_000_000L,
                                "card"),
                        new BatchRow(
                                64,
                                "branches",
                                "unavailable",
                                "the device has no memory left",
                                null,
                                null,
                                null,
                                List.of(),
                                null,
                                null,
                                null,
                                null)),
                new Crossover(8, "no larger batch has more throughput than one of 8, beyond noise"),
                new ProtocolSpec(1, 0, 0, 1, 0.95, 1, new WarmUpRule(0, 0.05, 0.5)),
                1,
                List.of(1L, 3L),
                List.of("-Xmx1g"),
                List.of(),
                List.of("every number is made up"),
                ENVIRONMENT);
    }

    private static CeilingsRecord ceilings() {
        return new CeilingsRecord(
                CeilingsRecord.SCHEMA,
                "measured",
                "ceilings",
                RUN,
                "results/ceilings/" + RUN,
                "2026-01-02T03:04:05Z",
                "cuda",
                "a made-up card",
                List.of(
                        new CeilingsRecord.Ceiling("launch of a kernel", "measured", 2.125, "us", null),
                        new CeilingsRecord.Ceiling("kernel in a graph", "unavailable", null, "us", "no graphs here")),
                ENVIRONMENT);
    }

    private static EvidenceRecord evidence() {
        return new EvidenceRecord(
                EvidenceRecord.SCHEMA,
                "measured",
                "evidence",
                RUN,
                "results/evidence/" + RUN,
                "2026-01-02T03:04:05Z",
                99,
                "cuda",
                "a made-up card",
                List.of(
                        new EvidenceRow(
                                "compare",
                                "trainings with peers",
                                "done",
                                "",
                                "bench/run compare",
                                12.5,
                                List.of("logs/compare.txt"),
                                List.of("optimized: 0.2 s a training"),
                                List.of("python-compile: no torch")),
                        new EvidenceRow(
                                "memcheck",
                                "memory",
                                "unavailable",
                                "no compute-sanitizer",
                                "",
                                0,
                                List.of(),
                                List.of(),
                                List.of())),
                ENVIRONMENT);
    }

    static Stream<Object> records() {
        return Stream.of(batch(), ceilings(), evidence());
    }

    private Rendering rendered(Object record) {
        Json.write(folder.resolve("result.json"), record);
        return Rendering.of(folder);
    }

    @Test
    void textsAreThoseOfTheCommands() {
        assertThat(rendered(batch()).text())
                .isEqualTo(BatchText.of(batch()))
                .contains("crossover 8", "the device has no memory left");
        assertThat(rendered(ceilings()).text())
                .isEqualTo(ceilings().toText())
                .contains("2.125 us", "unavailable no graphs here");
        assertThat(rendered(evidence()).text())
                .isEqualTo(evidence().toText())
                .contains("1 of 2 steps were done", "unavailable: python-compile: no torch");
    }

    @ParameterizedTest
    @MethodSource("records")
    void everyFormatShowsWhatIsThereAndWhatIsNot(Object record) {
        Rendering rendering = rendered(record);
        for (ReportFormat format : ReportFormat.values()) {
            assertThat(format.render(rendering)).as(format.word()).isNotBlank().doesNotContain("NaN");
        }
        assertThat(ReportFormat.HTML.render(rendering)).contains("made-up processor", "unavailable");
        assertThat(ReportFormat.MARKDOWN.render(rendering)).contains("| --- |", "unavailable");
        assertThat(rendering.report().tables()).isNotEmpty();
    }

    @Test
    void pagesHoldTheNumbers() {
        assertThat(ReportFormat.MARKDOWN.render(rendered(batch())))
                .contains("8, branches", "4.500 to 5.500", "beyond noise", "Every number is made up");
        assertThat(ReportFormat.MARKDOWN.render(rendered(ceilings()))).contains("launch of a kernel", "2.125");
        assertThat(ReportFormat.MARKDOWN.render(rendered(evidence())))
                .contains("optimized: 0.2 s a training", "no compute-sanitizer");
    }

    @ParameterizedTest
    @MethodSource("records")
    void aRecordWithAGapIsRefusedInASentence(Object record) {
        for (String list : List.of("rows", "ceilings", "environment")) {
            ObjectNode tree = (ObjectNode) Json.tree(record);
            if (tree.remove(list) == null) {
                continue;
            }
            assertThatThrownBy(() -> rendered(tree))
                    .as(list)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("result.json")
                    .hasMessageNotContaining("\n");
        }
    }

    /** What a device reaches at best, and what was shown on it, are no times of rounds. */
    @ParameterizedTest
    @CsvSource({"ceilings", "evidence"})
    void gateAndReproductionRefuseThemByName(String command) {
        rendered(command.equals("ceilings") ? ceilings() : evidence());
        String sentence = folder.resolve("result.json") + " is a result of " + command
                + ", which keeps no times of rounds to compare: use a result of ablate, baseline, batch, ";
        assertThatThrownBy(() -> ResultFile.open(folder).requireTimes())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(sentence)
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> RegressionGate.judge(folder, folder, 0.05)).hasMessageStartingWith(sentence);
    }

    @Test
    void theGateHoldsBatchesAgainstEachOther() throws IOException {
        rendered(batch());
        Path slower = Files.createDirectories(folder.resolve("slower")).resolve("result.json");
        ObjectNode tree = (ObjectNode) Json.tree(batch());
        ((ObjectNode) tree.at("/rows/1")).set("secondsEach", Json.tree(List.of(0.06)));
        Json.write(slower, tree);
        RegressionGate.Outcome outcome = RegressionGate.judge(folder, slower, 0.05);
        assertThat(outcome.passed()).isFalse();
        assertThat(outcome.variants())
                .extracting(RegressionGate.Line::variant, RegressionGate.Line::passed)
                .containsExactly(tuple("batch 1, branches", true), tuple("batch 8, branches", false));
        assertThat(Reproduction.of(ResultFile.open(folder), ResultFile.open(slower))
                        .toText())
                .contains("batch 8, branches", "0.0500", "0.0600");
        ((ObjectNode) tree.at("/workload")).put("epochs", 4);
        Json.write(slower, tree);
        assertThatThrownBy(() -> RegressionGate.judge(folder, slower, 0.05))
                .hasMessageContaining("differ in workload epochs (3 and 4)");
    }

    @Test
    void aBatchWithoutATimeIsRefused() {
        ObjectNode tree = (ObjectNode) Json.tree(batch());
        ArrayNode rows = (ArrayNode) tree.get("rows");
        rows.remove(1);
        rows.remove(0); // what is left had no memory
        rendered(tree);
        assertThatThrownBy(() -> RegressionGate.judge(folder, folder, 0.05))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holds no measured time");
    }
}
