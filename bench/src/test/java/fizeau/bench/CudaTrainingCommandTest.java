// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.bench.PretendCommand.Answer;
import fizeau.bench.ablation.AblationRecord;
import fizeau.bench.ablation.SwitchEffect;
import fizeau.bench.batch.BatchRecord;
import fizeau.bench.batch.BatchRow;
import fizeau.bench.caches.CacheLine;
import fizeau.bench.caches.CachesRecord;
import fizeau.bench.evidence.EvidenceRecord;
import fizeau.bench.evidence.EvidenceRow;
import fizeau.bench.files.Json;
import fizeau.bench.pipeline.ReconstructionRecord;
import fizeau.bench.training.Check;
import fizeau.bench.training.CorrectnessGate;
import fizeau.bench.training.TrainingFloor;
import fizeau.bench.training.TrainingRecord;
import fizeau.bench.training.VariantRecord;
import fizeau.kernels.PretendCuda;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Trainings on the pretend driver from the command line, child processes and records included. */
@ExtendWith(PretendCudaExtension.class)
class CudaTrainingCommandTest {

    private static final List<String> SIZES =
            List.of("--object-size", "16", "--image-size", "32", "--aperture-radius", "4", "--pattern-radius", "8");

    /** Speed is not what is looked at here. */
    private static final String[] SHORT = {"--threads", "1", "--rounds", "1", "--warmup-seconds", "0.1"};

    private final PretendCuda machine;

    @TempDir
    private Path folder;

    private boolean libtorch = true;
    private int runs;

    CudaTrainingCommandTest(PretendCuda machine) {
        this.machine = machine;
    }

    /**
     * Our own kernels and NVIDIA's libraries in the same rounds. No Python here sees the pretend card, so the opponent's row says
     * why it is not there.
     */
    @Test
    void compareTrainsAtBothLevelsAndNamesTheMissingOpponent() throws Exception {
        TrainingRecord record = run("compare", "--no-cuda-graphs");
        assertThat(record.device()).isEqualTo("cuda");
        assertThat(record.speedup()).isNull();
        assertThat(record.gate())
                .allSatisfy(gate -> assertThat(gate.passed()).as(gate.reason()).isTrue());
        VariantRecord optimized = record.variants().get("optimized");
        assertThat(record.variants()).containsOnlyKeys("optimized", "libraryLevel");
        VariantRecord library = record.variants().get("libraryLevel");
        assertThat(library.spec().level()).isEqualTo("library");
        assertThat(library.spec().precision()).isEqualTo("fp32");
        assertThat(library.plans().values()).containsOnly("fft");
        assertThat(record.gate())
                .extracting(CorrectnessGate.Result::variant)
                .containsExactly("optimized", "library-level");
        assertThat(record.qualities()).singleElement().satisfies(quality -> {
            assertThat(quality.reference()).isEqualTo("library-level");
            assertThat(quality.sameInitialWeights()).isTrue();
            assertThat(quality.lossDifference()).isLessThan(1e-3);
        });
        assertThat(record.onDevice().unavailable()).isEmpty();
        assertThat(record.onDevice().speedupOverLibrary().over()).isEqualTo("library-level");
        TrainingFloor floor = record.onDevice().floor();
        assertThat(floor.millis()).isPositive();
        assertThat(floor.shares()).containsOnlyKeys("optimized", "library-level");
        floor.shares().values().forEach(share -> assertThat(share).isPositive());
        assertThat(optimized.spec().device()).isEqualTo("cuda");
        assertThat(optimized.spec().cudaGraphs()).isFalse();
        assertThat(optimized.description()).contains("pretend device");
        assertThat(optimized.plans().values()).containsOnly("matrix");
        assertThat(optimized.nativeBytes()).isPositive();
        assertThat(record.lossSpread().largest())
                .as("the fused level repeats to the bit")
                .isZero();
        assertThat(record.targets())
                .hasSize(5)
                .allSatisfy(target -> assertThat(target.reason()).endsWith("and this is custom"));
        assertThat(record.peers()).singleElement().satisfies(peer -> {
            assertThat(peer.name()).isEqualTo("python-eager");
            assertThat(peer.kind()).isEqualTo("unavailable");
            assertThat(peer.reason()).isNotBlank();
        });
    }

