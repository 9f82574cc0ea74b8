// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.files;

import fizeau.image.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The folder of one run, {@code <root>/<command>/<run-id>}. Each file in it appears whole or not at all. Its
 * {@code manifest.json} is rewritten at every step, so that after an interruption it names what is there and what is
 * missing. Confined to one thread.
 */
public final class RunFolder {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String MANIFEST = "manifest.json";

    /**
     * State of a run folder.
     *
     * @param state {@code running} (or interrupted without a chance to say so), {@code incomplete} or {@code complete}
     * @param files names of the files that are there, relative to the folder
     * @param missing what a complete run would have beside them
     * @param remarks what went wrong, one sentence each
     */
    public record Manifest(
            int schema,
            String command,
            String runId,
            String startedAt,
            String state,
            List<String> files,
            List<String> missing,
            List<String> remarks) {}

    private final Path path;
    private final String command;
    private final String runId;
    private final Instant startedAt;
    private final TreeSet<String> files = new TreeSet<>();
    private final TreeSet<String> missing = new TreeSet<>();
    private final List<String> remarks = new ArrayList<>();

    private RunFolder(Path path, String command, String runId, Instant startedAt) {
        this.path = path;
        this.command = command;
        this.runId = runId;
        this.startedAt = startedAt;
    }

    /** Whether a run folder could be made under {@code root}; refuses in one sentence, and leaves nothing behind. */
    public static void requireWritable(Path root) {
        Path existing = root.toAbsolutePath().normalize();
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (existing == null || !Files.isDirectory(existing)) {
            throw new IllegalArgumentException("output folder " + root + " cannot be made because " + existing
                    + " is not a folder: pass another one with --out");
        }
        if (!Files.isWritable(existing)) {
            throw new IllegalArgumentException(
                    "output folder " + root + " cannot be written: pass another one with --out");
        }
    }

    /** Makes a new folder; its name is the time of day, so that runs sort by age. */
    public static RunFolder create(Path root, String command, Instant startedAt) {
        requireWritable(root);
        String stamp = STAMP.format(startedAt);
        try {
            Files.createDirectories(root.resolve(command));
            for (int attempt = 1; ; attempt++) {
                String runId = attempt == 1 ? stamp : stamp + "-" + attempt;
                Path path = root.resolve(command).resolve(runId);
                try {
                    Files.createDirectory(path);
                } catch (FileAlreadyExistsException taken) {
                    continue;
                }
                RunFolder folder = new RunFolder(path, command, runId, startedAt);
                folder.writeManifest("running");
                return folder;
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "output folder " + root + " cannot be written (" + e.getMessage()
                            + "): pass another one with --out",
                    e);
        }
    }

    /**
     * A folder at a given place: made when it is not there, gone on with when a manifest of the same command is in it.
     *
     * @param startedAt of a new folder; one that is gone on with keeps its own
     */
    public static RunFolder at(Path path, String command, String runId, Instant startedAt) {
        requireWritable(path);
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "output folder " + path + " cannot be made (" + e.getMessage() + "): pass another one", e);
        }
        Path manifest = path.resolve(MANIFEST);
        if (!Files.exists(manifest)) {
            RunFolder folder = new RunFolder(path, command, runId, startedAt);
            folder.writeManifest("running");
            return folder;
        }
        Manifest before = Json.read(manifest, Manifest.class);
        if (!before.command().equals(command)) {
            throw new IllegalArgumentException(
                    path + " holds a run of " + before.command() + ", not of " + command + ": name another folder");
        }
        RunFolder folder = new RunFolder(path, command, before.runId(), Instant.parse(before.startedAt()));
        folder.files.addAll(before.files());
        folder.missing.addAll(before.missing());
        return folder;
    }

    public Path path() {
        return path;
    }

    /** Where it lies, relative to where the user is when it lies below. */
    public String shownPath() {
        Path here = Path.of("").toAbsolutePath();
        Path absolute = path.toAbsolutePath().normalize();
        return (absolute.startsWith(here) ? here.relativize(absolute) : absolute).toString();
    }

    public String runId() {
        return runId;
    }

    public Instant startedAt() {
        return startedAt;
    }

    /** Where a file of this name goes; makes its folder. */
    public Path resolve(String name) {
        Path file = path.resolve(name);
        try {
            Files.createDirectories(file.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make folder " + file.getParent(), e);
        }
        return file;
    }

    /** Announces a file that a complete run has. */
    public void expect(String... names) {
        missing.addAll(List.of(names));
        writeManifest("running");
    }

    /** Takes a file into the manifest that is now there. */
    public void add(String name) {
        files.add(name);
        missing.remove(name);
        writeManifest("running");
    }

    public void writeText(String name, String text) {
        AtomicFile.write(resolve(name), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
        add(name);
    }

    public void writeJson(String name, Object value) {
        Json.write(resolve(name), value);
        add(name);
    }

    /** Adds a file that the run can do without, a picture for instance: what fails is remarked upon and stops nothing else. */
    public void attempt(String name, Consumer<Path> writing) {
        try {
            writing.accept(resolve(name));
            add(name);
        } catch (RuntimeException | LinkageError failed) {
            remark(name + " was not made: " + failed.getMessage());
        }
    }

    /** Notes what went wrong. */
    public void remark(String sentence) {
        remarks.add(sentence);
        writeManifest("running");
    }

    /** Ends the run: complete when nothing announced is missing and nothing went wrong. */
    public void finish() {
        writeManifest(missing.isEmpty() && remarks.isEmpty() ? "complete" : "incomplete");
    }

    private void writeManifest(String state) {
        Json.write(
                path.resolve(MANIFEST),
                new Manifest(
                        1,
                        command,
                        runId,
                        startedAt.toString(),
                        state,
                        List.copyOf(files),
                        List.copyOf(missing),
                        List.copyOf(remarks)));
    }
}
