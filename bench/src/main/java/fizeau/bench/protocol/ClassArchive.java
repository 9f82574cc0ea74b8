// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

import fizeau.backend.UserCache;
import fizeau.image.AtomicFile;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The class data archive of the children: their classes, parsed and verified once for all of them, in a file that the JVM maps.
 * A child loads some 4,500 classes, most of them the bindings', which takes most of a second otherwise. A child that is not
 * timed writes the archive where there is none. The JVM goes without where a file does not fit, and so does a class path with
 * folders, which the JVM cannot archive.
 */
final class ClassArchive {

    /** System property: a folder for the archives, or {@code off}. */
    static final String PROPERTY = "fizeau.classes";

    private static final String SUFFIX = ".jsa";

    /** Of other builds, Java versions and class paths. */
    private static final int MOST_FILES = 4;

    private final Path file;

    private ClassArchive(Path file) {
        this.file = file;
    }

    /** The archive for a class path, in the folder that the system property names, by default in the user's cache folder. */
    static Optional<ClassArchive> of(String classPath) {
        return UserCache.folder(PROPERTY).flatMap(folder -> in(folder, classPath));
    }

    /** The same in a folder, which need not exist yet. */
    static Optional<ClassArchive> in(Path folder, String classPath) {
        StringBuilder identity =
                new StringBuilder(System.getProperty("java.vm.version")).append(System.getProperty("java.home"));
        for (String entry : classPath.split(File.pathSeparator)) {
            try {
                BasicFileAttributes jar = Files.readAttributes(Path.of(entry), BasicFileAttributes.class);
                if (!jar.isRegularFile()) {
                    return Optional.empty();
                }
                identity.append('\n')
                        .append(entry)
                        .append(' ')
                        .append(jar.size())
                        .append(' ')
                        .append(jar.lastModifiedTime().toMillis());
            } catch (IOException missing) {
                return Optional.empty();
            }
        }
        UUID digest = UUID.nameUUIDFromBytes(identity.toString().getBytes(StandardCharsets.UTF_8));
        return Optional.of(new ClassArchive(folder.resolve("classes-" + digest + SUFFIX)));
    }

    boolean exists() {
        return Files.isRegularFile(file);
    }

    /** Flags of a JVM that uses it. */
    List<String> use() {
        return List.of("-XX:SharedArchiveFile=" + file);
    }

    /** Flags of a JVM that writes it into a folder as it ends; {@link #adopt} puts it in its place. */
    static List<String> record(Path folder) {
        return List.of("-XX:ArchiveClassesAtExit=" + folder.resolve("classes" + SUFFIX));
    }

    /** Takes what was written into a folder. A file system that does not let it costs a little time, no result. */
    void adopt(Path folder) {
        Path written = folder.resolve("classes" + SUFFIX);
        if (!Files.isRegularFile(written)) {
            return;
        }
        try {
            Files.createDirectories(file.getParent());
            AtomicFile.write(file, out -> Files.copy(written, out));
            forgetOldest();
        } catch (IOException | RuntimeException unwritable) {
            // the next run tries again
        }
    }

    private void forgetOldest() throws IOException {
        try (Stream<Path> files = Files.list(file.getParent())) {
            List<Path> archives = files.filter(
                            path -> path.getFileName().toString().endsWith(SUFFIX))
                    .sorted(Comparator.comparing((Path path) -> path.toFile().lastModified())
                            .reversed())
                    .toList();
            for (Path old : archives.subList(Math.min(MOST_FILES, archives.size()), archives.size())) {
                Files.deleteIfExists(old);
            }
        }
    }
}
