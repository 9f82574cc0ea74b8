// SPDX-License-Identifier: Apache-2.0
package fizeau.image;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes whole files: a reader sees the old content or the new one, never a part. */
public final class AtomicFile {

    /** Produces the content of one file. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private AtomicFile() {}

    /**
     * Writes to a temporary file in the target's folder and moves it over the target. The temporary file never remains.
     *
     * @throws IllegalArgumentException if the target is a folder, or its folder is absent or refuses new files
     * @throws UncheckedIOException if writing fails later, for instance because the disk is full
     */
    public static void write(Path target, Content content) {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(target)) {
            throw new IllegalArgumentException("cannot write " + target + ": it is a folder, name a file");
        }
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    "cannot write " + target + ": folder " + folder + " does not exist, create it");
        }
        Path temporary = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            // Not Files.createTempFile: its files are readable by their owner only, and results are to be shared.
            try (OutputStream out = new BufferedOutputStream(open(target, temporary))) {
                content.writeTo(out);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write " + target + ": " + failure.getMessage(), failure);
        } finally {
            deleteQuietly(temporary);
        }
    }

    private static OutputStream open(Path target, Path temporary) {
        try {
            return Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException refusal) {
            throw new IllegalArgumentException(
                    "cannot write " + target + ": its folder accepts no new file ("
                            + refusal.getClass().getSimpleName() + "), choose a folder you may write to",
                    refusal);
        }
    }

    private static void deleteQuietly(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException ignored) {
            // The outcome of the write itself is already decided; a leftover temporary file must not hide it.
        }
    }
}
