// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.environment.Environment;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.RoundLoop;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.report.OpsFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Execution, files and comparison, with processes that answer what the test says. */
class OpsLaboratoryTest {
    private static final int ROUNDS = 5;
    private static final Agreement RIGHT = new Agreement("a test", 1, 1, 1e-9, 1, Agreement.TOLERANCE);
    private static final Agreement WRONG = new Agreement("a test", 1, 1, 0.5, 1, Agreement.TOLERANCE);

    @TempDir
    private Path root;

    private final List<Job> asked = new ArrayList<>();

    @Test
    void methodsBecomeFilesAndAComparison() throws IOException {
        RunFolder folder = folder("lstm", 1);
        run(folder, settings(List.of("matmul_small", "conv2d_small"), "tuned,eager,jit", false), this::usual);
        new OpsFiles(folder).write(OpsComparison.of(folder.path(), "here"));
        folder.finish();

        assertThat(folder.path()).isEqualTo(root.resolve("lstm/run_1/benchmarks"));
        JsonNode eager = Json.readTree(folder.path().resolve("pytorch_output.json"));
        JsonNode row = eager.path("conv2d_small");
        assertThat(row.path("method").asText()).isEqualTo("PyTorch-Default");
        assertThat(row.path("benchmark").asText()).isEqualTo("conv2d_small");
        assertThat(row.path("num_runs").asInt()).isEqualTo(3 * ROUNDS);
        assertThat(row.path("mean_time_ms").asDouble()).isCloseTo(4, within(1e-9));
        assertThat(row.path("min_time_ms").asDouble()).isEqualTo(3);
        assertThat(row.path("max_time_ms").asDouble()).isEqualTo(5);
        assertThat(row.path("median_time_ms").asDouble()).isEqualTo(4);
        // divisor n: samples 3, 4 and 5 deviate by 1, 0 and 1
        assertThat(row.path("std_time_ms").asDouble()).isCloseTo(Math.sqrt(2 / 3.0), within(1e-9));
        assertThat(Json.readTree(folder.path().resolve("agent_output.json"))
                        .path("conv2d_small")
                        .path("agent_schedule")
                        .path("implementation")
                        .asText())
                .isEqualTo("winograd-4x4/4");

        String csv = Files.readString(folder.path().resolve("comparison_summary.csv"));
        assertThat(csv.lines().toList().get(0))
                .startsWith("Benchmark,RL-Optimized (ms),PyTorch-Default (ms),PyTorch-JIT (ms),RL Speedup,JIT Speedup");
        assertThat(csv)
                .contains(
                        "conv2d_small,2.0000 \u00b1 0.8165,4.0000 \u00b1 0.8165,4.0000 \u00b1 0.8165,2.00\u00d7,1.00\u00d7");
        assertThat(folder.path().resolve("comparison_bar_plot.png")).isNotEmptyFile();
        assertThat(folder.path().resolve("speedup_comparison.png")).isNotEmptyFile();
        assertThat(Json.readTree(folder.path().resolve("comparison_results.json"))
                        .path("agent_output")
                        .size())
                .isEqualTo(2);
        assertThat(Json.readTree(folder.path().resolve("manifest.json"))
                        .path("state")
                        .asText())
                .isEqualTo("complete");
    }

    @Test
    void aMissingMethodIsNotFilledIn() {
        RunFolder folder = folder("lstm", 1);
        run(folder, settings(List.of("matmul_small"), "eager", false), this::usual);
        OpsComparison comparison = OpsComparison.of(folder.path(), "here");
        new OpsFiles(folder).write(comparison);

        assertThat(comparison.speedups()).isEmpty();
        assertThat(comparison.benchmarks().get(0).rows()).containsOnlyKeys(Method.EAGER);
        assertThat(folder.path().resolve("comparison_summary.csv"))
                .content()
                .contains("matmul_small,N/A,4.0000 \u00b1 0.8165,N/A,N/A,N/A,N/A,N/A");
        assertThat(folder.path().resolve("speedup_comparison.png")).doesNotExist();
        assertThat(comparison.failed()).isFalse();
    }

    @Test
    void aMethodThatDiesIsAFailedRowAndTheOthersGoOn() {
        RunFolder folder = folder("lstm", 1);
        run(folder, settings(List.of("matmul_small"), "eager,jit", false), job -> {
            if (job.variant().equals("jit")) {
                throw new JobFailedException(new JobFailure("jit", job.round(), "its process was ended", false));
            }
            return usual(job);
        });
        OpsComparison comparison = OpsComparison.of(folder.path(), "here");
        assertThat(comparison.failed()).isTrue();
        assertThat(comparison.benchmarks().get(0).rows().get(Method.JIT).kind()).isEqualTo("failed");
        assertThat(comparison.benchmarks().get(0).rows().get(Method.EAGER).measured())
                .isTrue();
        assertThat(comparison.remarks()).anyMatch(remark -> remark.contains("its process was ended"));
    }

