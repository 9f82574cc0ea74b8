// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.nativeconfig.elf.ElfWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
class LibraryLocatorTest {

    private static final String SITE = "lib/python3.12/site-packages/nvidia/";

    @TempDir
    Path root;

    private FakeTree tree;

    @BeforeEach
    void tree() {
        tree = new FakeTree(root);
    }

    @Test
    void anEmptyMachineIsReportedStepByStep() {
        List<StepReport> reports = locate();

        assertThat(reports).hasSameSizeAs(SearchSteps.standard());
        assertThat(reports).allSatisfy(report -> {
            assertThat(report.found()).isEmpty();
            assertThat(report.rejected()).isEmpty();
            assertThat(report.toLines()).hasSize(1);
        });
        assertThat(reports.get(0).toLines()).containsExactly("-Dfizeau.cuda.path or FIZEAU_CUDA_PATH: neither is set");
        assertThat(reports.get(2).toLines()).containsExactly("LD_LIBRARY_PATH: not set");
        assertThat(reports.get(3).toLines()).containsExactly("Python wheels: no NVIDIA wheel in any Python found");
        assertThat(reports.get(5).toLines())
                .containsExactly("container runtime: no such folder: " + tree.path("usr/local/nvidia/lib64"));
    }

    /** Variable or property, its value, the folder that holds the library, the step that has to find it. */
    @ParameterizedTest
    @CsvSource({
        "property fizeau.cuda.path, own, own, 0",
        "property fizeau.cuda.path, own, own/lib64, 0",
        "FIZEAU_CUDA_PATH, own, own, 0",
        "CUDA_PATH, toolkit, toolkit/lib64, 1",
        "CUDA_PATH, toolkit, toolkit/targets/x86_64-linux/lib, 1",
        "CUDA_HOME, toolkit, toolkit/lib, 1",
        "LD_LIBRARY_PATH, libs, libs, 2",
        "VIRTUAL_ENV, venv, venv/lib/python3.12/site-packages/nvidia/cufft/lib, 3",
        "VIRTUAL_ENV, venv, venv/lib64/python3.9/site-packages/nvidia/cu13/lib, 3",
        "CONDA_PREFIX, conda, conda/lib/python3.12/site-packages/nvidia/cu13/lib, 3",
        "CONDA_PREFIX, conda, conda/lib, 3",
        "property user.home, home, home/.local/lib/python3.11/site-packages/nvidia/cu13/lib, 3",
        "UNUSED, x, usr/local/lib/python3.11/dist-packages/nvidia/cufft/lib, 3",
        "UNUSED, x, usr/local/cuda/lib64, 4",
        "UNUSED, x, usr/local/cuda-13.0/targets/x86_64-linux/lib, 4",
        "UNUSED, x, usr/local/nvidia/lib64, 5",
        "property org.bytedeco.javacpp.cachedir, cache, cache/cuda-redist.jar/org/bytedeco/cuda/linux-x86_64, 6",
        "property user.home, home, home/.javacpp/cache/cuda-12.6-9.5-redist.jar/org/bytedeco/cuda/linux-x86_64, 6",
        "UNUSED, x, usr/lib/x86_64-linux-gnu, 7",
        "UNUSED, x, usr/lib64, 7",
        "UNUSED, x, usr/lib/wsl/lib, 7",
    })
    void everyStepFindsALibraryInItsFolder(String name, String value, String folder, int step) {
        if (name.startsWith("property ")) {
            tree.property(name.substring("property ".length()), tree.path(value));
        } else {
            tree.variable(name, tree.path(value));
        }
        tree.libraries(folder, "libcufft.so.12");

        List<StepReport> reports = locate();

        for (int i = 0; i < reports.size(); i++) {
            assertThat(reports.get(i).found())
                    .as(reports.get(i).step())
                    .isEqualTo(
                            i == step
                                    ? List.of(new NativeLibrary(
                                            CudaLibrary.CUFFT,
                                            "libcufft.so.12",
                                            root.resolve(folder).resolve("libcufft.so.12")))
                                    : List.of());
        }
    }

    @Test
    void thePythonsOnThePathAreSearchedWithoutFollowingTheirLinks() {
        tree.executable("usr/bin/python3.12")
                .link("venv/bin/python3", root.resolve("usr/bin/python3.12").toString())
                .libraries("venv/" + SITE + "cu13/lib", "libcufft.so.12")
                .libraries("empty/bin/more", "libcufft.so.12") // no python3 here
                .variable("PATH", tree.path("empty/bin") + ":" + tree.path("venv/bin"));

        assertThat(found(3)).containsExactly(root.resolve("venv/" + SITE + "cu13/lib/libcufft.so.12"));
    }

    @Test
    void aShimOfPyenvLeadsToItsVersions() {
        tree.executable("pyenv/shims/python3")
                .libraries("pyenv/versions/3.12.1/" + SITE + "cufft/lib", "libcufft.so.12")
                .variable("PATH", tree.path("pyenv/shims"));

        assertThat(found(3))
                .containsExactly(root.resolve("pyenv/versions/3.12.1/" + SITE + "cufft/lib/libcufft.so.12"));
    }

