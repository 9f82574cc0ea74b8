// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.groups.Tuple.tuple;

import fizeau.bench.environment.Environment;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.infer.InferOutcome.Trouble;
import fizeau.bench.ops.Agreement;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.report.InferFiles;
import fizeau.bench.report.RegressionGate;
import fizeau.bench.report.Rendering;
import fizeau.bench.report.ReportFormat;
import fizeau.bench.stats.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rounds, rows, files and reports, with processes that answer what the test says. */
class InferCampaignTest {
    private static final int ROUNDS = 5;

    @TempDir
    private Path root;

    private final List<Job> asked = new ArrayList<>();

    @Test
    void everyFrameworkTakesItsTurnsAndGetsItsRow() throws IOException {
        InferRecord record = run(List.of(Framework.LIBTORCH, Framework.ENGINE), List.of(1, 8), this::usual, Map.of());
        assertThat(record.rows())
                .extracting(InferRow::framework, InferRow::batchSize, InferRow::kind)
                .containsExactly(
                        tuple("libtorch", 1, "measured"),
                        tuple("engine", 1, "measured"),
                        tuple("libtorch", 8, "measured"),
                        tuple("engine", 8, "measured"));
        InferRow engine = record.rows().get(1);
        assertThat(engine.speedup().ratio()).isCloseTo(2, within(1e-12));
        assertThat(engine.judgement().verdict()).isEqualTo(Verdict.FASTER);
        assertThat(engine.timings().calls()).isEqualTo(3 * ROUNDS);
        assertThat(engine.timings().p50()).isEqualTo(10);
        // divisor n: samples 9, 10 and 12 deviate from 10.33 by 1.33, 0.33 and 1.67
        assertThat(engine.timings().std()).isCloseTo(Math.sqrt((16 + 1 + 25) / 27.0), within(1e-9));
        assertThat(engine.timings().p95()).isNull();
        assertThat(record.rows().get(3).timings().imagesPerSecond()).isCloseTo(8000 / (31.0 / 3), within(1e-9));
        assertThat(engine.compilationMillis()).isCloseTo(5 + 40 - 10, within(1e-9));
        assertThat(record.rows().get(0).compilationMillis()).isCloseTo(40 - 20, within(1e-9));
        assertThat(record.failed()).isFalse();
        // one reference for the model; for both batch sizes libtorch's threads, then both frameworks in every round
        assertThat(asked).hasSize(1 + 2 * (1 + 2 * ROUNDS));
        assertThat(asked.get(0).family()).isEqualTo(InferJob.REFERENCE);
        assertThat(asked.get(1).family()).isEqualTo(InferJob.THREADS);
        for (int batch : List.of(1, 8)) {
            assertThat(asked)
                    .filteredOn(job -> job.variant().equals("libtorch"))
                    .extracting(job -> Json.value(job.settings(), InferJob.class))
                    .filteredOn(job -> job.batch() == batch)
                    .hasSize(ROUNDS)
                    .allSatisfy(job -> {
                        assertThat(job.threads()).isEqualTo(10 + batch); // what its trial found
                        assertThat(job.openBlasThreads()).isEqualTo(2);
                        assertThat(job.iterations()).isEqualTo(7);
                    });
        }
    }

