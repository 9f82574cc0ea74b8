// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SonameRewriterTest {

    private static final String OLD = "libcufft.so.10";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"libcufft.so.12", "libcufft.so.9"})
    void neededNameVersionAndHashAreReplacedAndNothingElse(String newName) throws IOException {
        byte[] original = ElfImageTest.fixture().build();
        byte[] kept = original.clone();

        byte[] rewritten = SonameRewriter.rewrite(original, OLD, newName);

        ElfImage image = ElfImage.parse(rewritten);
        assertThat(original).as("the original is left alone").isEqualTo(kept);
        assertThat(image.needed()).containsExactly(newName, "libc.so.6");
        assertThat(image.soname()).contains("libJCufft.so");
        assertThat(image.symbols()).isEqualTo(ElfImage.parse(original).symbols());
        ElfImage.VersionNeed need = image.versionNeeds().get(0);
        assertThat(need.file().text()).isEqualTo(newName);
        assertThat(need.version().text()).isEqualTo(newName);
        assertThat(need.hash()).isEqualTo(ElfWriter.referenceHash(newName));
        assertThat(image.versionNeeds().get(1).hash()).isEqualTo(ElfWriter.referenceHash("GLIBC_2.2.5"));
        assertThat(differences(original, rewritten)).hasSizeLessThanOrEqualTo(newName.length() + Integer.BYTES);
    }

    @Test
    void aLibraryWithoutVersionsIsRewrittenToo() throws IOException {
        byte[] original =
                new ElfWriter().needs("libnvrtc.so.12").imports("nvrtcVersion").build();

        byte[] rewritten = SonameRewriter.rewrite(original, "libnvrtc.so.12", "libnvrtc.so.13");

        assertThat(ElfImage.parse(rewritten).needed()).containsExactly("libnvrtc.so.13");
        assertThat(differences(original, rewritten)).hasSize(1);
    }

    @Test
    void aNameThatIsNotNeededIsRefusedWithWhatIs() {
        assertThatThrownBy(
                        () -> SonameRewriter.rewrite(ElfImageTest.fixture().build(), "libcudnn.so.8", "libcudnn.so.9"))
                .isInstanceOf(ElfFormatException.class)
                .hasMessage("the library does not need libcudnn.so.8; it needs libcufft.so.10, libc.so.6");
    }

    @Test
    void aLongerEmptyOrForeignNameIsRefused() {
        byte[] file = ElfImageTest.fixture().build();
        assertThatThrownBy(() -> SonameRewriter.rewrite(file, OLD, "libcufft.so.100"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("longer than libcufft.so.10");
        assertThatThrownBy(() -> SonameRewriter.rewrite(file, OLD, "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SonameRewriter.rewrite(file, OLD, "/tmp/a.so"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("slashes");
    }

    @Test
    void aNameThatSharesItsBytesWithALongerOneIsRefused() {
        byte[] file = new ElfWriter()
                .sharingTheEndOf("my_libcufft.so.10")
                .needs(OLD)
                .exports("my_libcufft.so.10")
                .build();

        assertThatThrownBy(() -> SonameRewriter.rewrite(file, OLD, "libcufft.so.12"))
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining("shares its bytes with a longer name");
    }

    @Test
    void aNameWhoseEndIsUsedByASymbolIsRefused() {
        byte[] file =
                new ElfWriter().sharingTheEndOf(OLD).needs(OLD).imports("so.10").build();

        assertThatThrownBy(() -> SonameRewriter.rewrite(file, OLD, "libcufft.so.12"))
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining("would change another name that shares its bytes");
    }

    @Test
    void theHashIsThatOfTheSystemVAbi() {
        // the last is the value GNU ld writes for glibc's version; long names exercise the folding of the upper bits
        assertThat(SonameRewriter.versionHash("GLIBC_2.2.5")).isEqualTo(0x09691a75);
        for (String name : List.of("", "a", "libcufft.so.12", "libcublasLt.so.13", "GLIBCXX_3.4.29.and.more.of.it")) {
            assertThat(SonameRewriter.versionHash(name)).as(name).isEqualTo(ElfWriter.referenceHash(name));
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aFileIsRewrittenIntoAPrivateFolder() throws IOException {
        Path source = Files.write(
                folder.resolve("libJCufft.so"), ElfImageTest.fixture().build());
        try (PrivateFolder target = PrivateFolder.createIn(folder)) {
            Path copy =
                    SonameRewriter.rewrite(source, target, "libJCufft-12.6.0-linux-x86_64.so", OLD, "libcufft.so.12");

            assertThat(copy).isEqualTo(target.path().resolve("libJCufft-12.6.0-linux-x86_64.so"));
            assertThat(ElfImage.open(copy).needed()).containsExactly("libcufft.so.12", "libc.so.6");
            assertThat(ElfImage.open(source).needed()).contains(OLD);

            Files.write(source, new byte[100]);
            assertThatThrownBy(() -> SonameRewriter.rewrite(source, target, "b.so", OLD, "libcufft.so.12"))
                    .isInstanceOf(ElfFormatException.class)
                    .hasMessageStartingWith("libJCufft.so: not an ELF file");
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aLibraryOfTheJdkIsRewritten() throws IOException {
        Path real = Path.of(System.getProperty("java.home"), "lib", "libjava.so");
        assumeTrue(Files.isRegularFile(real), "no libjava.so");
        ElfImage before = ElfImage.open(real);
        assumeTrue(before.needed().contains("libjvm.so"), "libjava.so does not need libjvm.so");

        byte[] rewritten = SonameRewriter.rewrite(Files.readAllBytes(real), "libjvm.so", "libjwm.so");

        ElfImage after = ElfImage.parse(rewritten);
        assertThat(after.needed()).contains("libjwm.so").doesNotContain("libjvm.so");
        assertThat(after.symbols()).isEqualTo(before.symbols());
        assertThat(differences(Files.readAllBytes(real), rewritten))
                .isNotEmpty()
                .hasSizeLessThanOrEqualTo(5);
    }

    private static List<Integer> differences(byte[] one, byte[] other) {
        assertThat(one).hasSameSizeAs(other);
        List<Integer> indices = new ArrayList<>();
        for (int i = 0; i < one.length; i++) {
            if (one[i] != other[i]) {
                indices.add(i);
            }
        }
        return indices;
    }
}
