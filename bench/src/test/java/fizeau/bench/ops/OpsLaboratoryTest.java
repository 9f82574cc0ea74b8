// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.ops.OpsComparison.TunedTarget;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import fizeau.bench.report.OpsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Execution, files and comparison, with processes that answer what the test says. */
@Tag("alone")
class OpsLaboratoryTest {
    private static final OperatorShape TINY = new OperatorShape.Linear(2, 3, 4);

    @TempDir
    private Path root;

    private MadeUpOps made;

    @BeforeEach
    void madeUp() {
        made = new MadeUpOps(root);
    }

    @Test
    void methodsBecomeFilesAndAComparison() throws IOException {
        RunFolder folder = folder("lstm");
        run(
                folder,
                settings(List.of("matmul_small", "conv2d_small"), "tuned,eager,jit", false),
                job -> MadeUpOps.usual(job, 2));
        new OpsFiles(folder).write(OpsRecord.of(folder));
        folder.finish();

        assertThat(folder.path()).isEqualTo(root.resolve("lstm/run_1/benchmarks"));
        JsonNode eager = Json.readTree(folder.path().resolve("pytorch_output.json"));
        JsonNode row = eager.path("conv2d_small");
        assertThat(row.path("method").asText()).isEqualTo("PyTorch-Default");
        assertThat(row.path("benchmark").asText()).isEqualTo("conv2d_small");
        assertThat(row.path("num_runs").asInt()).isEqualTo(3 * MadeUpOps.ROUNDS);
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
        RunFolder folder = folder("lstm");
        run(folder, settings(List.of("matmul_small"), "eager", false), job -> MadeUpOps.usual(job, 2));
        OpsComparison comparison = OpsComparison.of(folder.path());
        new OpsFiles(folder).write(OpsRecord.of(folder));

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
        RunFolder folder = folder("lstm");
        run(folder, settings(List.of("matmul_small"), "eager,jit", false), job -> {
            if (job.variant().equals("jit")) {
                throw new JobFailedException(new JobFailure("jit", job.round(), "its process was ended", false));
            }
            return MadeUpOps.usual(job, 2);
        });
        OpsComparison comparison = OpsComparison.of(folder.path());
        assertThat(comparison.failed()).isTrue();
        assertThat(comparison.benchmarks().get(0).rows().get(Method.JIT).kind()).isEqualTo("failed");
        assertThat(comparison.benchmarks().get(0).rows().get(Method.EAGER).measured())
                .isTrue();
        assertThat(comparison.remarks()).anyMatch(remark -> remark.contains("its process was ended"));
    }

    @Test
    void aWrongOutputHasNoTime() {
        RunFolder folder = folder("lstm");
        run(folder, settings(List.of("matmul_small"), "tuned,eager", false), job -> {
            OpsOutcome outcome = MadeUpOps.usual(job, 2);
            boolean wrong = job.variant().equals("tuned");
            return wrong ? new OpsOutcome(List.of(), MadeUpOps.WRONG, List.of(), 1, null) : outcome;
        });
        MethodRow row = new MethodFiles(folder.path()).read(Method.TUNED).get("matmul_small");
        assertThat(row.kind()).isEqualTo("failed");
        assertThat(row.meanTimeMs()).isNull();
        assertThat(row.error()).contains("output is wrong");
    }

    @Test
    void schedulesAreRememberedAndResumedRowsAreKept() {
        RunFolder folder = folder("lstm");
        OpsSettings first = settings(List.of("matmul_small"), "tuned,eager", false);
        run(folder, first, job -> MadeUpOps.usual(job, 2));
        long searches = made.asked().stream().filter(job -> job.round() == 0).count();
        assertThat(searches).isEqualTo(2); // one for each wait policy
        made.asked().clear();

        run(folder, first, job -> MadeUpOps.usual(job, 2));
        assertThat(made.asked()).isNotEmpty().noneMatch(job -> job.round() == 0);
        made.asked().clear();

        run(
                folder,
                settings(List.of("matmul_small", "linear_small"), "tuned,eager", true),
                job -> MadeUpOps.usual(job, 2));
        assertThat(made.asked())
                .isNotEmpty()
                .allMatch(job -> job.settings().path("name").asText().equals("linear_small"));
        assertThat(new MethodFiles(folder.path()).read(Method.EAGER)).containsOnlyKeys("matmul_small", "linear_small");
    }