    /** Asked for no device, a machine with a GPU trains on it. */
    @Test
    void theEngineAloneReplaysGraphs() throws Exception {
        TrainingRecord record = Json.read(
                run(
                        "optimized",
                        concat(
                                concat(SIZES, SHORT),
                                "--device",
                                "auto",
                                "--deterministic",
                                "--samples",
                                "2",
                                "--epochs",
                                "3")),
                TrainingRecord.class);
        assertThat(record.device()).isEqualTo("cuda");
        assertThat(record.variants().get("optimized").spec().cudaGraphs()).isTrue();
        assertThat(record.failed()).isFalse();
    }

    /** Every switch that a GPU has, alone and left out; what cannot be turned there has no row. Takes two minutes. */
    @Test
    @Tag("long")
    void ablateTurnsEverySwitchOfTheDevice() throws Exception {
        AblationRecord record = Json.read(
                result(
                        "ablate",
                        concat(List.of(SHORT), "--samples", "2", "--epochs", "3")
                                .toArray(String[]::new)),
                AblationRecord.class);
        assertThat(record.device()).isEqualTo("cuda");
        assertThat(record.failed())
                .as("%s %s", record.missing(), record.remarks())
                .isFalse();
        assertThat(record.switches())
                .extracting(SwitchEffect::name)
                .containsExactly(
                        "measurementCache",
                        "fftCache",
                        "gridCache",
                        "level",
                        "plan",
                        "fusedLoss",
                        "fused",
                        "fusedOptimizer",
                        "cudaGraphs");
        assertThat(record.switches()).allSatisfy(effect -> {
            assertThat(effect.alone()).isNotNull();
            assertThat(effect.leftOut()).isNotNull();
        });
        assertThat(record.steps()).hasSize(record.switches().size());
        assertThat(record.variants().values())
                .allSatisfy(variant -> assertThat(variant.spec().device()).isEqualTo("cuda"));
        assertThat(record.caches()).hasSize(3).allSatisfy(cache -> {
            assertThat(cache.hits()).isNotNull();
            assertThat(cache.recomputeNanos()).isPositive();
        });
        assertThat(record.stages())
                .hasSize(2)
                .allSatisfy(stages -> assertThat(stages.millis())
                        .hasEntrySatisfying(
                                "forward", millis -> assertThat(millis).isPositive())
                        .hasEntrySatisfying(
                                "telescope", millis -> assertThat(millis).isPositive())
                        .hasEntrySatisfying(
                                "backward", millis -> assertThat(millis).isPositive()));
        assertThat(record.remarks()).anyMatch(remark -> remark.contains("no row for threads"));
    }

    @Test
    void cachesAreTimedOnTheDevice() throws Exception {
        CachesRecord record = Json.read(
                run(
                        "caches",
                        List.of("--sizes", "64", "--rounds", "1", "--seconds-per-call", "0.01", "--threads", "1")),
                CachesRecord.class);
        assertThat(record.device()).isEqualTo("cuda");
        assertThat(record.failed())
                .as("%s %s", record.missing(), record.remarks())
                .isFalse();
        assertThat(record.caches())
                .extracting(CacheLine::name)
                .containsExactlyInAnyOrder("measurement", "fft", "grid", "mask");
        assertThat(record.caches())
                .filteredOn(line -> line.name().equals("measurement"))
                .allSatisfy(line -> {
                    assertThat(line.recomputeNanos()).isGreaterThan(line.hitNanos());
                    assertThat(line.bytes()).isEqualTo(line.keys() * 64L * 64 * Float.BYTES);
                });
    }

