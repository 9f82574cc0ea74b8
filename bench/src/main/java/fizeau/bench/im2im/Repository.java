// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import fizeau.bench.environment.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A user's repository, of which only commits are used: nothing is checked out in it, no branch is made or moved, not even a
 * remote one where something is fetched. Work trees
 * of commits lie elsewhere and are taken off its list again.
 */
public final class Repository {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Path root;
    private final boolean fetch;

    /** A name with the commit it stood for when it was looked up. */
    public record Revision(String name, String commit, String date) {}

    private Repository(Path root, boolean fetch) {
        this.root = root;
        this.fetch = fetch;
    }

    /**
     * The repository that a folder belongs to.
     *
     * @param fetch whether unknown revisions may be fetched from the remote {@code origin}
     */
    public static Repository of(Path folder, boolean fetch) {
        ChildProcess.Answer root = ask(folder, "rev-parse", "--show-toplevel");
        if (!root.succeeded()) {
            throw new IllegalArgumentException(
                    folder + " belongs to no git repository (" + root.text() + "): name one with --repository");
        }
        return new Repository(Path.of(root.text()), fetch);
    }

    public Path root() {
        return root;
    }

    /**
     * Looks a revision up. Refuses, in one sentence, what does not exist, and what is checked out with changes that no
     * commit holds.
     *
     * @param allowDirty whether such changes may be left out
     */
    public Revision resolve(String name, boolean allowDirty) {
        if (name.startsWith("-")) {
            throw new IllegalArgumentException("branch " + name + " is no name: branches do not begin with a hyphen");
        }
        ChildProcess.Answer commit = git("rev-parse", "--verify", "--quiet", name + "^{commit}");
        if (!commit.succeeded() && fetch) {
            ChildProcess.Answer fetched = git("fetch", "--quiet", "--no-tags", "--refmap=", "origin", name);
            if (!fetched.succeeded()) {
                throw new IllegalArgumentException("branch " + name + " does not exist in repository "
                        + root.getFileName() + " and cannot be fetched (" + fetched.text() + "): use one that exists");
            }
            commit = git("rev-parse", "--verify", "--quiet", "FETCH_HEAD^{commit}");
        }
        if (!commit.succeeded()) {
            throw new IllegalArgumentException("branch " + name + " is neither a preset nor a revision of repository "
                    + root.getFileName() + ": use one that exists" + (fetch ? "" : ", or let --fetch get it"));
        }
        if (!allowDirty && commit.text().equals(git("rev-parse", "HEAD").text()) && dirty()) {
            throw new IllegalArgumentException("branch " + name
                    + " is checked out with changes that are not committed and would not be measured: commit them, put"
                    + " them aside, or pass --allow-dirty to measure the commit");
        }
        ChildProcess.Answer date = git("show", "--no-patch", "--format=%cI", commit.text());
        return new Revision(name, commit.text(), date.succeeded() ? date.text() : null);
    }

    /** Whether tracked files differ from the commit that is checked out. */
    public boolean dirty() {
        ChildProcess.Answer changes = git("status", "--porcelain", "--untracked-files=no");
        return changes.succeeded() && !changes.text().isBlank();
    }

    /** Date of a commit, or null. */
    public String date(String commit) {
        ChildProcess.Answer date = git("show", "--no-patch", "--format=%cI", commit);
        return date.succeeded() ? date.text() : null;
    }

    /** Makes a work tree of a commit in a folder that does not exist yet; hooks of the repository do not run. */
    void addWorktree(Path folder, String commit) {
        ChildProcess.Answer added = git(
                "-c", "core.hooksPath=/dev/null", "worktree", "add", "--detach", "--quiet", folder.toString(), commit);
        if (!added.succeeded()) {
            throw new IllegalArgumentException("no work tree can be made of " + commit + " (" + added.text() + ")");
        }
    }

    /** Removes a work tree with all that was built in it. */
    void removeWorktree(Path folder) {
        git("worktree", "remove", "--force", "--force", folder.toString());
    }

    private ChildProcess.Answer git(String... arguments) {
        return ask(root, arguments);
    }

    /** Without optional locks, prompts or the variables that hooks set. */
    private static ChildProcess.Answer ask(Path folder, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        return ChildProcess.ask(folder, Map.of("GIT_OPTIONAL_LOCKS", "0", "GIT_TERMINAL_PROMPT", "0"), LIMIT, command);
    }
}
