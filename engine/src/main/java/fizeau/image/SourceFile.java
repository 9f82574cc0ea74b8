// SPDX-License-Identifier: Apache-2.0
package fizeau.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checks every reader makes before and while decoding, and the one form of its refusals. */
final class SourceFile {

    private SourceFile() {}

    /** The sentence of a refusal: which file, what was found, what to do. */
    static UnusableFileException refuse(Path file, String found, String remedy) {
        return refuse(file, found, remedy, null);
    }

    static UnusableFileException refuse(Path file, String found, String remedy, Throwable cause) {
        return new UnusableFileException("cannot read " + file + ": " + found + "; " + remedy, cause);
    }

    /** The first {@code count} bytes, or fewer where the file is shorter; refuses folders and empty or absent files. */
    static byte[] head(Path file, int count) {
        if (!Files.exists(file)) {
            throw refuse(file, "there is no such file", "check the name");
        }
        if (Files.isDirectory(file)) {
            throw refuse(file, "it is a folder", "name one file in it");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(count);
            if (start.length == 0) {
                throw refuse(file, "it is empty", "copy or export it again");
            }
            return start;
        } catch (IOException failure) {
            throw unreadable(file, failure);
        }
    }

    static byte[] readAll(Path file) {
        head(file, 1);
        try {
            requireMemory(file, 5 * Files.size(file)); // the bytes, and one float for each in the worst case
            return Files.readAllBytes(file);
        } catch (IOException failure) {
            throw unreadable(file, failure);
        }
    }

    static UnusableFileException unreadable(Path file, IOException failure) {
        String reason = failure.getMessage() == null
                ? failure.getClass().getSimpleName()
                : failure.getClass().getSimpleName() + ": " + failure.getMessage();
        return refuse(file, "the system refuses it (" + reason + ")", "check that you may read it", failure);
    }

    /** Refuses before anything is allocated when the heap cannot hold an estimated need. */
    static void requireMemory(Path file, long bytes) {
        Runtime runtime = Runtime.getRuntime();
        long free = runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
        if (bytes > free) {
            throw refuse(
                    file,
                    "it needs about " + mebibytes(bytes) + " of memory and " + mebibytes(free) + " are free",
                    "reduce it, or start Java with a larger -Xmx");
        }
    }

    private static String mebibytes(long bytes) {
        return ((bytes >> 20) + 1) + " MiB";
    }
}
