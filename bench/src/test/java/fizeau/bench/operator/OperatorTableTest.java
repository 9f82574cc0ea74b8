// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fizeau.backend.DeviceRates;
import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.bench.eager.PythonPeer;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.operator.OperatorOutcome.Timing;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.RoundLoop;
import fizeau.bench.stats.Bootstrap;
import fizeau.kernels.PretendCuda;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How the speed table comes about: rows that were measured, rows that were not, and what may be said of them. */
class OperatorTableTest {
    private static final int ROWS = 2 * 2 * 2; // masks, batches, directions

    @TempDir
    private Path folder;

    private OperatorCampaign campaign(int rounds, RoundLoop.Executor executor) {
        return new OperatorCampaign(
                SmallTable.spec(rounds),
                RunFolder.create(folder, "operator", Instant.EPOCH),
                executor,
                new TelescopePeer(new PythonPeer(Optional.of(Path.of("no-such-python")), Map.of())),
                new Progress(new PrintStream(new ByteArrayOutputStream()), false));
    }

    private static JobReport report(Job job, OperatorOutcome outcome) {
        return new JobReport(
                job.variant(),
                job.round(),
                new JobReport.Phases(0, 0, 0, 0, true, 1),
                MemoryUse.NONE,
                Interference.NONE,
                Json.tree(outcome));
    }

    /** Every plan of the processor computes the right thing, and so gets times, shares and nothing else. */
    @Test
    void theProcessorsRowsAreMeasuredAndAllOthersSayWhyNot() {
        OperatorRunner runner = new OperatorRunner();
        OperatorMethod[] ours = {OperatorMethod.CPU_MATRIX, OperatorMethod.CPU_PRUNED, OperatorMethod.CPU_FFT};
        OperatorCampaign.Result result =
                campaign(1, (job, share) -> runner.run(job, 0, share)).run(SmallTable.allBut(ours));
        assertThat(result.failures()).isEmpty();
        assertThat(result.rows()).hasSize(ROWS * OperatorMethod.values().length);
        List<OperatorRow> measured =
                result.rows().stream().filter(OperatorRow::measured).toList();
        assertThat(measured).hasSize(ROWS * ours.length).allSatisfy(row -> {
            assertThat(row.device()).isEqualTo("cpu");
            assertThat(row.medianMs()).isPositive();
            assertThat(row.error()).isBetween(0.0, 1e-4);
            assertThat(row.floorShare()).isCloseTo(row.floor().millis() / row.medianMs(), within(1e-12));
            assertThat(row.overEager()).as("nothing to compare with").isNull();
        });
        assertThat(result.rows().stream().filter(row -> !row.measured())).allSatisfy(row -> {
            assertThat(row.kind()).isEqualTo(OperatorRow.UNAVAILABLE);
            assertThat(row.reason()).isEqualTo("left out by the test");
            assertThat(row.medianMs()).isNull();
            assertThat(row.floorShare()).isNull();
        });
        assertThat(result.rates().get("cpu").copyBytesPerSecond()).isPositive();
        assertThat(OperatorTarget.of(result.rows()))
                .hasSize(3)
                .allSatisfy(target -> assertThat(target.verdict()).isEqualTo(OperatorRow.UNAVAILABLE));
    }

    /** A result that is wrong, a row that was left out and a process that gave nothing are three different things. */
    @Test
    void whatIsWrongOrMissingHasNoNumber() {
        RoundLoop.Executor executor = (job, share) -> {
            if (job.variant().equals("cpu-fft")) {
                throw new JobFailedException(new JobFailure(job.variant(), job.round(), "cpu-fft broke", false));
            }
            List<Timing> rows = new ArrayList<>();
            for (OperatorSetting.Case one : SmallTable.SETTING.cases()) {
                double slower = job.round();
                List<Double> millis = List.of(4 * slower, 2 * slower, 3 * slower);
                rows.add(new Timing(one, Direction.FORWARD, millis, 1, 1, 1e-7, false, null));
                rows.add(
                        one.batch() == 1
                                ? Timing.wrong(one, Direction.ADJOINT, 0.5, 1e-4)
                                : Timing.without(one, Direction.ADJOINT, "left out: too long"));
            }
            return report(job, new OperatorOutcome("made up", rows, new DeviceRates(1e9, 1e9)));
        };
        OperatorCampaign.Result result =
                campaign(2, executor).run(SmallTable.allBut(OperatorMethod.CPU_MATRIX, OperatorMethod.CPU_FFT));
        assertThat(result.failures()).hasSize(2);
        for (OperatorRow row : result.rows()) {
            if (row.method().equals("fft") && row.device().equals("cpu")) {
                assertThat(row.kind()).isEqualTo(OperatorRow.FAILED);
                assertThat(row.reason()).isEqualTo("cpu-fft broke");
            } else if (row.method().equals("matrix") && row.device().equals("cpu")) {
                boolean forward = row.direction() == Direction.FORWARD;
                assertThat(row.kind())
                        .isEqualTo(
                                forward
                                        ? OperatorRow.MEASURED
                                        : row.of().batch() == 1 ? OperatorRow.FAILED : OperatorRow.UNAVAILABLE);
                assertThat(row.medianMs()).isEqualTo(forward ? 4.5 : null);
                assertThat(row.roundMediansMs()).isEqualTo(forward ? List.of(3.0, 6.0) : List.of());
            }
        }
    }

