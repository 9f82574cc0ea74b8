// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.bench.environment.ChildProcess;
import fizeau.bench.files.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batch scripts, run by a shell with a bench that only writes down what it is asked for. */
class SlurmJobTest {
    @TempDir
    private Path home;

    private Path folder;
    private Path script;

    @BeforeEach
    void aBenchThatWritesDownItsArguments() throws IOException {
        folder = home.resolve("results of ours/lstm/run_1/benchmarks");
        script = home.resolve("job.sh");
        Files.createDirectories(home.resolve("bench"));
        Path bench = home.resolve("bench/run");
        Files.writeString(
                bench,
                "#!/bin/sh\nfor word; do echo \"$word\"; folder=$word; case $word in *benchmarks) break;; esac; done"
                        + " > \"$FIZEAU_HOME/asked\"\n"
                        + "echo \"$@\" > \"$FIZEAU_HOME/all\"\nmkdir -p \"$folder\"\n"
                        + "for file in $LEAVES; do echo {} > \"$folder/$file\"; done\n");
        assertThat(bench.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void itRunsTheWholeCommandOnAnExclusiveNode() throws IOException {
        OpsSettings settings = MadeUpOps.settings(List.of("conv2d_small", "linear_small"), "all", false);
        job(settings, List.of("--compare"), 1).write(script);
        assertThat(script)
                .content()
                .startsWith("#!/bin/bash\n#SBATCH ")
                .contains("#SBATCH --exclusive\n", "#SBATCH --cpus-per-task=28\n")
                .doesNotContain("--array");
        ChildProcess.Answer done =
                submit(Map.of("LEAVES", "agent_output.json pytorch_output.json pytorch_jit_output.json"));
        assertThat(done.succeeded()).as(done.text()).isTrue();
        assertThat(Files.readAllLines(home.resolve("asked")))
                .startsWith("ops", "--method", "tuned,eager,jit,compile", "--shapes", "code", "--operators")
                .containsSubsequence("conv2d_small,linear_small", "--rounds", "5", "--compare", folder.toString());
    }

    @Test
    void aMissingOutputIsAFailure() {
        job(MadeUpOps.settings(List.of("conv2d_small"), "tuned,eager", false), List.of(), 1)
                .write(script);
        ChildProcess.Answer failed = submit(Map.of("LEAVES", "agent_output.json"));
        assertThat(failed.succeeded()).isFalse();
        assertThat(failed.text()).contains("exit code 1", "pytorch_output.json is missing");
    }

    @Test
    void anArrayGivesEachJobItsShare() throws IOException {
        job(MadeUpOps.settings(List.of("conv2d_small"), "eager", false), List.of(), 4)
                .write(script);
        assertThat(script).content().contains("#SBATCH --array=0-3\n", "ops --compare");
        assertThat(submit(Map.of("LEAVES", "pytorch_output.json", "SLURM_ARRAY_TASK_ID", "2"))
                        .succeeded())
                .isTrue();
        assertThat(Files.readString(home.resolve("all")).strip()).endsWith("--num-chunks 4 --chunk-index 2");
    }

    private SlurmJob job(OpsSettings settings, List<String> more, int chunks) {
        return new SlurmJob(OpsExecution.of(settings, "", List.of(), Json.tree(Map.of())), more, folder, chunks, 28);
    }

    private ChildProcess.Answer submit(Map<String, String> more) {
        Map<String, String> variables = new java.util.HashMap<>(more);
        variables.put("FIZEAU_HOME", home.toString());
        return ChildProcess.ask(home, variables, Duration.ofSeconds(60), List.of("bash", script.toString()));
    }
}
