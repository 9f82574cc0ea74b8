// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElfImageTest {

    @TempDir
    Path folder;

    static ElfWriter fixture() {
        return new ElfWriter()
                .soname("libJCufft.so")
                .needs("libcufft.so.10")
                .needs("libc.so.6")
                .needsVersion("libcufft.so.10", "libcufft.so.10")
                .needsVersion("libc.so.6", "GLIBC_2.2.5")
                .needsVersion("libc.so.6", "GLIBC_2.14")
                .imports("cufftExecC2C")
                .imports("malloc")
                .exports("JNI_OnLoad");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void namesVersionsAndSymbolsAreRead(boolean gnuHash) throws IOException {
        ElfWriter writer = fixture();
        ElfImage image = ElfImage.parse((gnuHash ? writer.withGnuHash() : writer).build());

        assertThat(image.header().machine()).isEqualTo(ElfHeader.MACHINE_X86_64);
        assertThat(image.soname()).contains("libJCufft.so");
        assertThat(image.needed()).containsExactly("libcufft.so.10", "libc.so.6");
        assertThat(image.symbols())
                .containsExactly(
                        new ElfImage.Symbol("cufftExecC2C", false),
                        new ElfImage.Symbol("malloc", false),
                        new ElfImage.Symbol("JNI_OnLoad", true));
        assertThat(image.versionNeeds())
                .extracting(need -> need.file().text() + " " + need.version().text())
                .containsExactly("libcufft.so.10 libcufft.so.10", "libc.so.6 GLIBC_2.2.5", "libc.so.6 GLIBC_2.14");
    }

    @Test
    void aLibraryWithImportsOnlyHasItsSymbolsCounted() throws IOException {
        ElfImage image = ElfImage.parse(
                new ElfWriter().imports("one").imports("two").withGnuHash().build());

        assertThat(image.symbols()).extracting(ElfImage.Symbol::name).containsExactly("one", "two");
        assertThat(image.soname()).isEmpty();
        assertThat(image.needed()).isEmpty();
    }

    @Test
    void otherFilesAreRefusedInWords() {
        refused("#!/bin/sh\necho no library\n".getBytes(StandardCharsets.US_ASCII), "not an ELF file");
        refused(new byte[0], "not an ELF file");
        refused(changed(4, 1), "a 32-bit ELF file");
        refused(changed(4, 9), "a class 9 ELF file");
        refused(changed(5, 2), "a big-endian ELF file");
        refused(changed(16, 2), "ELF type 2 is not a shared object");
        refused(changed(54, 8), "program headers of 8 bytes");
        refused(changed(ElfHeader.SIZE + ElfHeader.PROGRAM_HEADER_SIZE, 0), "no dynamic section");
    }

    @Test
    void aTruncatedFileIsRefusedWhereverItEnds() {
        byte[] whole = fixture().build();
        refused(Arrays.copyOf(whole, 40), "the ELF file is truncated: 40 bytes, its header has 64");
        for (int length = 4; length < whole.length; length++) {
            refused(Arrays.copyOf(whole, length), "truncated");
        }
    }

    @Test
    void damageIsNeverAnsweredByAnythingButAFormatException() {
        byte[] whole = fixture().withGnuHash().build();
        Random random = new Random(20261121);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = whole.clone();
            for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                ElfImage image = ElfImage.parse(damaged);
                image.needed();
                image.soname();
                image.symbols();
                image.versionNeeds();
            } catch (ElfFormatException expected) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1000);
    }

    @Test
    void aVersionTableThatPointsToItselfEnds() {
        byte[] file = new ElfWriter()
                .needs("liba.so.1")
                .needsVersion("liba.so.1", "A_1")
                .build();
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + 16 <= file.length; at += 8) {
            if (bytes.getLong(at) == 0x6fffffffL) {
                bytes.putLong(at + 8, Long.MAX_VALUE); // claims more libraries than there are
            }
        }

        assertThatThrownBy(() -> ElfImage.parse(file).versionNeeds())
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining("a version need points outside its table");
    }

    @Test
    void theHeaderOfAFileIsReadAlone() throws IOException {
        Path file = Files.write(folder.resolve("a.so"), Arrays.copyOf(fixture().build(), ElfHeader.SIZE));

        assertThat(ElfHeader.read(file).programHeaderCount()).isEqualTo(2);
        assertThatThrownBy(
                        () -> ElfHeader.read(Files.write(folder.resolve("b.so"), new byte[] {0x7f, 'E', 'L', 'F', 2})))
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining("truncated: 5 bytes");
    }

    @Test
    void theLibraryOfTheRunningJvmIsRead() throws IOException {
        Path jvm = Path.of(System.getProperty("java.home"), "lib", "server", "libjvm.so");
        assumeTrue(Files.isRegularFile(jvm), "no libjvm.so");

        ElfImage image = ElfImage.open(jvm);

        assertThat(image.soname()).contains("libjvm.so");
        assertThat(image.needed()).contains("libc.so.6");
        assertThat(image.symbols())
                .contains(new ElfImage.Symbol("JNI_CreateJavaVM", true))
                .hasSizeGreaterThan(200);
        assertThat(image.versionNeeds())
                .isNotEmpty()
                .allSatisfy(need -> assertThat(need.hash())
                        .isEqualTo(SonameRewriter.versionHash(need.version().text())));
    }

    private static byte[] changed(int offset, int value) {
        byte[] file = fixture().build();
        file[offset] = (byte) value;
        return file;
    }

    private static void refused(byte[] file, String words) {
        assertThatThrownBy(() -> ElfImage.parse(file))
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining(words);
    }
}
