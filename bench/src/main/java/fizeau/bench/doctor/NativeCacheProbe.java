// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.doctor;

import fizeau.bench.environment.Environment;
import fizeau.nativeconfig.JavaCppCache;
import fizeau.nativeconfig.Settings;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Looks at the folder in which JavaCPP unpacks libraries, without creating it. */
final class NativeCacheProbe {

    private NativeCacheProbe() {}

    static DoctorReport.NativeCache examine(Settings settings) {
        List<Path> candidates = JavaCppCache.candidates(settings);
        if (candidates.isEmpty()) {
            return new DoctorReport.NativeCache(Environment.UNKNOWN, false, false, null);
        }
        // JavaCPP takes the first it can write to; where there is none, the first is the one to repair. Root may
        // "write"
        // to /proc and /sys, which have no room for anything.
        Path folder = candidates.stream()
                .filter(candidate ->
                        writableFolder(existing(candidate)) && !Long.valueOf(0).equals(freeBytes(existing(candidate))))
                .findFirst()
                .orElse(candidates.get(0));
        Path existing = existing(folder);
        return new DoctorReport.NativeCache(
                folder.toString(), writableFolder(existing), holdsLibtorch(folder), freeBytes(existing));
    }

    /** The folder itself or the nearest one above it that exists, where it would be created. */
    private static Path existing(Path folder) {
        Path path = folder.toAbsolutePath();
        while (!Files.exists(path) && path.getParent() != null) {
            path = path.getParent();
        }
        return path;
    }

    private static boolean writableFolder(Path path) {
        return Files.isDirectory(path) && Files.isWritable(path);
    }

    private static boolean holdsLibtorch(Path folder) {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "pytorch-*.jar")) {
            return jars.iterator().hasNext();
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static Long freeBytes(Path existing) {
        try {
            return Files.getFileStore(existing).getUsableSpace();
        } catch (IOException unknown) {
            return null;
        }
    }
}