    /** With the early stop a GPU is asked after every iteration, without it once for a position. */
    @Test
    void reconstructTrainsOnTheDevice() throws Exception {
        ReconstructionRecord free = Json.read(
                result("reconstruct", "--samples", "2", "--epochs", "4", "--loss-threshold", "0"),
                ReconstructionRecord.class);
        assertThat(free.best().description()).contains("pretend device");
        assertThat(free.best().iterations()).isEqualTo(8);
        float first = free.best().losses()[0];
        float later = free.best().losses()[2];
        assertThat(later).isLessThan(first);
        ReconstructionRecord stopped = Json.read(
                result(
                        "reconstruct",
                        "--samples",
                        "1",
                        "--epochs",
                        "4",
                        "--loss-threshold",
                        String.valueOf(later + 1e-6f)),
                ReconstructionRecord.class);
        assertThat(stopped.best().losses()).isEqualTo(Arrays.copyOf(free.best().losses(), 3));
        assertThat(stopped.best().earlyStops()).isEqualTo(1);
    }

    /** The profile of a training, from the command line; CUPTI may be another's here, and is told then. */
    @Test
    void profileTrainsOnTheDevice() throws Exception {
        JsonNode record = Json.readTree(result("profile", "--samples", "2", "--epochs", "3", "--no-tools"));
        assertThat(record.path("work").asText()).startsWith("a training");
        assertThat(record.path("variant").path("device").asText()).isEqualTo("cuda");
        assertThat(record.path("ranges").findValuesAsText("name")).contains("sample", "capture", "replay");
        JsonNode operator =
                Json.readTree(result("profile", "--samples", "2", "--epochs", "1", "--no-tools", "--work", "operator"));
        assertThat(operator.path("work").asText()).startsWith("the measurement operator");
    }

    /** Members of a batch are branches of a graph; losses of each are checked against it alone before anything is timed. */
    @Test
    void batchesShareTheDevice() throws Exception {
        BatchRecord record = Json.read(
                result(
                        "batch",
                        concat(List.of(SHORT), "--samples", "2", "--epochs", "3", "--batch", "1,2")
                                .toArray(String[]::new)),
                BatchRecord.class);
        assertThat(record.device()).isEqualTo("cuda");
        assertThat(record.failed()).as("%s %s", record.missing(), record.rows()).isFalse();
        assertThat(record.rows()).extracting(BatchRow::batch).containsExactly(1, 2);
        assertThat(record.rows()).allSatisfy(row -> {
            assertThat(row.way()).isEqualTo("branches");
            assertThat(row.perSecond()).isPositive();
            assertThat(row.overOne()).isNotNull();
        });
        assertThat(record.rows().get(1).nativeBytes())
                .isGreaterThan(record.rows().get(0).nativeBytes() * 3 / 2);
        assertThat(record.crossover().reason()).contains("1 rounds prove nothing");
    }

    /** Every step in a process of its own, each a row; what is not here says so. */
    @Test
    void evidenceIsOneTable() throws Exception {
        Map<String, EvidenceRow> rows = evidence("doctor", "verify", "ceilings", "sanitizer", "tests");
        assertThat(rows.get("doctor").state()).isEqualTo(EvidenceRow.DONE);
        assertThat(rows.get("verify").state()).isEqualTo(EvidenceRow.UNAVAILABLE);
        assertThat(rows.get("verify").reason()).contains("none");
        assertThat(rows.get("tests").state()).isEqualTo(EvidenceRow.UNAVAILABLE);
        assertThat(rows.get("memcheck").state()).isEqualTo(EvidenceRow.UNAVAILABLE);
        assertThat(rows.get("ceilings").said()).anyMatch(line -> line.startsWith("kernel in a graph"));
        assertThat(rows.get("ceilings").missing()).anyMatch(line -> line.startsWith("barrier of a whole grid"));
    }