    @Test
    void filesHoldTheRowsInTheOriginalsForm() throws IOException {
        InferRecord record = run(
                List.of(Framework.LIBTORCH, Framework.ENGINE, Framework.JAX),
                List.of(1, 8),
                this::usual,
                Map.of(Framework.JAX, "no jax, \"here\""));
        Path folder = Path.of(record.folder());
        Path csv = folder.resolve("benchmark_results_20261121_180000.csv");
        String header = Files.readAllLines(csv).get(0);
        assertThat(header)
                .startsWith(
                        "timestamp,framework,model,device,device_type,batch_size,input_shape,dtype,warmup_iterations,"
                                + "measurement_iterations,latency_p50_ms,latency_p95_ms,latency_p99_ms,latency_mean_ms,"
                                + "latency_std_ms,latency_min_ms,latency_max_ms,throughput_ips,memory_mb,compilation_time_ms,"
                                + "git_commit,notes,kind");
        List<Map<String, String>> rows = InferCsv.read(csv);
        assertThat(rows).hasSize(6);
        assertThat(rows.get(1))
                .containsEntry("framework", "engine")
                .containsEntry("latency_p50_ms", "10.0000")
                .containsEntry("latency_p99_ms", "")
                .containsEntry("measurement_iterations", "15")
                .containsEntry("input_shape", "3x32x32")
                .containsEntry("speedup_over_libtorch", "2.00000")
                .containsEntry("memory_working_mb", "3.00000")
                .containsEntry("memory_device_mb", "")
                .containsEntry("verdict", "FASTER");
        assertThat(rows.get(1).get("notes")).contains("p99 needs 500 calls");
        assertThat(rows.get(2))
                .containsEntry("kind", "unavailable")
                .containsEntry("notes", "no jax, \"here\"")
                .containsEntry("latency_p50_ms", "");

        String text = Files.readString(folder.resolve("report.txt"));
        assertThat(text)
                .contains("=".repeat(60))
                .contains("Latency (p50): 10.00 ms")
                .contains("Throughput: 774.19 images/sec")
                .contains("Memory: 100 MB")
                .contains("Compilation: 35.00 ms")
                .contains("Total configurations: 6")
                .contains("Results saved to: ");
        assertThat(folder.resolve("inference_summary.tex")).content().contains("\\label{tab:inference_summary}");
        assertThat(folder.resolve("inference_full.tex")).content().contains("\\label{tab:inference_full}");
        for (String picture : List.of("latency", "throughput", "memory")) {
            assertThat(folder.resolve(picture + "_resnet_tiny.png")).isNotEmptyFile();
        }
        assertThat(Files.readAllLines(folder.resolve("samples.csv"))).hasSize(1 + 2 * 2 * 3 * ROUNDS);
        assertThat(Json.readTree(folder.resolve("manifest.json")).path("state").asText())
                .isEqualTo("complete");
    }

    @Test
    void reportAndGateKnowTheRecord() throws IOException {
        InferRecord record = run(List.of(Framework.LIBTORCH, Framework.ENGINE), List.of(1), this::usual, Map.of());
        Path folder = Path.of(record.folder());
        Rendering rendering = Rendering.of(folder);
        assertThat(rendering.text()).isEqualTo(Files.readString(folder.resolve("report.txt")));
        assertThat(ReportFormat.HTML.render(rendering)).contains("engine over eager libtorch", "2.00");
        assertThat(ReportFormat.LATEX.render(rendering)).contains("tab:inference_summary", "tab:inference_memory");
        assertThat(RegressionGate.judge(folder, folder, 0.05).passed()).isTrue();

        InferRecord slower = run(
                List.of(Framework.LIBTORCH, Framework.ENGINE),
                List.of(1),
                job -> outcome(job, job.framework().equals("engine") ? 15 : 20),
                Map.of());
        RegressionGate.Outcome outcome = RegressionGate.judge(folder, Path.of(slower.folder()), 0.05);
        assertThat(outcome.passed()).isFalse();
        assertThat(outcome.toText()).contains("resnet_tiny, batch 1, engine");
        InferRecord other = run(List.of(Framework.LIBTORCH, Framework.ENGINE), List.of(2), this::usual, Map.of());
        assertThatThrownBy(() -> RegressionGate.judge(folder, Path.of(other.folder()), 0.05))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("batchSizes");
    }

