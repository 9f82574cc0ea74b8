// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import fizeau.bench.files.Json;
import fizeau.bench.operator.OperatorOutcome.Timing;
import fizeau.bench.report.RegressionGate;
import fizeau.bench.report.Reproduction;
import fizeau.bench.report.ResultFile;
import fizeau.bench.stats.Bootstrap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of speeds held against each other, row by row. */
class OperatorGateTest {

    @TempDir
    private Path folder;

    /** A record on disk whose rows are all unavailable but those of these methods, by the milliseconds of each round. */
    private Path table(String name, int threads, Map<OperatorMethod, List<Double>> millis) throws Exception {
        OperatorSetting setting = new OperatorSetting(List.of(16), List.of(1), 6, 2, 4, 4, 5);
        OperatorSetting.Case one = setting.cases().get(0);
        List<OperatorRow> rows = new ArrayList<>();
        for (OperatorMethod method : OperatorMethod.on("cpu")) {
            List<Timing> timings = millis.getOrDefault(method, List.of()).stream()
                    .map(time -> new Timing(one, Direction.FORWARD, List.of(time), 1, 1, 1e-7, false, null))
                    .toList();
            rows.add(
                    timings.isEmpty()
                            ? OperatorRow.without(one, Direction.FORWARD, method, OperatorRow.UNAVAILABLE, "left out")
                            : OperatorRow.of(method, timings, null, new Bootstrap(0.95, 1)));
        }
        OperatorRecord record = new OperatorRecord(
                OperatorRecord.SCHEMA,
                "measured",
                "operator",
                name,
                "results/operator/" + name,
                "2026-01-02T03:04:05Z",
                9,
                "cpu",
                Map.of(),
                setting,
                List.of(new OperatorRecord.MaskSize(OperatorSetting.FIRST, 16, 5, 5, 13)),
                threads,
                Map.of(),
                rows,
                OperatorTarget.of(rows),
                SmallTable.spec(3).protocol(),
                3,
                List.of(),
                List.of(),
                List.of(),
                Json.tree(Map.of("processor", Map.of("model", "made-up processor"))));
        Path place = Files.createDirectories(folder.resolve(name));
        Json.write(place.resolve("result.json"), record);
        return place;
    }

    @Test
    void theGateFindsTheRowThatBecameSlower() throws Exception {
        List<Double> usual = List.of(2.0, 2.01, 1.99);
        Path before = table("before", 1, Map.of(OperatorMethod.CPU_FFT, usual, OperatorMethod.CPU_MATRIX, usual));
        Path after = table(
                "after", 1, Map.of(OperatorMethod.CPU_FFT, usual, OperatorMethod.CPU_MATRIX, List.of(3.0, 3.01, 2.99)));
        RegressionGate.Outcome outcome = RegressionGate.judge(before, after, 0.05);
        assertThat(outcome.variants())
                .extracting(RegressionGate.Line::variant, RegressionGate.Line::passed)
                .containsExactlyInAnyOrder(
                        tuple("16 x 16, batch 1, first mask, forward, cpu fft", true),
                        tuple("16 x 16, batch 1, first mask, forward, cpu matrix", false));
        assertThat(outcome.passed()).isFalse();
        assertThat(RegressionGate.judge(after, before, 0.05).passed()).isTrue();
        assertThat(Reproduction.of(ResultFile.open(before), ResultFile.open(after))
                        .toText())
                .contains("forward, cpu matrix: slower than at first", "first, ms");
    }

    @Test
    void otherThreadsAndTablesWithoutATimeAreRefused() throws Exception {
        Map<OperatorMethod, List<Double>> times = Map.of(OperatorMethod.CPU_FFT, List.of(2.0, 2.01, 1.99));
        Path one = table("one", 1, times);
        Path two = table("two", 2, times);
        assertThatThrownBy(() -> RegressionGate.judge(one, two, 0.05))
                .hasMessageContaining("differ in threads (1 and 2)");
        Path nothing = table("nothing", 1, Map.of());
        assertThatThrownBy(() -> ResultFile.open(nothing).requireTimes())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(nothing.resolve("result.json")
                        + " holds no measured time: use a result of a run that could measure something");
    }
}