    @Test
    @Tag("long")
    void evidenceHoldsTheTrainings() throws Exception {
        Map<String, EvidenceRow> rows = evidence("compare", "batch", "profile");
        assertThat(rows.values()).allSatisfy(row -> assertThat(row.state()).isEqualTo(EvidenceRow.DONE));
        assertThat(rows.get("compare").said()).anyMatch(line -> line.startsWith("optimized: "));
        assertThat(rows.get("compare").missing()).anyMatch(line -> line.contains("python-max-autotune"));
        assertThat(rows.get("profile").said()).anyMatch(line -> line.startsWith("profiled: a training"));
    }

    private Map<String, EvidenceRow> evidence(String... steps) throws Exception {
        List<String> options = concat(SIZES, "--device", "cuda", "--samples", "1", "--epochs", "2", "--rounds", "1");
        options.addAll(List.of("--sizes", "64", "--batches", "1,2"));
        options.addAll(List.of("--steps", String.join(",", steps)));
        options.addAll(List.of("--golden", folder.resolve("none").toString()));
        EvidenceRecord record = Json.read(run("evidence", options), EvidenceRecord.class);
        assertThat(record.description()).contains("pretend device");
        assertThat(record.failed()).as("%s", record.rows()).isFalse();
        return record.rows().stream().collect(Collectors.toMap(EvidenceRow::step, Function.identity()));
    }

    /** What the portable bundle is: the CPU's libraries are not on the class path, and losses are judged all the same. */
    @Test
    void withoutLibtorchThePlainestVariantJudges() throws Exception {
        libtorch = false;
        TrainingRecord record = run("compare");
        assertThat(record.gate()).hasSize(2).allSatisfy(gate -> {
            assertThat(gate.reference()).isEqualTo("all-off");
            assertThat(gate.passed()).as(gate.reason()).isTrue();
        });
        assertThat(record.remarks()).anyMatch(remark -> remark.contains("needs libtorch"));
        assertThat(record.variants()).containsOnlyKeys("optimized", "libraryLevel");
    }