    @Test
    void theFoldersOfAPathAreTakenInOrder() {
        tree.libraries("b", "libcufft.so.12")
                .libraries("a", "libcufft.so.12")
                .variable("LD_LIBRARY_PATH", tree.path("b") + "::" + tree.path("gone") + ":" + tree.path("a"));

        StepReport report = locate().get(2);

        assertThat(found(2)).containsExactly(root.resolve("b/libcufft.so.12"), root.resolve("a/libcufft.so.12"));
        assertThat(report.absent()).containsExactly(root.resolve("gone"));
    }

    @Test
    void thePropertyWinsOverTheVariable() {
        tree.libraries("a", "libcufft.so.11")
                .libraries("b", "libcufft.so.12")
                .property("fizeau.cuda.path", tree.path("a"))
                .variable("FIZEAU_CUDA_PATH", tree.path("b"));

        assertThat(found(0)).containsExactly(root.resolve("a/libcufft.so.11"));
    }

    @Test
    void aFolderReachedTwiceIsReadOnce() {
        tree.cuda130("usr/local/cuda-13.0/lib64")
                .link("usr/local/cuda", tree.path("usr/local/cuda-13.0"))
                .variable("CUDA_HOME", tree.path("usr/local/cuda"));

        List<StepReport> reports = locate();

        assertThat(reports.get(1).found()).hasSize(6);
        assertThat(reports.get(4).found()).isEmpty();
        assertThat(reports.get(4).toLines().get(0))
                .isEqualTo("installed toolkits: already looked at above: " + tree.path("usr/local/cuda/lib64") + ", "
                        + tree.path("usr/local/cuda-13.0/lib64"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "libcufft.so",
                "libcufft.so.12.0.0.61",
                "libcufftw.so.12",
                "libcufft.a",
                "libcudart.so.13",
                "cufft.dll"
            })
    void otherFilesAreNotCandidates(String name) {
        tree.libraries("libs", name).variable("LD_LIBRARY_PATH", tree.path("libs"));

        assertThat(locate().get(2).found()).isEmpty();
        assertThat(locate().get(2).rejected()).isEmpty();
        assertThat(locate().get(2).toLines()).containsExactly("LD_LIBRARY_PATH: nothing in " + tree.path("libs"));
    }

    static Stream<Object[]> unusableFiles() {
        byte[] good = new ElfWriter().build();
        return Stream.of(
                new Object[] {with(good, 18, 183), "made for another processor (ELF machine 183, here 62)"},
                new Object[] {with(good, 4, 1), "a 32-bit ELF file: only 64-bit libraries can be used"},
                new Object[] {with(good, 5, 2), "a big-endian ELF file: only little-endian libraries can be used"},
                new Object[] {Arrays.copyOf(good, 20), "the ELF file is truncated: 20 bytes, its header has 64"},
                new Object[] {
                    "INPUT(libcufft.so.12)".getBytes(StandardCharsets.US_ASCII),
                    "not an ELF file: it does not begin with 7f 45 4c 46"
                });
    }

    @ParameterizedTest
    @MethodSource("unusableFiles")
    void aFileOfTheWrongFormatIsRejectedWithTheReason(byte[] content, String reason) {
        tree.file("libs/libcufft.so.12", content).variable("LD_LIBRARY_PATH", tree.path("libs"));

        StepReport report = locate().get(2);

        Path file = root.resolve("libs/libcufft.so.12");
        assertThat(report.found()).isEmpty();
        assertThat(report.rejected()).containsExactly(new StepReport.Rejection(file, reason));
        assertThat(report.toLines()).contains("  rejected " + file + ": " + reason);
    }

    @Test
    void aLinkThatPointsNowhereIsRejected() {
        tree.link("libs/libnvrtc.so.13", "/no/such/file").variable("LD_LIBRARY_PATH", tree.path("libs"));

        assertThat(locate().get(2).rejected())
                .extracting(StepReport.Rejection::reason)
                .containsExactly("a link that points nowhere");
    }

    @Test
    void onAnotherSystemNothingIsTaken() {
        tree.libraries("libs", "libcufft.so.12")
                .variable("LD_LIBRARY_PATH", tree.path("libs"))
                .property("os.name", "Mac OS X");

        assertThat(locate().get(2).rejected())
                .extracting(StepReport.Rejection::reason)
                .containsExactly("CUDA is used on Linux with x86-64 or 64-bit ARM only");
    }

    @Test
    void arm64HasFoldersOfItsOwn() {
        tree.property("os.arch", "aarch64")
                .file("usr/local/cuda/targets/sbsa-linux/lib/libcufft.so.12", with(new ElfWriter().build(), 18, 183));

        assertThat(found(4)).containsExactly(root.resolve("usr/local/cuda/targets/sbsa-linux/lib/libcufft.so.12"));
    }

    private List<StepReport> locate() {
        return new LibraryLocator(SearchSteps.standard()).locate(tree.settings());
    }

    private List<Path> found(int step) {
        return locate().get(step).found().stream().map(NativeLibrary::file).toList();
    }

    private static byte[] with(byte[] file, int offset, int value) {
        byte[] changed = file.clone();
        changed[offset] = (byte) value;
        return changed;
    }
}
