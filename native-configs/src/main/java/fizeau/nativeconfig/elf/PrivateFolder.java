// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig.elf;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A folder with a random name that its owner alone can enter, for libraries that are about to be loaded: a name that
 * others could guess in a shared temporary folder would let them plant one. Owns the folder and what is written into it;
 * {@link #close()} deletes both (a library that is loaded stays loaded).
 */
public final class PrivateFolder implements AutoCloseable {

    static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_READS_AND_WRITES = PosixFilePermissions.fromString("rw-------");

    private final Path path;

    private PrivateFolder(Path path) {
        this.path = path;
    }

    /**
     * Makes a new one below a folder that exists. It has its permissions from its first moment on.
     *
     * @param parent may be shared with others, as the temporary folder of the system is
     */
    public static PrivateFolder createIn(Path parent) throws IOException {
        if (!parent.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            throw new FileSystemException(
                    parent.toString(),
                    null,
                    "this file system has no owner-only permissions to keep libraries private");
        }
        Path created =
                Files.createTempDirectory(parent, "fizeau-native-", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        PrivateFolder folder = new PrivateFolder(created.toAbsolutePath());
        try {
            folder.requirePrivate(); // some file systems (FAT, some network mounts) accept permissions and ignore them
        } catch (IOException shared) {
            Files.delete(created);
            throw shared;
        }
        return folder;
    }

    public Path path() {
        return path;
    }

    /**
     * Writes a file that appears complete or not at all, readable by the owner alone.
     *
     * @param fileName a plain file name
     */
    public Path write(String fileName, byte[] content) throws IOException {
        Path target = path.resolve(fileName);
        if (!path.equals(target.getParent()) || fileName.startsWith(".")) {
            throw new IllegalArgumentException("\"" + fileName + "\" is not a plain file name");
        }
        requirePrivate();
        Path part = Files.createTempFile(
                path, "part-", ".tmp", PosixFilePermissions.asFileAttribute(OWNER_READS_AND_WRITES));
        try {
            Files.write(part, content, StandardOpenOption.TRUNCATE_EXISTING);
            return Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Deletes the folder and its files; a second call does nothing. */
    @Override
    public void close() throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
            Files.delete(path);
        }
    }

    private void requirePrivate() throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isDirectory() || !attributes.permissions().equals(OWNER_ONLY)) {
            throw new FileSystemException(
                    path.toString(),
                    null,
                    "must be a folder with permissions rwx------ but has "
                            + PosixFilePermissions.toString(attributes.permissions())
                            + ": choose a temporary folder (-Djava.io.tmpdir) on a file system that keeps permissions");
        }
    }
}