    @Test
    void aScheduleMustBeClearlyAheadOfEagerAndJit() {
        assertThat(tunedWhenEagerTakes(2.06)).isEqualTo("eager");
        assertThat(tunedWhenEagerTakes(2.2)).isEqualTo("winograd-4x4/4");
    }

    @Test
    void keptMemoryIsPreferredWhereItCostsNothing() {
        Schedule plain = new Schedule("eager", 2, 1, false, "passive");
        Schedule kept = new Schedule("eager", 2, 1, true, "passive");
        for (double millis : new double[] {4.1, 4.3}) {
            ScheduleStore.Findings findings = new ScheduleStore.Findings(
                    Map.of(), "", List.of(new Candidate(plain, 4.0, ""), new Candidate(kept, millis, "")));
            assertThat(findings.tuned().orElseThrow().schedule()).isEqualTo(millis < 4.2 ? kept : plain);
            assertThat(findings.plain("eager").orElseThrow().schedule()).isEqualTo(plain);
        }
    }

    private static String tunedWhenEagerTakes(double millis) {
        List<Candidate> candidates = List.of(
                new Candidate(new Schedule("winograd-4x4/4", 2, 1, true, "passive"), 2.0, ""),
                new Candidate(new Schedule("jit", 2, 1, false, "passive"), 3.0, ""),
                new Candidate(new Schedule("eager", 2, 1, false, "passive"), millis, ""));
        return new ScheduleStore.Findings(Map.of(), "", candidates)
                .tuned()
                .orElseThrow()
                .schedule()
                .implementation();
    }

    @Test
    void rowsOfDifferentSizesAreNotCompared() {
        RunFolder folder = folder("lstm");
        run(folder, settings(List.of("conv2d_small"), "eager", false), job -> MadeUpOps.usual(job, 2));
        OpsSettings doc = MadeUpOps.settings(
                OperatorCase.named(OperatorCase.all(ShapeSet.DOC), List.of("conv2d_small")),
                "jit",
                false,
                Path.of("python3"),
                60);
        run(folder, doc, job -> MadeUpOps.usual(job, 2));
        OpsComparison comparison = OpsComparison.of(folder.path());
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
        assertThatThrownBy(() -> OpsComparison.of(root))
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
        assertThat(peer("case $1 in -c) echo 2.0;; *) echo first >&2; echo boom >&2; exit 7;; esac\n"))
                .satisfies(row -> assertThat(row.kind()).isEqualTo("failed"))
                .satisfies(row -> assertThat(row.error()).contains("exit code 7: first | boom"));
        assertThat(peer("case $1 in -c) echo 2.0;; *) echo garbage > $4;; esac\n"))
                .satisfies(row -> assertThat(row.kind()).isEqualTo("failed"))
                .satisfies(row -> assertThat(row.error()).contains("cannot be understood"));
        assertThat(peer("case $1 in -c) echo 2.0;; *) echo no result, but done;; esac\n"))
                .satisfies(row -> assertThat(row.kind()).isEqualTo("failed"))
                .satisfies(row -> assertThat(row.error()).contains("cannot be understood"));
        String wordsForTimes = answer("[0,0,0,0,0,0,0,0]", "[\"fast\"]");
        assertThat(peer(wordsForTimes))
                .satisfies(row -> assertThat(row.kind()).isEqualTo("failed"))
                .satisfies(row -> assertThat(row.error()).contains("field millis"));
    }

    @Test
    void aPeerThatHangsIsEnded() throws IOException {
        MethodRow row =
                peer("case $1 in -c) echo 2.0;; *) echo waiting >&2; exec sleep 60;; esac\n", Duration.ofMillis(400));
        assertThat(row.kind()).isEqualTo("failed");
        assertThat(row.error()).contains("gave no answer within 400 ms", "waiting");
    }

    @Test
    void aPeerThatLiesHasNoTimeAndAnHonestOneHasOne() throws IOException {
        MethodRow liar = peer(answer("[0,0,0,0,0,0,0,0]", "[1.0]"));
        assertThat(liar.kind()).isEqualTo("failed");
        assertThat(liar.error()).contains("output is wrong");
        assertThat(liar.medianTimeMs()).isNull();
        List<Double> right = Reference.of(TINY, 1).values();
        MethodRow honest = peer(answer(right.toString(), "[1.0, 2.0, 3.0]"));
        assertThat(honest.measured()).as("%s", honest.error()).isTrue();
        assertThat(honest.medianTimeMs()).isEqualTo(2);
        assertThat(honest.roundMediansMs()).hasSize(MadeUpOps.ROUNDS);
    }

