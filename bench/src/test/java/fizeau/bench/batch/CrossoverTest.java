// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.batch;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.bench.files.Json;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.stats.Bootstrap;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rows and crossover from made-up trainings. */
class CrossoverTest {

    private static final Bootstrap BOOTSTRAP = new Bootstrap(0.95, 1);

    /** Trainings whose reconstructions take so long each, one per cent apart. */
    private static BatchRow row(int batch, BatchWay way, double secondsEach, int rounds) {
        List<JobReport> reports = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            double seconds = batch * secondsEach * (1 + 0.002 * round);
            reports.add(new JobReport(
                    BatchJob.nameOf(batch, way),
                    round + 1,
                    new JobReport.Phases(0, 0, 0, 0, true, seconds),
                    MemoryUse.NONE,
                    Interference.NONE,
                    Json.tree(new BatchOutcome("made up", seconds, seconds * 1e9 / 10, 6, 0))));
        }
        return BatchRow.of(batch, way, reports, BOOTSTRAP);
    }

    private static List<BatchRow> rows(int rounds, double... secondsEach) {
        return IntStream.range(0, secondsEach.length)
                .mapToObj(i -> row(1 << i, BatchWay.BRANCHES, secondsEach[i], rounds))
                .toList();
    }

    @Test
    void aRowIsThroughput() {
        BatchRow row = row(4, BatchWay.BRANCHES, 0.5, 5);
        assertThat(row.perSecond()).isBetween(1.98, 2.0);
        assertThat(row.low()).isLessThanOrEqualTo(row.perSecond());
        assertThat(row.high()).isGreaterThanOrEqualTo(row.perSecond());
        assertThat(row.iterationMillis()).isBetween(200.0, 202.0);
        assertThat(row.over(row(1, BatchWay.BRANCHES, 2, 5), BOOTSTRAP)
                        .overOne()
                        .ratio())
                .isBetween(3.99, 4.01);
    }

    @Test
    void growthThatEndsIsFound() {
        assertThat(Crossover.of(rows(5, 1, 0.5, 0.3, 0.3, 0.301), BOOTSTRAP).batch())
                .isEqualTo(4);
        assertThat(Crossover.of(rows(5, 1, 1, 1.2), BOOTSTRAP).batch()).isEqualTo(1);
    }

    /** One size that is out of line does not end the search: a larger one that helps counts. */
    @Test
    void aLargerBatchThatHelpsMovesItOn() {
        assertThat(Crossover.of(rows(5, 1, 1.1, 0.4, 0.4), BOOTSTRAP).batch()).isEqualTo(4);
    }

    @Test
    void whatIsNotKnownIsNotSaid() {
        Crossover growing = Crossover.of(rows(5, 1, 0.6, 0.4), BOOTSTRAP);
        assertThat(growing.batch()).isNull();
        assertThat(growing.reason()).contains("still grows at 4");
        assertThat(Crossover.of(rows(2, 1, 1), BOOTSTRAP).reason()).contains("2 rounds prove nothing");
        assertThat(Crossover.of(rows(5, 1), BOOTSTRAP).reason()).contains("fewer than two");
    }

    @Test
    void theFasterWayCounts() {
        List<BatchRow> rows = List.of(
                row(1, BatchWay.IN_TURN, 1, 5),
                row(2, BatchWay.IN_TURN, 1, 5),
                row(2, BatchWay.SIDE_BY_SIDE, 0.6, 5),
                BatchRow.without(4, BatchWay.SIDE_BY_SIDE, BatchRow.FAILED, "made up"),
                row(4, BatchWay.IN_TURN, 0.6, 5));
        assertThat(Crossover.best(rows, 2)).get().extracting(BatchRow::way).isEqualTo("side-by-side");
        assertThat(Crossover.of(rows, BOOTSTRAP).batch()).isEqualTo(2);
    }
}
