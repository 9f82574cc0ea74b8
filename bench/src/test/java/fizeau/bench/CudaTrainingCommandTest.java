// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.bench.files.Json;
import fizeau.bench.training.TrainingRecord;
import fizeau.bench.training.VariantRecord;
import fizeau.kernels.PretendCuda;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Trainings on the pretend driver from the command line, child processes and records included. */
@ExtendWith(PretendCudaExtension.class)
class CudaTrainingCommandTest {

    private static final long PATIENCE_SECONDS = 400;

    private final PretendCuda machine;

    @TempDir
    private Path folder;

    CudaTrainingCommandTest(PretendCuda machine) {
        this.machine = machine;
    }

    /** No Python here sees the pretend card, so the opponent's row says why it is not there. */
    @Test
    void compareTrainsOnTheDeviceAndNamesTheMissingOpponent() throws Exception {
        TrainingRecord record = run("compare", "--no-cuda-graphs");
        assertThat(record.device()).isEqualTo("cuda");
        assertThat(record.speedup()).isNull();
        assertThat(record.gate())
                .allSatisfy(gate -> assertThat(gate.passed()).as(gate.reason()).isTrue());
        VariantRecord optimized = record.variants().get("optimized");
        assertThat(record.variants()).containsOnlyKeys("optimized");
        assertThat(optimized.spec().device()).isEqualTo("cuda");
        assertThat(optimized.spec().cudaGraphs()).isFalse();
        assertThat(optimized.description()).contains("pretend device");
        assertThat(optimized.plans().values()).containsOnly("matrix");
        assertThat(optimized.nativeBytes()).isPositive();
        assertThat(record.peers()).singleElement().satisfies(peer -> {
            assertThat(peer.name()).isEqualTo("python-eager");
            assertThat(peer.kind()).isEqualTo("unavailable");
            assertThat(peer.reason()).isNotBlank();
        });
    }

    @Test
    void theEngineAloneReplaysGraphs() throws Exception {
        TrainingRecord record = run("optimized", "--deterministic");
        assertThat(record.device()).isEqualTo("cuda");
        assertThat(record.variants().get("optimized").spec().cudaGraphs()).isTrue();
        assertThat(record.failed()).isFalse();
    }

    /** Level, precision and plan reach the children and stand in the record, which passes the same gate. */
    @Test
    void trainsByLibrariesThroughCufft() throws Exception {
        TrainingRecord record = run("compare", "--level", "library", "--deterministic");
        VariantRecord optimized = record.variants().get("optimized");
        assertThat(optimized.spec().level()).isEqualTo("library");
        assertThat(optimized.spec().precision()).isEqualTo("fp32");
        assertThat(optimized.spec().deterministic()).isTrue();
        assertThat(optimized.description()).endsWith("library level in fp32");
        assertThat(optimized.plans().values()).containsOnly("fft");
        assertThat(record.gate())
                .allSatisfy(gate -> assertThat(gate.passed()).as(gate.reason()).isTrue());
        assertThat(record.failed()).isFalse();
    }

    @Test
    void aLibraryThatIsMissingIsRefusedBeforeAnythingStarts(@TempDir Path other) throws Exception {
        PretendCuda without = machine.variant(other, PretendCuda.DRIVER_VERSION, "libcudnn.so.9");
        Process process = start(without, "optimized", "--level", "library");
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(Main.BAD_INPUT);
            assertThat(Files.readAllLines(folder.resolve("err.txt")))
                    .singleElement()
                    .asString()
                    .contains(
                            "--level library is not possible: libcudnn.so.9 is missing",
                            "pip install",
                            "or use --level fused");
            assertThat(folder.resolve("optimized")).doesNotExist();
        } finally {
            process.destroyForcibly();
        }
    }

    private TrainingRecord run(String command, String... more) throws Exception {
        Process process = start(machine, command, more);
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            String said = Files.readString(folder.resolve("out.txt")) + Files.readString(folder.resolve("err.txt"));
            assertThat(process.exitValue()).as(said).isEqualTo(Main.DONE);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        try (Stream<Path> runs = Files.list(folder.resolve(command).resolve(command))) {
            return Json.read(runs.findFirst().orElseThrow().resolve("result.json"), TrainingRecord.class);
        }
    }

    private Process start(PretendCuda host, String command, String... more) throws Exception {
        Path results = folder.resolve(command);
        List<String> arguments = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                command,
                "--device",
                "cuda"));
        arguments.addAll(List.of(more));
        arguments.addAll(List.of("--object-size", "16", "--image-size", "32", "--aperture-radius", "4"));
        arguments.addAll(List.of("--pattern-radius", "8", "--samples", "2", "--epochs", "3", "--threads", "1"));
        arguments.addAll(List.of("--rounds", "1", "--out", results.toString()));
        ProcessBuilder builder = new ProcessBuilder(arguments)
                .redirectOutput(folder.resolve("out.txt").toFile())
                .redirectError(folder.resolve("err.txt").toFile());
        builder.environment().put("LD_LIBRARY_PATH", host.libraries().toString());
        builder.environment().put("FIZEAU_CUDA_PATH", host.libraries().toString());
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        return builder.start();
    }
}