    /** Ratios are of medians, and the targets look at the worst row of the best method. */
    @Test
    void ratiosAndTargetsFollowFromTheTimes() {
        Map<String, Double> millis =
                Map.of("cuda-eager", 60.0, "cuda-compile", 30.0, "cuda-fft", 20.0, "cuda-matrix", 12.0);
        OperatorSetting setting = new OperatorSetting(List.of(16), List.of(100), 6, 2, 4, 4, 5);
        List<OperatorRow> rows = new ArrayList<>();
        for (OperatorSetting.Case one : setting.cases()) {
            double slower = one.mask().equals(OperatorSetting.LAST) ? 2 : 1;
            Map<String, OperatorRow> line = new LinkedHashMap<>();
            millis.forEach((id, time) -> line.put(
                    id,
                    OperatorRow.of(
                            OperatorMethod.of(id),
                            List.of(new Timing(
                                    one,
                                    Direction.FORWARD,
                                    List.of(id.equals("cuda-matrix") ? time * slower : time),
                                    1,
                                    1,
                                    0.0,
                                    false,
                                    null)),
                            OperatorFloor.of(setting, one, Direction.FORWARD, new DeviceRates(1e9, 1e12)),
                            new Bootstrap(0.95, 1))));
            line.values()
                    .forEach(row -> rows.add(
                            row.beside(line.get("cuda-eager"), line.get("cuda-compile"), new Bootstrap(0.95, 1))));
        }
        List<OperatorTarget> targets = OperatorTarget.of(rows);
        // best of the first mask: 12 ms; of the last: 20 ms by the FFT, and 60 / 20 = 3 is less than 5
        assertThat(targets.get(0).verdict()).isEqualTo("missed");
        assertThat(targets.get(0).worst()).isCloseTo(3.0, within(1e-12));
        assertThat(targets.get(0).reason()).contains("last mask", "fft");
        assertThat(targets.get(1).verdict()).isEqualTo("missed");
        assertThat(targets.get(1).worst()).isCloseTo(1.5, within(1e-12));
        assertThat(targets.get(2).verdict()).isEqualTo(OperatorRow.UNAVAILABLE);
        OperatorRow eager = rows.stream()
                .filter(row -> row.method().equals("eager"))
                .findFirst()
                .orElseThrow();
        assertThat(eager.overEager()).as("no ratio to itself").isNull();
    }

    @Test
    void theFloorIsWhatMustBeMovedOrComputed() {
        OperatorSetting usual = new OperatorSetting(List.of(512), List.of(1), 128, 20, 64, 20, 1);
        assertThat(usual.mask(512, OperatorSetting.FIRST).bounds().height()).isEqualTo(41);
        assertThat(usual.mask(512, OperatorSetting.LAST).bounds().height()).isEqualTo(157);
        assertThat(usual.mask(512, OperatorSetting.LAST).bounds().width()).isEqualTo(149);
        OperatorSetting.Case one = new OperatorSetting.Case(512, 1, OperatorSetting.FIRST);
        OperatorFloor forward = OperatorFloor.of(usual, one, Direction.FORWARD, new DeviceRates(1e9, 1e15));
        assertThat(forward.bytes()).isEqualTo(4.0 * (128 * 128 + 512 * 512));
        assertThat(forward.millis()).isCloseTo(1e3 * forward.bytes() / 1e9, within(1e-9));
        assertThat(forward.boundBy()).isEqualTo("memory");
        OperatorFloor adjoint = OperatorFloor.of(usual, one, Direction.ADJOINT, new DeviceRates(1e15, 1e9));
        assertThat(adjoint.boundBy()).isEqualTo("arithmetic");
        assertThat(adjoint.flops()).isEqualTo(2 * forward.flops());
        double ffts = 2 * 5 * 512.0 * 512 * 18;
        assertThat(forward.flops()).isLessThan(ffts);
        OperatorSetting.Case last = new OperatorSetting.Case(512, 1, OperatorSetting.LAST);
        assertThat(OperatorFloor.of(usual, last, Direction.FORWARD, new DeviceRates(1, 1))
                        .flops())
                .isCloseTo(ffts, within(1.0));
    }

