// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpsCommandTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ops | nothing to do: use --method",
                "ops --all --operators conv3d | conv3d is unknown here: use matmul_small",
                "ops --all --models bert | bert is unknown here: use lstm",
                "ops --all --shapes paper | --shapes paper is unknown: use code or doc",
                "ops --method magic | --method magic is unknown: use tuned",
                "ops --all --models lstm --operators conv2d_small | exclude each other",
                "ops --all --runs 0 | --runs 0 is not possible",
                "ops --all --num-runs 0 | --runs 0 is not possible",
                "ops --all --warmup -1 | --warm-ups -1 is not possible",
                "ops --all --warm-ups -1 | --warm-ups -1 is not possible",
                "ops --all --rounds 0 | --rounds 0 is not possible",
                "ops --all --max-seconds 0 | --max-seconds 0.0 is not possible",
                "ops --all --search-seconds -3 | --search-seconds -3.0 is not possible",
                "ops --all --num-chunks 2 --chunk-index 2 | --chunk-index 2 of --num-chunks 2",
                "ops --all --device cuda | --device cuda cannot be used",
                "ops --all lstm one | run one is no number",
                "ops --all lstm 0 | run 0 is not possible",
                "ops --all bad*name | model folder bad*name is not possible",
                "ops --all --export x | --export times nothing",
                "ops --trace | --trace belongs to --export",
                "ops --all --num-chunks 2 lstm 1 --sbatch job.sh | cannot compare, because each has a share only",
                "ops --all --sbatch job.sh --sbatch-cores 0 | --sbatch-cores 0 is not possible",
                "ops --compare | there is no run of ops",
                "ops --compare lstm 3 | nothing to compare"
            })
    void badInputIsToldInOneSentenceAndLeavesNothing(String command, String words) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(command.strip().split(" ")));
        arguments.addAll(List.of("--out", folder.resolve("results").toString()));
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int code = Main.run(new Surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                folder.resolve("results"),
                arguments));
        assertThat(code).as("standard error: %s", err).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(words);
        assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
        assertThat(out.size()).isZero();
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }
}