    @Test
    void aFrameworkThatBreaksIsAFailedRowOnceAndTheOthersGoOn() throws IOException {
        InferRecord record = run(
                List.of(Framework.LIBTORCH, Framework.PYTORCH, Framework.ENGINE),
                List.of(1),
                job -> {
                    if (job.framework().equals("pytorch")) {
                        throw new JobFailedException(
                                new JobFailure("pytorch", 1, "pytorch in round 1 failed: exit code 7: boom", false));
                    }
                    return usual(job);
                },
                Map.of());
        InferRow broken = record.rows().get(1);
        assertThat(broken.kind()).isEqualTo("failed");
        assertThat(broken.reason()).contains("exit code 7: boom");
        assertThat(record.rows().get(0).measured()).isTrue();
        assertThat(record.rows().get(2).measured()).isTrue();
        assertThat(record.missing()).hasSize(1);
        assertThat(record.failed()).isTrue();
        assertThat(asked.stream().filter(job -> job.variant().equals("pytorch")))
                .hasSize(1);
        assertThat(Files.readString(Path.of(record.folder()).resolve("report.txt")))
                .contains("failed: pytorch in round 1");
    }

    @Test
    void aWrongAnswerHasNoTime() throws IOException {
        InferRecord record = run(
                List.of(Framework.LIBTORCH, Framework.ENGINE),
                List.of(1),
                job -> job.framework().equals("engine") ? answer(outcome(job, 10), 0.5) : usual(job),
                Map.of());
        InferRow wrong = record.rows().get(1);
        assertThat(wrong.kind()).isEqualTo("failed");
        assertThat(wrong.reason()).contains("its answer is wrong: worst error 5.0e-01");
        assertThat(wrong.timings()).isNull();
        assertThat(record.failed()).isTrue();
    }

    @Test
    void outOfMemoryEndsTheBatchSizesOfThatFrameworkOnly() throws IOException {
        InferRecord record = run(
                List.of(Framework.LIBTORCH, Framework.ENGINE, Framework.PYTORCH),
                List.of(1, 32, 128),
                job -> {
                    if (job.framework().equals("libtorch") && job.batch() >= 32) {
                        return InferOutcome.without(new Trouble(Trouble.Kind.MEMORY, "batch 32 needs 9 GB"));
                    }
                    if (job.framework().equals("pytorch") && job.batch() >= 32) {
                        throw new JobFailedException(new JobFailure(
                                "pytorch", 1, "its process ended with exit code 137 and no report", false));
                    }
                    return usual(job);
                },
                Map.of());
        assertThat(record.rows())
                .extracting(InferRow::kind)
                .containsExactly(
                        "measured",
                        "measured",
                        "measured",
                        "failed",
                        "measured",
                        "failed",
                        "unavailable",
                        "measured",
                        "unavailable");
        assertThat(record.rows().get(3).reason()).isEqualTo("out of memory: batch 32 needs 9 GB");
        assertThat(record.rows().get(5).reason()).startsWith("out of memory: the system ended its process");
        assertThat(record.rows().get(6).reason()).isEqualTo("left out because batch 32 was out of memory already");
        assertThat(asked)
                .noneMatch(job -> job.family().equals(InferJob.FAMILY)
                        && Json.value(job.settings(), InferJob.class).batch() == 128
                        && !job.variant().equals("engine"));
        assertThat(record.rows().get(7).speedup()).isNull(); // nothing to compare with
    }

    @Test
    void aPeerThatHangsIsNotAskedForLargerBatches() throws IOException {
        InferRecord record = run(
                List.of(Framework.LIBTORCH, Framework.PYTORCH),
                List.of(1, 8, 32),
                job -> {
                    if (job.framework().equals("pytorch") && job.batch() == 8) {
                        throw new JobFailedException(new JobFailure(
                                "pytorch", 1, "pytorch failed: python3 gave no answer within 600000 ms", false));
                    }
                    return usual(job);
                },
                Map.of());
        assertThat(record.rows())
                .filteredOn(row -> row.framework().equals("pytorch"))
                .extracting(InferRow::kind, InferRow::reason)
                .containsExactly(
                        tuple("measured", null),
                        tuple("failed", "pytorch failed: python3 gave no answer within 600000 ms"),
                        tuple("unavailable", "left out because batch 8 gave no answer in time already"));
        assertThat(asked)
                .filteredOn(job -> job.variant().equals("pytorch"))
                .extracting(job -> Json.value(job.settings(), InferJob.class).batch())
                .doesNotContain(32)
                .containsOnlyOnce(8);
    }

