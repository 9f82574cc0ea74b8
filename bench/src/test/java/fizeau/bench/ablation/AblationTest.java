// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.bench.caches.CacheCostRunner;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.JobRunner;
import fizeau.bench.report.AblationFiles;
import fizeau.bench.stats.Verdict;
import fizeau.bench.training.CorrectnessGate;
import fizeau.bench.training.StageRunner;
import fizeau.bench.training.TrainingRunner;
import fizeau.bench.training.TrialRunner;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ablations of processes that never ran, and a tiny real one in this process. */
class AblationTest {
    @TempDir
    private Path root;

    @Test
    void ratiosAreOverTheRightReferences() {
        FakeRuns runs = new FakeRuns(
                Map.of("all-off", 8.0, "only-plan", 4.0, "optimized", 1.0, "without-plan", 3.0, "baseline", 16.0), "");
        AblationRecord record = MadeUpAblation.record(runs::run, 5, folder());
        SwitchEffect plan = effect(record, "plan");
        assertThat(plan.alone().ratio()).isCloseTo(2, within(1e-12));
        assertThat(plan.leftOut().ratio()).isCloseTo(3, within(1e-12));
        assertThat(plan.leftOut().low()).isGreaterThan(2.9);
        assertThat(plan.verdict()).isEqualTo(Verdict.FASTER);
        SwitchEffect grid = effect(record, "gridCache");
        assertThat(grid.alone().ratio()).isCloseTo(8, within(1e-12)); // only-grid-cache takes a second
        assertThat(grid.verdict()).isEqualTo(Verdict.SAME);
        assertThat(record.references())
                .extracting(speedup -> Math.round(speedup.ratio()))
                .containsExactly(8L, 2L, 16L, 1L);
        assertThat(record.steps())
                .extracting(AblationStep::label)
                .containsExactly(
                        "the engine, all off",
                        "measurement cache",
                        "FFT cache",
                        "grid cache",
                        "plan",
                        "fused passes",
                        "fused optimiser",
                        "threads");
        // 16 s, then 8, and a second from the first switch on
        assertThat(record.steps())
                .extracting(step -> Math.round(step.speedup().ratio()))
                .containsExactly(2L, 8L, 1L, 1L, 1L, 1L, 1L, 1L);
        assertThat(record.stages()).extracting(StageShares::variant).containsExactly("all-off", "optimized");
        assertThat(record.stages().get(1).shares()).containsEntry("telescope", 0.2);
        assertThat(record.failed()).isFalse();
    }

    @Test
    void oneRoundProvesNothing() {
        AblationRecord record = MadeUpAblation.record(new FakeRuns(Map.of(), "")::run, 1, folder());
        assertThat(record.switches()).allSatisfy(effect -> {
            assertThat(effect.verdict()).isEqualTo(Verdict.UNCLEAR);
            assertThat(effect.leftOut().low()).isNull();
        });
    }

    @Test
    void aWrongVariantIsNotTimedAndTheOthersAre() {
        AblationRecord record = MadeUpAblation.record(new FakeRuns(Map.of(), "without-fused")::run, 5, folder());
        assertThat(effect(record, "fused").leftOut()).isNull();
        assertThat(effect(record, "fused").verdict()).isEqualTo(Verdict.UNCLEAR);
        assertThat(effect(record, "fused").alone()).isNotNull();
        assertThat(effect(record, "plan").leftOut()).isNotNull();
        assertThat(record.failed()).isTrue();
    }

    @Test
    void aRealAblationFillsEveryPlace() {
        List<JobRunner> runners =
                List.of(new TrialRunner(), new TrainingRunner(), new StageRunner(), new CacheCostRunner());
        RunFolder folder = folder();
        AblationFiles files = new AblationFiles(folder);
        files.announce();
        AblationRecord record = MadeUpAblation.record(
                (job, progress) -> runners.stream()
                        .filter(runner -> runner.family().equals(job.family()))
                        .findFirst()
                        .orElseThrow()
                        .run(job, 0, progress),
                1,
                folder);
        assertThat(record.missing()).isEmpty();
        assertThat(record.correct()).isTrue();
        assertThat(record.gate()).hasSize(22).allMatch(CorrectnessGate.Result::passed);
        assertThat(record.switches()).hasSize(7).allSatisfy(effect -> {
            assertThat(effect.alone().ratio()).isPositive();
            assertThat(effect.leftOut().ratio()).isPositive();
        });
        // five iterations look one measurement up at the first position and two at the second, where the first of them
        // knows what the frozen estimate measures; each target misses once
        CacheEffect measurement = record.caches().get(0);
        assertThat(measurement.hits() + measurement.misses()).isEqualTo(14);
        assertThat(measurement.misses()).isEqualTo(3);
        assertThat(record.caches()).hasSize(3).allSatisfy(cache -> {
            assertThat(cache.hitNanos()).isPositive();
            assertThat(cache.recomputeNanos()).isPositive();
            assertThat(cache.missNanos()).isGreaterThan(cache.recomputeNanos());
            assertThat(cache.pays()).isNotNull();
        });
        assertThat(record.stages()).hasSize(2).allSatisfy(stages -> {
            assertThat(stages.shares()).containsOnlyKeys("forward", "telescope", "backward", "optimiser");
            assertThat(stages.shares().values()).allMatch(share -> share > 0);
            assertThat(stages.shares().values().stream()
                            .mapToDouble(Double::doubleValue)
                            .sum())
                    .isBetween(0.3, 1.0);
        });
        files.write(record, List.of());
        folder.finish();
        assertThat(Json.readTree(folder.path().resolve("manifest.json"))
                        .path("state")
                        .asText())
                .isEqualTo("complete");
        assertContract(files, record);
    }

    /** The fields that scripts rely on, and no others beside them. */
    private static void assertContract(AblationFiles files, AblationRecord record) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        files.print(record, true, new PrintStream(out, true, StandardCharsets.UTF_8));
        var json = Json.tree(Json.value(Json.tree(record), AblationRecord.class));
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(Json.text(record));
        assertThat(json.fieldNames()).toIterable().contains("command", "workload", "device", "switches", "caches");
        assertThat(json.path("switches").get(0).fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("name", "alone", "leftOut", "verdict");
        assertThat(json.path("switches").get(0).path("alone").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("ratio", "low", "high");
        assertThat(json.path("caches").get(0).fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "name",
                        "hits",
                        "misses",
                        "hitNanos",
                        "missNanos",
                        "recomputeNanos",
                        "breakEvenHitRate",
                        "pays");
    }

    private static SwitchEffect effect(AblationRecord record, String name) {
        return record.switches().stream()
                .filter(effect -> effect.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private RunFolder folder() {
        return RunFolder.create(root, "ablate", Instant.parse("2026-11-21T12:00:00Z"));
    }
}
