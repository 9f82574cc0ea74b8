// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.bench.PretendCommand.Answer;
import fizeau.bench.ops.Method;
import fizeau.bench.ops.MethodFiles;
import fizeau.bench.ops.MethodRow;
import fizeau.kernels.PretendCuda;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Operators on the pretend driver from the command line, child processes and files included. */
@ExtendWith(PretendCudaExtension.class)
class CudaOpsCommandTest {
    private final PretendCuda machine;

    @TempDir
    private Path folder;

    CudaOpsCommandTest(PretendCuda machine) {
        this.machine = machine;
    }

    /** The second run takes the schedule that the first one found. */
    @Test
    void theSearchIsRememberedAndTheOthersSayWhyNot() throws Exception {
        Path python = folder.resolve("python");
        Files.writeString(python, "#!/bin/sh\necho no torch here >&2\nexit 1\n");
        assertThat(python.toFile().setExecutable(true)).isTrue();
        List<String> work = List.of(
                "--method", "tuned,eager,jit,compile", "--operators", "linear_small", "--python", python.toString());
        assertThat(run(Main.DONE, work)).contains("files:");
        MethodFiles files = new MethodFiles(folder.resolve("results/operators/run_1/benchmarks"));
        MethodRow tuned = files.read(Method.TUNED).get("linear_small");
        assertThat(tuned.kind()).as(tuned.error()).isEqualTo(MethodRow.MEASURED);
        assertThat(tuned.device()).isEqualTo("cuda");
        assertThat(tuned.agentSchedule().implementation()).startsWith("cublas");
        assertThat(tuned.agreement().passed()).isTrue();
        for (Method absent : List.of(Method.EAGER, Method.JIT, Method.COMPILE)) {
            MethodRow row = files.read(absent).get("linear_small");
            assertThat(row.kind()).as("%s", absent).isEqualTo(MethodRow.UNAVAILABLE);
            assertThat(row.error())
                    .contains(
                            absent == Method.JIT
                                    ? "computes on the CPU only"
                                    : "torch for Python cannot compute on the device: ");
        }
        Path remembered = schedule();
        assertThat(Files.readString(remembered)).contains("pretend device", "cuBLAS 139999", "cublas-transposed/calls");
        String marked = Files.readString(remembered) + "\n\n";
        Files.writeString(remembered, marked);
        run(Main.DONE, List.of("--method", "tuned", "--operators", "linear_small"));
        assertThat(schedule()).hasContent(marked); // nobody searched again
    }

    @Test
    void modelsAreRefusedOnADevice() throws Exception {
        assertThat(run(Main.BAD_INPUT, List.of("--all", "--models", "lstm")))
                .contains("--device cuda cannot be used: models are timed on the CPU only");
        assertThat(folder.resolve("results")).doesNotExist();
    }

    private Path schedule() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("results/ops-schedules"))) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            return all.get(0);
        }
    }

    /** What a command said that ends with this code. */
    private String run(int code, List<String> more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("ops", "--shapes", "doc", "--device", "cuda"));
        arguments.addAll(List.of("--runs", "3", "--warm-ups", "1", "--rounds", "1", "--max-seconds", "4"));
        arguments.addAll(List.of("--search-seconds", "20"));
        arguments.addAll(List.of("--out", folder.resolve("results").toString()));
        arguments.addAll(more);
        Answer answer = new PretendCommand(machine, folder).installed().run(arguments);
        assertThat(answer.code()).as(answer.said()).isEqualTo(code);
        return answer.said();
    }
}