    private static String answer(String values, String millis) {
        return "case $1 in -c) echo 2.0;; *) echo '{\"values\": " + values + ", \"millis\": " + millis
                + "}' > $4;; esac\n";
    }

    @Test
    void aCallLongerThanItsShareIsMadeOncePerRound() {
        RunFolder folder = folder("lstm");
        OpsSettings bounded = MadeUpOps.settings(
                List.of(new OperatorCase("long", new OperatorShape.Linear(4096, 4096, 4096))),
                "tuned,eager,jit",
                false,
                Path.of("python3"),
                40);
        List<String> remarks = run(folder, bounded, job -> {
            if (job.round() > 0) {
                assertThat(job.settings().path("firstCall").asBoolean()).isTrue();
                return MadeUpOps.usual(job, 2);
            }
            List<Candidate> slow = MadeUpOps.usual(job, 2).candidates().stream()
                    .filter(one -> one.fastestMillis() != null)
                    .map(one -> new Candidate(one.schedule(), 2000 * one.fastestMillis(), ""))
                    .toList();
            return new OpsOutcome(slow, null, List.of(), 1, null);
        });
        assertThat(remarks)
                .singleElement()
                .asString()
                .contains("long: a call takes longer than its share of --max-seconds 40.0", "3 rounds");
        // 4, 8 and 8.2 seconds a call: no round fits three times into 40 seconds, and three are the fewest
        MethodRow row = new MethodFiles(folder.path()).read(Method.EAGER).get("long");
        assertThat(row.roundMediansMs()).hasSize(3);
        assertThat(row.firstCalls()).isTrue();
        assertThat(made.asked().stream().filter(job -> job.round() == 0)).hasSize(1); // one wait policy
    }

    @Test
    void aCaseThatDoesNotFitIntoMemoryIsAFailureOfItsOwn() {
        long needed = MemoryNeed.bytes(new OperatorShape.MatMul(1000, 2000, 3000));
        assertThat(needed).isEqualTo(4L * (3 * (1000 * 2000 + 2000 * 3000) + 4 * 1000 * 3000) + (1L << 30));
        assertThat(MemoryNeed.refusal(new OperatorShape.MatMul(1000, 2000, 3000), OptionalLong.of(needed)))
                .isEmpty();
        assertThat(MemoryNeed.refusal(new OperatorShape.MatMul(1000, 2000, 3000), OptionalLong.of(needed - 1)))
                .get()
                .asString()
                .contains("out of memory", "1.2 GB");
        RunFolder folder = folder("lstm");
        List<OperatorCase> cases = List.of(
                new OperatorCase("huge", new OperatorShape.MatMul(1 << 22, 1, 1 << 22)),
                new OperatorCase("tiny", TINY));
        run(
                folder,
                MadeUpOps.settings(cases, "tuned,eager", false, Path.of("python3"), 60),
                job -> MadeUpOps.usual(job, 2));
        MethodFiles files = new MethodFiles(folder.path());
        assertThat(files.read(Method.EAGER).get("huge").kind()).isEqualTo("failed");
        assertThat(files.read(Method.TUNED).get("huge").error()).contains("out of memory");
        assertThat(files.read(Method.EAGER).get("tiny").measured()).isTrue();
        assertThat(made.asked()).noneMatch(job -> job.variant().startsWith("huge"));
    }

    @Test
    void thePromiseIsMetMissedOrUnclear() {
        assertThat(target(round -> 2)).extracting(TunedTarget::notSlower).isEqualTo(1);
        assertThat(target(round -> 4)).extracting(TunedTarget::notSlower).isEqualTo(1);
        TunedTarget missed = target(round -> 5);
        assertThat(missed.slower()).containsExactly("conv2d_small");
        assertThat(missed.notSlower()).isZero();
        TunedTarget unclear = target(round -> round % 2 == 0 ? 3 : 5); // 0.8 to 1.33 times as fast
        assertThat(unclear.unclear()).containsExactly("conv2d_small");
        assertThat(unclear.slower()).isEmpty();
        assertThat(unclear.notSlower()).isZero();
        assertThat(unclear.judged()).isEqualTo(1);

        RunFolder alone = folder("alone");
        run(alone, settings(List.of("conv2d_small"), "tuned", false), job -> MadeUpOps.usual(job, 2));
        assertThat(OpsComparison.of(alone.path()).tunedTarget().judged())
                .as("there is nothing to be slower than")
                .isZero();
    }