    @Test
    void aWrongOutputHasNoTime() {
        RunFolder folder = folder("lstm", 1);
        run(folder, settings(List.of("matmul_small"), "tuned,eager", false), job -> {
            OpsOutcome outcome = usual(job);
            boolean wrong = job.variant().equals("tuned");
            return wrong ? new OpsOutcome(List.of(), WRONG, List.of(), 1) : outcome;
        });
        MethodRow row = new MethodFiles(folder.path()).read(Method.TUNED).get("matmul_small");
        assertThat(row.kind()).isEqualTo("failed");
        assertThat(row.meanTimeMs()).isNull();
        assertThat(row.error()).contains("output is wrong");
    }

    @Test
    void schedulesAreRememberedAndResumedRowsAreKept() {
        RunFolder folder = folder("lstm", 1);
        OpsSettings first = settings(List.of("matmul_small"), "tuned,eager", false);
        run(folder, first, this::usual);
        long searches = asked.stream().filter(job -> job.round() == 0).count();
        assertThat(searches).isEqualTo(2); // one for each wait policy
        asked.clear();

        run(folder, first, this::usual);
        assertThat(asked).isNotEmpty().noneMatch(job -> job.round() == 0);
        asked.clear();

        run(folder, settings(List.of("matmul_small", "linear_small"), "tuned,eager", true), this::usual);
        assertThat(asked)
                .isNotEmpty()
                .allMatch(job -> job.settings().path("name").asText().equals("linear_small"));
        assertThat(new MethodFiles(folder.path()).read(Method.EAGER)).containsOnlyKeys("matmul_small", "linear_small");
    }

    @Test
    void aScheduleMustBeClearlyAheadOfEagerAndJit() {
        assertThat(tunedWhenEagerTakes(2.06)).isEqualTo("eager");
        assertThat(tunedWhenEagerTakes(2.2)).isEqualTo("winograd-4x4/4");
    }

    private static String tunedWhenEagerTakes(double millis) {
        List<Candidate> candidates = List.of(
                new Candidate(new Schedule("winograd-4x4/4", 2, 1, true, "passive"), 2.0, ""),
                new Candidate(new Schedule("jit", 2, 1, false, "passive"), 3.0, ""),
                new Candidate(new Schedule("eager", 2, 1, false, "passive"), millis, ""));
        return new ScheduleStore.Findings(java.util.Map.of(), "", candidates)
                .tuned()
                .orElseThrow()
                .implementation();
    }

    @Test
    void rowsOfDifferentSizesAreNotCompared() {
        RunFolder folder = folder("lstm", 1);
        run(folder, settings(List.of("conv2d_small"), "eager", false), this::usual);
        OpsSettings code = settings(List.of("conv2d_small"), "jit", false);
        OpsSettings doc = new OpsSettings(
                "doc",
                OperatorCase.named(OperatorCase.all(ShapeSet.DOC), List.of("conv2d_small")),
                code.methods(),
                2,
                1,
                3,
                1,
                1,
                false,
                false,
                code.python(),
                code.protocol());
        run(folder, doc, this::usual);
        OpsComparison comparison = OpsComparison.of(folder.path(), "here");
        assertThat(comparison.benchmarks().get(0).speedups()).isEmpty();
        assertThat(comparison.remarks()).anyMatch(remark -> remark.contains("different sizes or inputs"));
    }

