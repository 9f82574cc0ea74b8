// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Compiled kernels on disk. A file that is missing, short, damaged or of another key is a miss. Files appear by an atomic
 * move, so that processes may share a folder; the least recently used go when the bound is passed. Thread-safe. Owns what lies
 * in its folder, which only the user may enter: a planted file would run on the device.
 *
 * <pre>
 * file KEY.cubin, little endian
 * offset  bytes
 *      0      8  magic, the format version as its last character
 *      8     32  key
 *     40     32  SHA-256 of the content
 *     72      8  bytes of content
 *     80         content
 * </pre>
 */
public final class CubinCache {

    /** Version of the file format; part of the key and of the magic bytes. */
    public static final int FORMAT_VERSION = 1;

    private static final long MAGIC = 0x31_4e_49_42_55_43_5a_46L; // "FZCUBIN1" in little endian
    private static final int HEADER_BYTES = 80;
    private static final String ENDING = ".cubin";
    private static final String TEMPORARY_ENDING = ".tmp";

    /** No writer takes this long: what is older was left by a process that died. */
    private static final Duration ABANDONED = Duration.ofHours(1);

    /**
     * Counters since the cache was opened.
     *
     * @param hits look-ups answered from disk
     * @param misses look-ups that found nothing usable, damaged files included
     * @param damaged files that were short, corrupt or of another key
     * @param storeFailures compiled kernels that could not be written
     * @param evictions files removed to keep the bound
     */
    public record Statistics(long hits, long misses, long damaged, long storeFailures, long evictions) {}

    private final Path folder;
    private final long maxBytes;
    private long hits;
    private long misses;
    private long damaged;
    private long storeFailures;
    private long evictions;

    private CubinCache(Path folder, long maxBytes) {
        this.folder = folder;
        this.maxBytes = maxBytes;
    }

    /**
     * Opens the cache in a folder of its own, created where missing and closed to other users.
     *
     * @param maxBytes bound on the size of all files
     * @throws UncheckedIOException where the folder cannot be created or closed to others
     */
    public static CubinCache open(Path folder, long maxBytes) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("cubin cache of " + maxBytes + " bytes: the bound must be positive");
        }
        try {
            Files.createDirectories(folder);
            if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
            CubinCache cache = new CubinCache(folder, maxBytes);
            cache.removeAbandoned();
            return cache;
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "cannot use " + folder + " as cubin cache: choose a folder that belongs to this user", failure);
        }
    }

    /**
     * The kernel of this key, from disk or else from the compiler, which then is stored. A compiled kernel that cannot be
     * stored is returned all the same; an exception of the compiler passes through and stores nothing.
     */
    public byte[] get(CubinKey key, Supplier<byte[]> compiler) {
        Optional<byte[]> found = find(key);
        if (found.isPresent()) {
            return found.get();
        }
        byte[] content = compiler.get();
        try {
            store(key, content);
        } catch (UncheckedIOException unwritable) {
            countStoreFailure();
        }
        return content;
    }

    /** The kernel of this key, if it lies here undamaged. Never throws: what cannot be read is compiled again. */
    public synchronized Optional<byte[]> find(CubinKey key) {
        Path file = fileOf(key);
        Optional<byte[]> content;
        try {
            content = contentOf(key, Files.readAllBytes(file));
        } catch (IOException absentOrUnreadable) {
            misses++;
            return Optional.empty();
        }
        if (content.isEmpty()) {
            misses++;
            damaged++; // the next store replaces it
            return content;
        }
        hits++;
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (IOException readOnly) {
            return content; // only the order of eviction suffers
        }
        return content;
    }

    /**
     * Stores a kernel, then removes the least recently used until the bound holds. One that alone passes the bound is not
     * stored.
     */
    public synchronized void store(CubinKey key, byte[] content) {
        if (HEADER_BYTES + content.length > maxBytes) {
            return;
        }
        Path file = fileOf(key);
        try {
            Path temporary = Files.createTempFile(folder, key.hex(), TEMPORARY_ENDING);
            try {
                Files.write(temporary, fileBytes(key, content));
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
            evictExcept(file);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write " + file, failure);
        }
    }

    public synchronized Statistics statistics() {
        return new Statistics(hits, misses, damaged, storeFailures, evictions);
    }

    private synchronized void countStoreFailure() {
        storeFailures++;
    }

    private Path fileOf(CubinKey key) {
        return folder.resolve(key.hex() + ENDING);
    }

    private static byte[] fileBytes(CubinKey key, byte[] content) {
        return ByteBuffer.allocate(HEADER_BYTES + content.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(MAGIC)
                .put(key.bytes())
                .put(CubinKey.sha256().digest(content))
                .putLong(content.length)
                .put(content)
                .array();
    }

    private static Optional<byte[]> contentOf(CubinKey key, byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < HEADER_BYTES || file.getLong() != MAGIC) {
            return Optional.empty();
        }
        byte[] storedKey = new byte[CubinKey.DIGEST_BYTES];
        byte[] storedDigest = new byte[CubinKey.DIGEST_BYTES];
        file.get(storedKey).get(storedDigest);
        if (file.getLong() != file.remaining()) {
            return Optional.empty();
        }
        byte[] content = new byte[file.remaining()];
        file.get(content);
        boolean intact = Arrays.equals(storedKey, key.bytes())
                && Arrays.equals(storedDigest, CubinKey.sha256().digest(content));
        return intact ? Optional.of(content) : Optional.empty();
    }

    /** A file and when it was last used, read once, so that sorting sees one moment. */
    private record Entry(Path file, long bytes, FileTime used) {}

    private void evictExcept(Path newest) throws IOException {
        List<Entry> entries = entries(ENDING);
        long total = entries.stream().mapToLong(Entry::bytes).sum();
        entries.sort(Comparator.comparing(Entry::used));
        for (Entry entry : entries) {
            if (total <= maxBytes) {
                return;
            }
            if (!entry.file().equals(newest)) {
                Files.deleteIfExists(entry.file());
                total -= entry.bytes();
                evictions++;
            }
        }
    }

    private void removeAbandoned() throws IOException {
        FileTime limit = FileTime.from(Instant.now().minus(ABANDONED));
        for (Entry entry : entries(TEMPORARY_ENDING)) {
            if (entry.used().compareTo(limit) < 0) {
                Files.deleteIfExists(entry.file());
            }
        }
    }

    private List<Entry> entries(String ending) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.getFileName().toString().endsWith(ending))
                    .toList()) {
                try {
                    entries.add(new Entry(file, Files.size(file), Files.getLastModifiedTime(file)));
                } catch (NoSuchFileException removed) {
                    continue; // another process evicted it
                }
            }
        }
        return entries;
    }
}
