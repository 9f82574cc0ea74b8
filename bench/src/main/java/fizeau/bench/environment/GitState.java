// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The commit that a folder belongs to.
 *
 * @param commit full hash, or "unknown" without git, outside a repository, or when git does not answer in time
 * @param dirty whether a tracked file differs from that commit; null when unknown
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GitState(String commit, Boolean dirty) {

    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** Asks git, by two child processes. */
    static GitState of(Path folder) {
        ChildProcess.Answer commit = git(folder, "rev-parse", "--verify", "HEAD");
        if (commit.output().isEmpty()) {
            return new GitState(Environment.UNKNOWN, null);
        }
        ChildProcess.Answer changes = git(folder, "status", "--porcelain", "--untracked-files=no");
        return new GitState(commit.text(), changes.succeeded() ? !changes.text().isBlank() : null);
    }

    /** Without optional locks: a description must not wait for, or disturb, a git command of the user. */
    private static ChildProcess.Answer git(Path folder, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        return ChildProcess.ask(folder, Map.of("GIT_OPTIONAL_LOCKS", "0"), LIMIT, command);
    }
}
