// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where runs lie: {@code <root>/<model>/run_<number>/benchmarks}, as in the original. */
public final class OpsFolders {
    /** The command's word in manifests. */
    public static final String COMMAND = "ops";

    private static final String INNER = "benchmarks";
    private static final Pattern RUN = Pattern.compile("run_(\\d{1,9})");
    private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

    private final Path root;

    public OpsFolders(Path root) {
        this.root = root;
    }

    /** The folder of a run that may or may not be there. */
    public Path of(String model, int run) {
        if (!MODEL.matcher(model).matches()) {
            throw new IllegalArgumentException(
                    "model folder " + model + " is not possible: use letters, digits, dots, dashes and underscores");
        }
        if (run < 1) {
            throw new IllegalArgumentException("run " + run + " is not possible: use 1 or more");
        }
        return root.resolve(model).resolve("run_" + run).resolve(INNER);
    }

    /** The folder of the run after the highest-numbered one. */
    public Path next(String model) {
        int highest = list(of(model, 1).getParent().getParent()).stream()
                .map(path -> RUN.matcher(path.getFileName().toString()))
                .filter(java.util.regex.Matcher::matches)
                .mapToInt(match -> Integer.parseInt(match.group(1)))
                .max()
                .orElse(0);
        return of(model, highest + 1);
    }

    /** The run of this command that was started last, by what its manifest says; the age of files is no evidence. */
    public Optional<Path> newest() {
        record Found(Path path, Instant startedAt) {}
        return list(root).stream()
                .flatMap(model -> list(model).stream())
                .filter(run -> RUN.matcher(run.getFileName().toString()).matches())
                .map(run -> run.resolve(INNER))
                .flatMap(path -> startedAt(path).map(instant -> new Found(path, instant)).stream())
                .max(Comparator.comparing(Found::startedAt))
                .map(Found::path);
    }

    private static Optional<Instant> startedAt(Path folder) {
        Path manifest = folder.resolve("manifest.json");
        if (!Files.isRegularFile(manifest)) {
            return Optional.empty();
        }
        try {
            RunFolder.Manifest read = Json.read(manifest, RunFolder.Manifest.class);
            return read.command().equals(COMMAND) ? Optional.of(Instant.parse(read.startedAt())) : Optional.empty();
        } catch (IllegalArgumentException | java.time.DateTimeException damaged) {
            return Optional.empty();
        }
    }

    private static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read folder " + folder + ": " + e.getMessage(), e);
        }
    }
}