    /** Level, precision and plan reach the children and stand in the record, which passes the same gate. */
    @Test
    void trainsByLibrariesThroughCufft() throws Exception {
        TrainingRecord record = run("compare", "--level", "library", "--deterministic");
        assertThat(record.variants()).containsOnlyKeys("optimized");
        VariantRecord optimized = record.variants().get("optimized");
        assertThat(optimized.spec().level()).isEqualTo("library");
        assertThat(optimized.spec().precision()).isEqualTo("fp32");
        assertThat(optimized.spec().deterministic()).isTrue();
        assertThat(record.lossSpread().deterministic()).isTrue();
        assertThat(record.checks())
                .filteredOn(check -> check.name().equals("lossSpread"))
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.status()).isEqualTo(Check.Status.PASS);
                    assertThat(check.value()).isZero();
                });
        assertThat(optimized.description()).endsWith("library level in fp32");
        assertThat(optimized.plans().values()).containsOnly("fft");
        assertThat(record.gate())
                .allSatisfy(gate -> assertThat(gate.passed()).as(gate.reason()).isTrue());
        assertThat(record.failed()).isFalse();
    }

    /** A rounding precision is held against the library level in single precision, by the same checks, and apart from it. */
    @Test
    void bf16IsReportedApartBesideSinglePrecision() throws Exception {
        TrainingRecord record = run("compare", "--level", "library", "--precision", "bf16");
        assertThat(record.variants()).containsOnlyKeys("optimized", "libraryLevel");
        assertThat(record.variants().get("optimized").spec().precision()).isEqualTo("bf16");
        assertThat(record.variants().get("optimized").description()).endsWith("library level in bf16");
        assertThat(record.variants().get("libraryLevel").spec().precision()).isEqualTo("fp32");
        assertThat(record.gate())
                .hasSize(2)
                .allSatisfy(gate -> assertThat(gate.passed()).as(gate.reason()).isTrue());
        assertThat(record.gate().get(0).firstLoss()).as("it rounds").isGreaterThan(1e-6);
        assertThat(record.gate().get(0).tolerance())
                .isGreaterThan(record.gate().get(1).tolerance());
        assertThat(record.qualities()).singleElement().satisfies(quality -> {
            assertThat(quality.variant()).isEqualTo("optimized");
            assertThat(quality.reference()).isEqualTo("library-level");
        });
        assertThat(record.onDevice().floor().shares()).containsOnlyKeys("library-level");
        assertThat(record.failed()).isFalse();
    }

    /** Asked for both, what is here trains, and the other level says why it does not. */
    @Test
    void aLevelWithoutItsLibraryIsARowWithAReason(@TempDir Path other) throws Exception {
        PretendCuda without = machine.variant(other, PretendCuda.DRIVER_VERSION, "libcudnn.so.9");
        List<String> options = concat(concat(SIZES, SHORT), "--samples", "1", "--epochs", "2");
        TrainingRecord record = Json.read(run(without, "compare", options), TrainingRecord.class);
        assertThat(record.variants()).containsOnlyKeys("optimized");
        assertThat(record.onDevice().unavailable()).singleElement().satisfies(missing -> {
            assertThat(missing.variant()).isEqualTo("library-level");
            assertThat(missing.reason()).contains("libcudnn.so.9 is missing");
        });
        assertThat(record.failed()).isFalse();
        try (Stream<Path> made = Files.walk(folder.resolve("results-0"))) {
            Path run =
                    made.filter(path -> path.endsWith("report.txt")).findFirst().orElseThrow();
            assertThat(Files.readString(run)).contains("library-level  unavailable: ", "libcudnn.so.9 is missing");
            assertThat(Files.readString(run.resolveSibling("report.md"))).contains("libcudnn.so.9 is missing");
        }
    }

    @Test
    void aLibraryThatIsMissingIsRefusedBeforeAnythingStarts(@TempDir Path other) throws Exception {
        PretendCuda without = machine.variant(other, PretendCuda.DRIVER_VERSION, "libcudnn.so.9");
        Path results = folder.resolve("refused");
        Answer answer = start(without, "optimized", concat(SIZES, "--level", "library"), results);
        assertThat(answer.code()).isEqualTo(Main.BAD_INPUT);
        assertThat(answer.err().lines())
                .singleElement()
                .asString()
                .contains(
                        "--level library is not possible: libcudnn.so.9 is missing",
                        "pip install",
                        "or use --level fused");
        assertThat(results).doesNotExist();
    }

    private TrainingRecord run(String command, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.addAll(concat(List.of(SHORT), "--samples", "2", "--epochs", "3"));
        return Json.read(result(command, arguments.toArray(String[]::new)), TrainingRecord.class);
    }

    /** The record of a command at a small size on the device. */
    private Path result(String command, String... more) throws Exception {
        return run(
                command, concat(SIZES, concat(List.of(more), "--device", "cuda").toArray(String[]::new)));
    }

    private static List<String> concat(List<String> some, String... more) {
        List<String> all = new ArrayList<>(some);
        all.addAll(List.of(more));
        return all;
    }

    private Path run(String command, List<String> options) throws Exception {
        return run(machine, command, options);
    }

    private Path run(PretendCuda host, String command, List<String> options) throws Exception {
        Path results = folder.resolve("results-" + runs++);
        Answer answer = start(host, command, options, results);
        assertThat(answer.code()).as(answer.said()).isEqualTo(Main.DONE);
        try (Stream<Path> made = Files.list(results.resolve(command))) {
            return made.findFirst().orElseThrow().resolve("result.json");
        }
    }

    private Answer start(PretendCuda host, String command, List<String> options, Path results) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(options);
        if (!options.contains("--device")) {
            arguments.addAll(List.of("--device", "cuda"));
        }
        arguments.addAll(List.of("--out", results.toString()));
        PretendCommand process = new PretendCommand(host, folder).installed();
        return (libtorch ? process : process.without("pytorch", "openblas")).run(arguments);
    }
}