    @Test
    void theNewestRunIsFoundByItsManifest() throws IOException {
        OpsFolders folders = new OpsFolders(root);
        assertThat(folders.newest()).isEmpty();
        RunFolder later = RunFolder.at(folders.of("lstm", 1), "ops", "run_1", Instant.parse("2026-02-02T00:00:00Z"));
        RunFolder.at(folders.of("gpt-2", 7), "ops", "run_7", Instant.parse("2026-01-01T00:00:00Z"));
        Files.setLastModifiedTime(later.path().resolve("manifest.json"), FileTime.from(Instant.EPOCH));
        Files.createDirectories(root.resolve("lstm/run_9/benchmarks")); // without a manifest it is no run
        assertThat(folders.newest()).contains(later.path());
        assertThat(folders.next("lstm")).isEqualTo(root.resolve("lstm/run_10/benchmarks"));
        assertThat(folders.next("new")).isEqualTo(root.resolve("new/run_1/benchmarks"));
        assertThatThrownBy(() -> folders.of("../x", 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFolderWithoutOutputsIsRefused() {
        assertThatThrownBy(() -> OpsComparison.of(root, "here"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing to compare");
    }

    @Test
    void geometricMeanOfAFactorAndItsInverseIsOne() {
        assertThat(OpsComparison.geometricMean(4, 0.25)).isCloseTo(1, within(1e-12));
    }

    @Test
    void aPeerWithoutTorchIsUnavailableAndABrokenOneFails() throws IOException {
        assertThat(peer("exit 1\n").kind()).isEqualTo("unavailable");
        assertThat(peer("case $1 in -c) echo 2.0;; *) echo boom >&2; exit 7;; esac\n"))
                .satisfies(row -> assertThat(row.kind()).isEqualTo("failed"))
                .satisfies(row -> assertThat(row.error()).contains("7").contains("boom"));
        assertThat(peer("case $1 in -c) echo 2.0;; *) echo garbage > $4;; esac\n"))
                .satisfies(row -> assertThat(row.kind()).isEqualTo("failed"))
                .satisfies(row -> assertThat(row.error()).contains("cannot be understood"));
        String lies = "case $1 in -c) echo 2.0;; *) python=0; (printf '{\"millis\":[1.0],\"values\":['; i=1;"
                + " while [ $i -lt 256 ]; do printf '0,'; i=$((i+1)); done; printf '0]}') > $4;; esac\n";
        assertThat(peer(lies).kind()).isEqualTo("failed");
    }

    private MethodRow peer(String script) throws IOException {
        Path python = root.resolve("python-" + System.nanoTime());
        Files.writeString(python, "#!/bin/sh\n" + script);
        assertThat(python.toFile().setExecutable(true)).isTrue();
        OpsSettings s = settings(List.of("linear_small"), "compile", false);
        OpsSettings with =
                new OpsSettings(s.shapes(), s.cases(), s.methods(), 1, 1, 3, 1, 1, false, false, python, s.protocol());
        return new CompilePeer(with).row(with.cases().get(0));
    }

    private OpsOutcome usual(Job job) {
        if (job.round() == 0) {
            String policy = job.settings().path("waitPolicy").asText();
            double penalty = policy.equals("active") ? 1 : 0;
            return new OpsOutcome(
                    List.of(
                            new Candidate(new Schedule("eager", 2, 1, false, policy), 4.0 + penalty, ""),
                            new Candidate(new Schedule("jit", 2, 2, false, policy), 4.1 + penalty, ""),
                            new Candidate(new Schedule("winograd-4x4/4", 2, 1, true, policy), 2.0 + penalty, ""),
                            new Candidate(new Schedule("channels-last", 2, 1, false, policy), null, "wrong")),
                    null,
                    List.of(),
                    1);
        }
        double middle = job.variant().equals("tuned") ? 2 : 4;
        return new OpsOutcome(List.of(), RIGHT, List.of(middle - 1, middle, middle + 1), 1);
    }

    private void run(RunFolder folder, OpsSettings settings, Function<Job, OpsOutcome> process) {
        RoundLoop.Executor executor = (job, progress) -> {
            asked.add(job);
            return new JobReport(
                    job.variant(),
                    job.round(),
                    new JobReport.Phases(0, 0, 0, 0, true, 1),
                    new MemoryUse(null, 0, 0),
                    Interference.NONE,
                    Json.tree(process.apply(job)));
        };
        ScheduleStore store = new ScheduleStore(root.resolve("schedules"), Environment.capture(List.of()), 2);
        PrintStream silent = new PrintStream(new ByteArrayOutputStream());
        new OpsCampaign(settings, folder, store, executor, new Progress(silent, false)).run();
    }

    private RunFolder folder(String model, int run) {
        return RunFolder.at(new OpsFolders(root).of(model, run), "ops", "run_" + run, Instant.now());
    }

    private static OpsSettings settings(List<String> names, String methods, boolean resume) {
        ProtocolSpec rules = new ProtocolSpec(ROUNDS, 0, 0, 1, 0.95, 0.02, WarmUpRule.usual());
        return new OpsSettings(
                "code",
                OperatorCase.named(OperatorCase.all(ShapeSet.CODE), names),
                Method.parse(List.of(methods.split(","))),
                2,
                1,
                3,
                1,
                1,
                false,
                resume,
                Path.of("python3"),
                rules);
    }
}
