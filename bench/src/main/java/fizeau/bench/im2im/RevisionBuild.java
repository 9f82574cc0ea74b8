// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import fizeau.bench.files.TemporaryFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.zeroturnaround.exec.ProcessExecutor;

/** A commit, checked out in a work tree of its own and built there. Closing removes both. */
public final class RevisionBuild implements AutoCloseable {
    private static final long LIMIT_MINUTES = 30;

    private final Repository repository;
    private final TemporaryFolder folder;
    private final Path tree;
    private final String classPath;
    private final String digest;

    /**
     * How revisions are built.
     *
     * @param command for a shell, run in the root of the work tree
     * @param classPath what runs then, with colons between; {@code *} in a file's name stands for one file, alone at the end
     *     for all files of a folder; relative to the work tree
     */
    public record Recipe(String command, String classPath) {}

    private RevisionBuild(Repository repository, TemporaryFolder folder, Path tree, String classPath, String digest) {
        this.repository = repository;
        this.folder = folder;
        this.tree = tree;
        this.classPath = classPath;
        this.digest = digest;
    }

    /** @param log takes what the build says */
    static RevisionBuild of(Repository repository, Repository.Revision revision, Recipe recipe, Path log) {
        TemporaryFolder folder = TemporaryFolder.create("fizeau-revision-");
        Path tree = folder.path().resolve("tree");
        try {
            repository.addWorktree(tree, revision.commit());
            build(revision, recipe, tree, log);
            List<String> entries = entries(revision, recipe, tree);
            return new RevisionBuild(repository, folder, tree, String.join(":", entries), digest(entries));
        } catch (RuntimeException failed) {
            repository.removeWorktree(tree);
            folder.close();
            throw failed;
        }
    }

    private static void build(Repository.Revision revision, Recipe recipe, Path tree, Path log) {
        String what = "branch " + revision.name() + " (" + revision.commit().substring(0, 12) + ") does not build: ";
        String kept = "; the log is kept in " + log.getParent().getFileName() + "/" + log.getFileName();
        try (OutputStream out = Files.newOutputStream(log)) {
            int exit = new ProcessExecutor()
                    .command("sh", "-c", recipe.command())
                    .directory(tree.toFile())
                    .redirectOutput(out)
                    .redirectError(out)
                    .timeout(LIMIT_MINUTES, TimeUnit.MINUTES)
                    .destroyOnExit()
                    .execute()
                    .getExitValue();
            if (exit != 0) {
                throw new IllegalArgumentException(
                        what + "'" + recipe.command() + "' ended with exit code " + exit + kept);
            }
        } catch (TimeoutException e) {
            throw new IllegalArgumentException(what + "it took more than " + LIMIT_MINUTES + " minutes" + kept, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalArgumentException(what + "it was interrupted" + kept, e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot build in " + tree + ": " + e.getMessage(), e);
        }
    }

    private static List<String> entries(Repository.Revision revision, Recipe recipe, Path tree) {
        List<String> entries = new ArrayList<>();
        for (String part : recipe.classPath().split(":")) {
            Path path = tree.resolve(part);
            String name = path.getFileName().toString();
            if (!name.contains("*") || name.equals("*")) {
                entries.add(path.toString());
                continue;
            }
            entries.add(file(path.getParent(), name)
                    .orElseThrow(() -> new IllegalArgumentException("branch "
                            + revision.name() + " has no " + part
                            + " after its build: say with --build and --class-path how it is built and run")));
        }
        return entries;
    }

    private static Optional<String> file(Path folder, String name) {
        String pattern = name.replace(".", "\\.").replace("*", ".*");
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(pattern))
                    .filter(file -> !file.toString().matches(".*-(tests|sources)\\.jar"))
                    .map(Path::toString)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    /** Of the files named in the class path: code of the revision, not its libraries. */
    private static String digest(List<String> entries) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String entry : entries) {
                if (Files.isRegularFile(Path.of(entry))) {
                    digest.update(Files.readAllBytes(Path.of(entry)));
                }
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what was built", e);
        }
    }

    String classPath() {
        return classPath;
    }

    String digest() {
        return digest;
    }

    @Override
    public void close() {
        repository.removeWorktree(tree);
        folder.close();
    }
}
