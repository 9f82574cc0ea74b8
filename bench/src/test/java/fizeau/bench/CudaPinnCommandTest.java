// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.bench.PretendCommand.Answer;
import fizeau.bench.files.Json;
import fizeau.bench.page.Cell;
import fizeau.bench.report.Rendering;
import fizeau.kernels.PretendCuda;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Fine-tuning on the pretend driver from the command line, child processes, record and report included. */
@ExtendWith(PretendCudaExtension.class)
class CudaPinnCommandTest {
    private final PretendCuda machine;

    @TempDir
    private Path folder;

    CudaPinnCommandTest(PretendCuda machine) {
        this.machine = machine;
    }

    /** What runs on a device is measured, what does not says why; no Python here sees the pretend card. */
    @Test
    void fusedAndSharedTrainOnTheDevice() throws Exception {
        Path record = run(
                Main.DONE,
                "--device",
                "cuda",
                "--benchmark-epochs",
                "30",
                "--equation",
                "burgers",
                "--variant",
                "eager,fused,shared,python-eager",
                "--memory");
        JsonNode result = Json.readTree(record);
        assertThat(result.path("device").asText()).isEqualTo("cuda");
        assertThat(result.path("reference").asText()).isEqualTo("python-eager");
        assertThat(result.path("wrong")).isEmpty();
        for (JsonNode cell : result.path("cells")) {
            for (JsonNode line : cell.path("gate")) {
                assertThat(line.path("passed").asBoolean()).as("%s", line).isTrue();
                assertThat(line.path("gradientDifference").asDouble()).isLessThan(1e-3);
            }
            assertThat(cell.at("/results/0/reason").asText()).contains("build for CPUs");
            assertThat(cell.at("/results/3/reason").asText()).isNotBlank();
            for (int variant = 1; variant < 3; variant++) {
                JsonNode own = cell.at("/results/" + variant);
                assertThat(own.path("kind").asText()).isEqualTo("measured");
                assertThat(own.path("threads").asText()).contains("pretend device");
                assertThat(own.path("losses")).hasSize(30);
                assertThat(own.at("/losses/29").asDouble())
                        .isPositive()
                        .isLessThan(own.at("/losses/0").asDouble());
                assertThat(own.at("/runs/0/stepMillis/24").asDouble())
                        .as("steps that were read together share their time")
                        .isEqualTo(own.at("/runs/0/stepMillis/0").asDouble());
                assertThat(own.at("/runs/0/memory/nativeBytes").asLong()).isPositive();
            }
            assertThat(cell.at("/results/2/errorDifference").asDouble()).isLessThan(1e-3);
        }
        assertThat(result.at("/targets/0/verdict").asText()).isEqualTo("unavailable");
        assertThat(result.at("/targets/0/wanted").asDouble()).isEqualTo(10);
        assertThat(result.at("/targets/0/reason").asText()).contains("81920 points, and these are 32");
        assertThat(result.at("/memory/gpuReason").isNull()).isTrue();
        assertThat(result.at("/memory/peaks/1/fineTuningBytes").asLong()).isPositive();
        assertThat(result.at("/memory/peaks/0/reason").asText()).contains("build for CPUs");
        List<Cell> cells = Rendering.of(record.getParent())
                .report()
                .tables()
                .flatMap(table -> table.rows().stream())
                .flatMap(row -> row.cells().stream())
                .filter(Cell::traceable)
                .toList();
        assertThat(cells)
                .allSatisfy(cell -> assertThat(result.at(cell.pointer()).isMissingNode())
                        .as(cell.pointer())
                        .isFalse());
        assertThat(Files.readString(record.resolveSibling("report.txt")))
                .contains("over python-eager", "most memory of the GPU", "target    burgers-seed0");
    }

    /** Asked for no device, a machine with a GPU is used; the switch is told. */
    @Test
    @Tag("long")
    void graphsAreASwitch() throws Exception {
        JsonNode result = Json.readTree(
                run(Main.DONE, "--no-cuda-graphs", "--benchmark-epochs", "3", "--variant", "shared", "--seeds", "1"));
        assertThat(result.path("device").asText()).isEqualTo("cuda");
        assertThat(result.path("remarks").toString()).contains("launched kernel by kernel");
        assertThat(result.at("/cells/0/results/0/losses")).hasSize(3);
    }

    /** Lost in the middle of a training: told, nothing claimed, exit 1. */
    @Test
    void aLostDeviceIsTold() throws Exception {
        try (AutoCloseable failing = machine.failing("cuLaunchKernel 719 320 lost")) {
            JsonNode result = Json.readTree(run(
                    Main.FAILED,
                    "--device",
                    "cuda",
                    "--no-cuda-graphs",
                    "--benchmark-epochs",
                    "30",
                    "--variant",
                    "shared"));
            assertThat(result.path("missing").toString()).contains("CUDA_ERROR_LAUNCH_FAILED (719)", "is lost");
            assertThat(result.at("/cells/0/results/0/kind").asText()).isEqualTo("unavailable");
        }
    }

    private Path run(int code, String... options) throws Exception {
        Path results = folder.resolve("results");
        List<String> arguments = new ArrayList<>(List.of("pinn", "--samples", "2", "--grid", "4", "--num-runs", "1"));
        arguments.addAll(List.of("--warmup-seconds", "0.1", "--threads", "1", "--out", results.toString()));
        arguments.addAll(List.of(options));
        Answer answer = new PretendCommand(machine, folder).run(arguments);
        assertThat(answer.code()).as(answer.said()).isEqualTo(code);
        try (Stream<Path> made = Files.list(results.resolve("pinn"))) {
            return made.findFirst().orElseThrow().resolve("result.json");
        }
    }
}
