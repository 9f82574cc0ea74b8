// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CubinCacheTest {

    private static final int HEADER_BYTES = 80;
    private static final long AMPLE = 1 << 20;
    private static final CompileOptions OPTIONS = CompileOptions.cubin(new Architecture(9, 0));
    private static final byte[] CONTENT = {1, 2, 3, 4, 5};

    @TempDir
    Path parent;

    private Path folder;
    private CubinCache cache;

    @BeforeEach
    void open() {
        folder = parent.resolve("cache");
        cache = CubinCache.open(folder, AMPLE);
    }

    private static KernelSource source(String text, String header) {
        return new KernelSource("a.cu", text, new TreeMap<>(Map.of("a.cuh", header)));
    }

    private static CubinKey key(String text) {
        return CubinKey.of(source(text, "header"), OPTIONS, "nvrtc 13.0");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void compilesOnceAndThenReads() throws IOException {
        assertThat(cache.get(key("x"), CONTENT::clone)).isEqualTo(CONTENT);
        assertThat(cache.get(key("x"), () -> {
                    throw new AssertionError("compiled twice");
                }))
                .isEqualTo(CONTENT);
        assertThat(CubinCache.open(folder, AMPLE).find(key("x"))).hasValue(CONTENT);
        assertThat(cache.statistics()).isEqualTo(new CubinCache.Statistics(1, 1, 0, 0, 0));
        assertThat(files()).hasSize(1);
    }

    @Test
    void keyHoldsEverythingThatDecides() {
        CubinKey key = CubinKey.of(source("text", "header"), OPTIONS, "nvrtc 13.0");
        assertThat(List.of(
                        CubinKey.of(source("text ", "header"), OPTIONS, "nvrtc 13.0"),
                        CubinKey.of(source("text", "header "), OPTIONS, "nvrtc 13.0"),
                        CubinKey.of(source("text", "header"), OPTIONS, "nvrtc 12.6"),
                        CubinKey.of(
                                source("text", "header"), CompileOptions.cubin(new Architecture(8, 0)), "nvrtc 13.0"),
                        CubinKey.of(source("text", "header"), CompileOptions.ptx(new Architecture(9, 0)), "nvrtc 13.0"),
                        CubinKey.of(
                                new KernelSource("a.cu", "text", new TreeMap<>(Map.of("b.cuh", "header"))),
                                OPTIONS,
                                "nvrtc 13.0")))
                .doesNotContain(key)
                .doesNotHaveDuplicates();
        assertThat(CubinKey.of(source("text", "header"), OPTIONS, "nvrtc 13.0")).isEqualTo(key);
    }

    @Test
    void everyDamagedByteIsAMiss() throws IOException {
        cache.store(key("x"), CONTENT);
        Path file = files().get(0);
        byte[] good = Files.readAllBytes(file);
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 0x40;
            Files.write(file, bad);
            assertThat(cache.find(key("x"))).as("byte %d changed", i).isEmpty();
        }
        for (int length : new int[] {0, 7, HEADER_BYTES - 1, HEADER_BYTES, good.length - 1}) {
            Files.write(file, Arrays.copyOf(good, length));
            assertThat(cache.find(key("x"))).as("cut to %d bytes", length).isEmpty();
        }
        Files.write(file, Arrays.copyOf(good, good.length + 1));
        assertThat(cache.find(key("x"))).as("one byte too many").isEmpty();
        assertThat(cache.statistics().damaged()).isEqualTo(good.length + 6L);
        assertThat(cache.get(key("x"), CONTENT::clone)).isEqualTo(CONTENT);
        assertThat(file).as("repaired by the next store").hasBinaryContent(good);
        Files.delete(file);
        Files.createDirectory(file);
        assertThat(cache.find(key("x"))).as("not even a file").isEmpty();
    }

    @Test
    void fileOfAnotherKeyIsAMiss() throws IOException {
        cache.store(key("x"), CONTENT);
        Files.move(files().get(0), folder.resolve(key("y").hex() + ".cubin"));
        assertThat(cache.find(key("y"))).isEmpty();
    }

    @Test
    void leastRecentlyUsedGoesFirst() throws IOException {
        byte[] content = new byte[100];
        CubinCache small = CubinCache.open(folder, 3 * (HEADER_BYTES + 100));
        Instant past = Instant.now().minusSeconds(1000);
        for (String name : List.of("a", "b", "c")) {
            small.store(key(name), content);
            past = past.plusSeconds(10);
            Files.setLastModifiedTime(folder.resolve(key(name).hex() + ".cubin"), FileTime.from(past));
        }
        assertThat(small.find(key("a"))).isPresent(); // now b is the oldest
        small.store(key("d"), content);
        assertThat(small.find(key("b"))).isEmpty();
        assertThat(small.find(key("a"))).isPresent();
        assertThat(small.find(key("c"))).isPresent();
        assertThat(small.find(key("d"))).isPresent();
        assertThat(small.statistics().evictions()).isEqualTo(1);
        small.store(key("e"), new byte[1000]);
        assertThat(small.find(key("e"))).as("larger than the whole cache").isEmpty();
        assertThat(files()).hasSize(3);
    }

    @Test
    void failedCompilationStoresNothing() throws IOException {
        IllegalStateException failure = new IllegalStateException("syntax error");
        assertThatThrownBy(() -> cache.get(key("x"), () -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(files()).isEmpty();
    }

    @Test
    void unwritableFolderStillDeliversTheKernel() throws IOException {
        Files.delete(folder);
        assertThat(cache.get(key("x"), CONTENT::clone)).isEqualTo(CONTENT);
        assertThat(cache.statistics().storeFailures()).isEqualTo(1);
    }

    @Test
    void folderIsClosedToOthersAndCleaned() throws IOException {
        Assumptions.assumeTrue(
                folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "no POSIX permissions here");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path abandoned = Files.writeString(folder.resolve("left.tmp"), "x");
        Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minusSeconds(100_000)));
        Path inUse = Files.writeString(folder.resolve("busy.tmp"), "x");
        CubinCache.open(folder, AMPLE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(abandoned).doesNotExist();
        assertThat(inUse).exists();
    }

    @Test
    void refusesWhatCannotBeACache() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "x");
        assertThatThrownBy(() -> CubinCache.open(file, AMPLE))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(file.toString());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CubinCache.open(folder, 0))
                .withMessageContaining("0 bytes");
    }
}