    @Test
    void aModelWithoutARightAnswerFailsAloneAndSaysWhy() throws IOException {
        InferRecord record = run(
                List.of(ImageModel.RESNET_TINY, ImageModel.VIT_TINY),
                List.of(Framework.LIBTORCH, Framework.ENGINE, Framework.JAX),
                List.of(1, 8),
                this::usual,
                Map.of(Framework.JAX, "no jax"),
                model -> {
                    if (model.equals("vit_tiny")) {
                        throw new JobFailedException(
                                new JobFailure("vit_tiny reference", 0, "its process ended with exit code 1", false));
                    }
                });
        assertThat(record.rows())
                .extracting(InferRow::model, InferRow::kind)
                .containsExactly(
                        tuple("resnet_tiny", "measured"),
                        tuple("resnet_tiny", "measured"),
                        tuple("resnet_tiny", "unavailable"),
                        tuple("resnet_tiny", "measured"),
                        tuple("resnet_tiny", "measured"),
                        tuple("resnet_tiny", "unavailable"),
                        tuple("vit_tiny", "failed"),
                        tuple("vit_tiny", "failed"),
                        tuple("vit_tiny", "unavailable"),
                        tuple("vit_tiny", "failed"),
                        tuple("vit_tiny", "failed"),
                        tuple("vit_tiny", "unavailable"));
        assertThat(record.rows().get(6).reason())
                .isEqualTo(
                        "the right answer to compare with could not be computed: its process ended with exit code 1");
        assertThat(record.failed()).isTrue();
        assertThat(record.missing()).extracting(JobFailure::variant).containsExactly("vit_tiny reference");
        assertThat(asked)
                .noneMatch(job -> job.family().equals(InferJob.FAMILY)
                        && Json.value(job.settings(), InferJob.class).model().equals("vit_tiny"));
    }

    @Test
    void aNumberFormatThatAFrameworkCannotRunIsUnavailable() throws IOException {
        InferRecord record = run(
                List.of(Framework.LIBTORCH, Framework.ENGINE),
                List.of(1),
                job -> job.framework().equals("engine")
                        ? InferOutcome.without(new Trouble(Trouble.Kind.IMPOSSIBLE, "no float16 here"))
                        : usual(job),
                Map.of());
        assertThat(record.rows().get(1).kind()).isEqualTo("unavailable");
        assertThat(record.rows().get(1).reason()).isEqualTo("no float16 here");
        assertThat(record.failed()).isFalse();
    }

    @Test
    void whatCompilesForLongTakesPartInTheFirstRoundsOnly() throws IOException {
        InferRecord record =
                run(List.of(Framework.LIBTORCH, Framework.TORCH_COMPILE), List.of(1), this::usual, Map.of());
        assertThat(record.rows().get(0).runs()).hasSize(ROUNDS);
        InferRow compiled = record.rows().get(1);
        assertThat(compiled.runs()).extracting(InferRow.Run::round).containsExactly(1, 2);
        assertThat(compiled.judgement().verdict()).isEqualTo(Verdict.UNCLEAR);
        assertThat(compiled.compilationMillis()).isCloseTo(30, within(1e-9));
    }

    @Test
    void nothingMeasuredIsAFailure() throws IOException {
        InferRecord record = run(List.of(Framework.JAX), List.of(1), this::usual, Map.of(Framework.JAX, "no jax"));
        assertThat(record.failed()).isTrue();
    }

