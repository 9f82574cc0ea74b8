// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class GitStateTest {

    @TempDir
    Path folder;

    @Test
    void aFolderOutsideAnyRepositoryHasNoCommit() {
        ChildProcess.Answer answer =
                ChildProcess.ask(folder, Map.of(), Duration.ofSeconds(10), List.of("git", "rev-parse", "--git-dir"));
        assumeTrue(!answer.succeeded(), "the temporary folder lies inside a repository");

        assertThat(GitState.of(folder)).isEqualTo(new GitState("unknown", null));
    }

    @Test
    void aTrackedChangeMakesTheStateDirty() throws IOException {
        assumeTrue(git("--version"), "git is not installed");
        git("init", "--quiet");
        Path file = Files.writeString(folder.resolve("a.txt"), "one\n");
        git("add", "a.txt");
        git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "--no-verify", "-m", "One");

        Files.writeString(folder.resolve("untracked.txt"), "x");
        GitState clean = GitState.of(folder);
        assertThat(clean.commit()).matches("[0-9a-f]{40,64}");
        assertThat(clean.dirty()).isFalse();

        Files.writeString(file, "two\n");
        assertThat(GitState.of(folder)).isEqualTo(new GitState(clean.commit(), true));
    }

    @Test
    void aProgramThatDoesNotExistIsReportedInWords() {
        ChildProcess.Answer answer =
                ChildProcess.ask(folder, Map.of(), Duration.ofSeconds(2), List.of("fizeau-no-such-program"));

        assertThat(answer.succeeded()).isFalse();
        assertThat(answer.output()).isEmpty();
        assertThat(answer.text()).startsWith("fizeau-no-such-program cannot be started");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aProgramThatHangsIsEnded() {
        ChildProcess.Answer answer = ChildProcess.ask(folder, Map.of(), Duration.ofMillis(200), List.of("sleep", "60"));

        assertThat(answer.succeeded()).isFalse();
        assertThat(answer.text()).isEqualTo("sleep gave no answer within 200 ms");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aFailureIsReportedWithTheLastLineOfItsComplaint() {
        ChildProcess.Answer answer = ChildProcess.ask(
                folder,
                Map.of("WORD", "broken"),
                Duration.ofSeconds(10),
                List.of("sh", "-c", "echo first >&2; echo it is $WORD >&2; exit 3"));

        assertThat(answer.text()).isEqualTo("sh ended with exit code 3: it is broken");
    }

    private boolean git(String... arguments) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        return ChildProcess.ask(folder, Map.of(), Duration.ofSeconds(20), command)
                .succeeded();
    }
}
