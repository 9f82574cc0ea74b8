// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where the original leaves the checkpoints of its first phase: {@code seed_S/EQUATION_phase1/checkpoints/best.pt}, or the
 * {@code checkpoint_epoch_N.pt} with the largest N beside it.
 */
public record CheckpointFolder(Path outputs) {
    private static final Pattern NUMBERED = Pattern.compile("checkpoint_epoch_(\\d{1,9})\\.pt");

    /** The checkpoint of an equation and seed; empty where there is none. */
    public Optional<Path> find(String equation, long seed) {
        Path folder = folder(equation, seed);
        Path best = folder.resolve("best.pt");
        if (Files.isRegularFile(best) || !Files.isDirectory(folder)) {
            return Optional.of(best).filter(Files::isRegularFile);
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> epoch(file) >= 0).max(Comparator.comparingInt(CheckpointFolder::epoch));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder + ": make it readable", e);
        }
    }

    /** Why there is none, in one sentence. */
    public String missing(String equation, long seed) {
        return "no best.pt and no checkpoint_epoch_N.pt in " + folder(equation, seed);
    }

    private Path folder(String equation, long seed) {
        return outputs.resolve("seed_" + seed).resolve(equation + "_phase1").resolve("checkpoints");
    }

    private static int epoch(Path file) {
        Matcher name = NUMBERED.matcher(file.getFileName().toString());
        return name.matches() ? Integer.parseInt(name.group(1)) : -1;
    }
}