    /** 10 ms in the middle, or 20 for libtorch. */
    private InferOutcome usual(InferJob job) {
        return outcome(job, job.framework().equals("libtorch") ? 20 : 10);
    }

    private static InferOutcome outcome(InferJob job, double millis) {
        return new InferOutcome(
                "a test 1.0",
                "1",
                new Agreement("a test", 10, 10, 1e-6, 1, 1e-3),
                5,
                40,
                List.of(millis - 1, millis, millis + 2),
                List.of(),
                3_000_000L,
                null,
                100_000_000L,
                List.of(new Session.Part("convolution", 3, 8)),
                null);
    }

    private static InferOutcome answer(InferOutcome usual, double error) {
        return new InferOutcome(
                usual.library(),
                usual.threads(),
                new Agreement("a test", 10, 10, error, 1, 1e-3),
                5,
                40,
                List.of(),
                List.of(),
                null,
                null,
                null,
                List.of(),
                null);
    }

    private InferRecord run(
            List<Framework> frameworks,
            List<Integer> batchSizes,
            Function<InferJob, InferOutcome> answers,
            Map<Framework, String> unavailable)
            throws IOException {
        return run(List.of(ImageModel.RESNET_TINY), frameworks, batchSizes, answers, unavailable, model -> {});
    }

    /** @param reference is told the model before its reference; may throw */
    private InferRecord run(
            List<ImageModel> models,
            List<Framework> frameworks,
            List<Integer> batchSizes,
            Function<InferJob, InferOutcome> answers,
            Map<Framework, String> unavailable,
            Consumer<String> reference)
            throws IOException {
        asked.clear();
        Instant startedAt = Instant.parse("2026-11-21T18:00:00Z");
        ProtocolSpec protocol = new ProtocolSpec(ROUNDS, 0, 0, 1, 0.95, 0.02, WarmUpRule.quick());
        InferSettings settings = new InferSettings(
                models,
                frameworks,
                batchSizes,
                NumberFormat.FLOAT32,
                2,
                7,
                60,
                2,
                false,
                null,
                InferSettings.SYNTHETIC,
                "cpu",
                2,
                true,
                protocol);
        RunFolder folder = RunFolder.create(root, "infer", startedAt);
        InferFiles files = new InferFiles(folder);
        files.announce();
        Progress progress = new Progress(new PrintStream(new ByteArrayOutputStream()), false);
        InferCampaign.Result result = new InferCampaign(
                        settings,
                        unavailable,
                        folder,
                        (job, share) -> {
                            asked.add(job);
                            InferJob given = Json.value(job.settings(), InferJob.class);
                            if (job.family().equals(InferJob.REFERENCE)) {
                                reference.accept(given.model());
                            }
                            Object outcome = switch (job.family()) {
                                case InferJob.REFERENCE -> List.of();
                                case InferJob.THREADS -> new PoolThreads(10 + given.batch(), 2);
                                default -> answers.apply(given);
                            };
                            return new JobReport(
                                    job.variant(),
                                    job.round(),
                                    new JobReport.Phases(0, 0, 0, 1, true, 1),
                                    MemoryUse.NONE,
                                    Interference.NONE,
                                    Json.tree(outcome));
                        },
                        progress,
                        (model, batch, rows) -> {})
                .run();
        InferRecord record = new InferRecord(
                InferRecord.SCHEMA,
                "measured",
                "infer",
                folder.runId(),
                folder.path().toString(),
                startedAt.toString(),
                1,
                "cpu",
                2,
                new InferRecord.Workload(
                        List.of("resnet_tiny"), batchSizes, "3x32x32", "float32", "synthetic", false, 2, 7, 60),
                result.rows(),
                protocol,
                List.of(),
                result.failures(),
                result.remarks(),
                Json.tree(Environment.capture(List.of("infer"))));
        files.write(record);
        folder.finish();
        return record;
    }
}