    @Test
    void bothShapeSetsHaveOneGeometricMean() {
        RunFolder code = folder("code");
        run(code, settings(List.of("conv2d_small"), "tuned,eager", false), job -> MadeUpOps.usual(job, 2));
        RunFolder doc = folder("doc");
        OpsSettings like = settings(List.of("conv2d_small"), "tuned,eager", false);
        OpsSettings small = new OpsSettings(
                "doc",
                OperatorCase.named(OperatorCase.all(ShapeSet.DOC), List.of("linear_small", "linear_large")),
                like.methods(),
                like.cores(),
                like.device(),
                like.warmUps(),
                like.runs(),
                like.maxSeconds(),
                like.searchSeconds(),
                false,
                false,
                like.python(),
                like.protocol());
        run(doc, small, job -> MadeUpOps.usual(job, 5));
        // 2, 0.8 and 0.8 times as fast as eager
        String sentence = OpsRecord.bothShapeSets(code.path(), doc.path());
        assertThat(sentence)
                .contains("on the 3 convolution, block and linear cases of both shape sets")
                .contains(String.format(Locale.ROOT, "%.2f x", Math.cbrt(2 * 0.8 * 0.8)));
        assertThat(OpsRecord.of(code, List.of(sentence)).remarks()).contains(sentence);
        assertThatThrownBy(() -> OpsRecord.bothShapeSets(code.path(), code.path()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holds code and the run itself code: use two runs");
    }

    /** @param tuned milliseconds of its call in a round; eager and jit take 4 */
    private TunedTarget target(IntToDoubleFunction tuned) {
        RunFolder folder = folder("target");
        run(
                folder,
                settings(List.of("conv2d_small"), "tuned,eager,jit", false),
                job -> MadeUpOps.usual(job, tuned.applyAsDouble(job.round())));
        return OpsComparison.of(folder.path()).tunedTarget();
    }

    @Test
    void executionsOfDifferentMachinesAreRemarkedUpon() {
        RunFolder folder = folder("lstm");
        run(folder, settings(List.of("matmul_small"), "eager", false), job -> MadeUpOps.usual(job, 2));
        MethodFiles files = new MethodFiles(folder.path());
        OpsExecution first = files.executions().get(0);
        assertThat(OpsRecord.of(folder).remarks()).isEmpty();
        OpsExecution elsewhere = OpsExecution.of(
                settings(List.of("conv2d_small"), "jit", false),
                "2026-01-02T04:04:05Z",
                List.of(),
                Json.tree(Map.of("processor", Map.of("model", "another"))));
        files.add(folder, elsewhere);
        OpsRecord record = OpsRecord.of(folder);
        assertThat(record.executions()).hasSize(2).contains(first);
        assertThat(record.remarks())
                .anyMatch(remark ->
                        remark.contains("executions differ in their processors (another and made-up processor)"));
        assertThat(record.again())
                .startsWith("ops", "--method", "eager,jit", "--shapes", "code")
                .contains("matmul_small,conv2d_small", "--compare");
    }

    /** A peer that answers as a script says; the other method must be measured whatever it does. */
    private MethodRow peer(String script) throws IOException {
        return peer(script, Duration.ofSeconds(60));
    }

    private MethodRow peer(String script, Duration limit) throws IOException {
        Path python = root.resolve("python-" + System.nanoTime());
        Files.writeString(python, "#!/bin/sh\n" + script);
        assertThat(python.toFile().setExecutable(true)).isTrue();
        RunFolder folder = made.folder("peers", new OpsFolders(root));
        made.run(
                folder,
                MadeUpOps.settings(List.of(new OperatorCase("tiny", TINY)), "compile,eager", false, python, 60),
                job -> MadeUpOps.usual(job, 2),
                limit);
        MethodFiles files = new MethodFiles(folder.path());
        assertThat(files.read(Method.EAGER).get("tiny").measured()).isTrue();
        return files.read(Method.COMPILE).get("tiny");
    }

    private List<String> run(RunFolder folder, OpsSettings settings, Function<Job, OpsOutcome> process) {
        return made.run(folder, settings, process);
    }

    private RunFolder folder(String model) {
        return made.folder(model, new OpsFolders(root));
    }

    private static OpsSettings settings(List<String> names, String methods, boolean resume) {
        return MadeUpOps.settings(names, methods, resume);
    }
}