    @Test
    void batchesGoInEqualPartsThatFit() {
        OperatorSetting setting = new OperatorSetting(List.of(16), List.of(1, 100), 6, 2, 4, 4, 5);
        OperatorJob job = new OperatorJob(
                "cpu-fft",
                setting,
                1,
                0,
                48L * 256 * 30,
                1,
                1,
                1,
                SmallTable.spec(1).caches(),
                List.of(),
                0.02);
        assertThat(job.part(new OperatorSetting.Case(16, 100, "first"))).isEqualTo(25);
        assertThat(job.part(new OperatorSetting.Case(16, 1, "first"))).isEqualTo(1);
        assertThat(job.part(new OperatorSetting.Case(512, 7, "first"))).isEqualTo(1);
    }

    @Test
    void longRowsAreLeftOutByWhatSmallerBatchesTook() {
        RowLimit limit = new RowLimit(1);
        OperatorSetting.Case one = new OperatorSetting.Case(16, 1, "first");
        assertThat(limit.whyNot(one, Direction.FORWARD)).isNull();
        limit.saw(one, Direction.FORWARD, List.of(30.0, 20.0));
        assertThat(limit.whyNot(new OperatorSetting.Case(16, 50, "first"), Direction.FORWARD))
                .isNull();
        assertThat(limit.whyNot(new OperatorSetting.Case(16, 51, "first"), Direction.FORWARD))
                .contains("batch 1 took 0.0200 s", "--longest-call 1.00 s");
        assertThat(limit.whyNot(new OperatorSetting.Case(16, 51, "first"), Direction.ADJOINT))
                .isNull();
    }

    /** The peers' script gives the reference's numbers, in all of its modes but the one that needs a compiler for a minute. */
    @ParameterizedTest
    @EnumSource(
            value = OperatorMethod.class,
            names = {"CPU_EAGER", "CPU_LEAN", "CPU_JAX"})
    void thePeerComputesTheSame(OperatorMethod method) {
        TelescopePeer peer = new TelescopePeer(new PythonPeer(Optional.empty(), Map.of()));
        Optional<String> absent = peer.unavailability("cpu", method.library());
        assumeTrue(absent.isEmpty(), () -> absent.orElse(""));
        JobReport report = peer.run(new Job(OperatorJob.FAMILY, method.id(), 1, Json.tree(SmallTable.job(method))));
        OperatorOutcome outcome = Json.value(report.outcome(), OperatorOutcome.class);
        assertThat(outcome.description()).contains(method.library());
        assertThat(outcome.rows()).hasSize(ROWS).allSatisfy(row -> {
            assertThat(row.reason()).isNull();
            assertThat(row.error()).isBetween(0.0, 1e-4);
            assertThat(row.millis()).isNotEmpty();
        });
    }

    @Test
    void aPeerThatIsNotThereSaysSo() {
        TelescopePeer peer = new TelescopePeer(new PythonPeer(Optional.of(Path.of("no-such-python")), Map.of()));
        assertThat(peer.unavailability("cpu", "jax"))
                .hasValueSatisfying(reason -> assertThat(reason).contains("no-such-python"));
        assertThatThrownBy(() -> peer.run(new Job(
                        OperatorJob.FAMILY, "cpu-eager", 1, Json.tree(SmallTable.job(OperatorMethod.CPU_EAGER)))))
                .isInstanceOf(JobFailedException.class)
                .hasMessageContaining("cpu-eager in round 1 failed");
    }

    /** The kernels, plans and graphs of the GPU through the same runner. */
    @ExtendWith(PretendCudaExtension.class)
    @Nested
    class OnAPretendDevice {

        @ParameterizedTest
        @EnumSource(
                value = OperatorMethod.class,
                names = {"CUDA_MATRIX", "CUDA_MATRIX_GRAPH", "CUDA_FFT", "CUDA_FFT_GRAPH"})
        void everyMethodGivesTheReferencesNumbers(OperatorMethod method, PretendCuda machine) {
            JobReport report = new OperatorRunner(machine.settings())
                    .run(
                            new Job(OperatorJob.FAMILY, method.id(), 1, Json.tree(SmallTable.job(method))),
                            0,
                            share -> {});
            OperatorOutcome outcome = Json.value(report.outcome(), OperatorOutcome.class);
            assertThat(outcome.description()).contains("pretend device");
            assertThat(outcome.rates().flopsPerSecond()).isPositive();
            assertThat(outcome.rows()).hasSize(ROWS).allSatisfy(row -> {
                assertThat(row.reason()).isNull();
                assertThat(row.error()).isBetween(0.0, 1e-4);
            });
        }
    }
}
