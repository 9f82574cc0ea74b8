// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.nativeconfig.CudaAvailability.Available;
import fizeau.nativeconfig.CudaAvailability.Unavailable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class CudaChooserTest {

    @TempDir
    Path root;

    private FakeTree tree;

    @BeforeEach
    void tree() {
        tree = new FakeTree(root);
    }

    @Test
    void aToolkitWithAFittingDriverIsTakenInTheOrderOfLoading() {
        tree.driver("580.65.06").cuda130("usr/local/cuda/lib64");

        Available cuda = available();

        assertThat(cuda.release()).isEqualTo("13.0");
        assertThat(cuda.libraries().values())
                .extracting(NativeLibrary::soname)
                .containsExactly(
                        "libnvrtc-builtins.so.13.0",
                        "libnvrtc.so.13",
                        "libcufft.so.12",
                        "libcublasLt.so.13",
                        "libcublas.so.13",
                        "libcudnn.so.9");
        assertThat(cuda.missing()).isEmpty();
        assertThat(cuda.remarks()).isEmpty();
    }

    @Test
    void wheelsInOneFolderPerLibraryArePutTogether() {
        String site = "venv/lib/python3.12/site-packages/nvidia/";
        tree.driver("550.54.14")
                .variable("VIRTUAL_ENV", tree.path("venv"))
                .libraries(site + "cuda_nvrtc/lib", "libnvrtc.so.12", "libnvrtc-builtins.so.12.6")
                .libraries(site + "cufft/lib", "libcufft.so.11")
                .libraries(site + "cublas/lib", "libcublas.so.12", "libcublasLt.so.12");

        Available cuda = available();

        assertThat(cuda.release()).isEqualTo("12.6");
        assertThat(cuda.libraries()).hasSize(5);
        assertThat(cuda.missing())
                .extracting(CudaAvailability.MissingLibrary::sentence)
                .containsExactly("libcudnn.so.9 is missing, which convolutions of the library level needs:"
                        + " python3 -m pip install 'nvidia-cudnn-cu12==9.*'");
    }

    @Test
    void aMajorAboveTheDriverIsPassedOverForAnOlderOne() {
        tree.driver("535.104.05").cuda130("usr/local/cuda-13.0/lib64").cuda126("usr/local/cuda-12.6/lib64");

        Available cuda = available();

        assertThat(cuda.release()).isEqualTo("12.6");
        assertThat(cuda.libraries().values())
                .allSatisfy(library -> assertThat(library.file().toString()).contains("cuda-12.6"));
        assertThat(cuda.remarks())
                .containsExactly("CUDA 13.0 needs driver 580.65.06 or newer, this machine has 535.104.05:"
                        + " update the driver or install an older CUDA");
    }

    @Test
    void aDriverTooOldForEverythingIsSaid() {
        tree.driver("470.82.01").cuda126("usr/local/cuda/lib64");

        assertThat(reasons())
                .containsExactly("CUDA 12.6 needs driver 525.60.13 or newer, this machine has 470.82.01:"
                        + " update the driver or install an older CUDA");
    }

    @Test
    void theReleaseWithMoreLibrariesWinsThenTheNewer() {
        tree.driver("580.65.06")
                .cuda126("usr/local/cuda-12.6/lib64")
                .libraries("usr/local/cuda-13.0/lib64", "libnvrtc-builtins.so.13.0", "libnvrtc.so.13");
        assertThat(available().release()).isEqualTo("12.6");

        tree.cuda130("usr/local/cuda-13.0/lib64");
        assertThat(available().release()).isEqualTo("13.0");
    }

    @Test
    void librariesOfTwoMajorsAreNeverMixed() {
        tree.driver("580.65.06")
                .libraries("a", "libnvrtc-builtins.so.13.0", "libnvrtc.so.13", "libcufft.so.11", "libcublas.so.12")
                .variable("LD_LIBRARY_PATH", tree.path("a"));

        Available cuda = available();

        assertThat(cuda.libraries()).containsOnlyKeys(CudaLibrary.NVRTC, CudaLibrary.NVRTC_BUILTINS);
        assertThat(cuda.missing())
                .extracting(CudaAvailability.MissingLibrary::soname)
                .containsExactly("libcufft.so.12", "libcublasLt.so.13", "libcublas.so.13", "libcudnn.so.9");
    }

    @Test
    void aLibraryBesideTheBuiltinsOfAnotherReleaseIsNotTaken() {
        tree.driver("580.65.06")
                .libraries("new", "libnvrtc-builtins.so.13.1", "libnvrtc.so.13", "libcufft.so.12")
                .libraries("old", "libnvrtc-builtins.so.13.0", "libnvrtc.so.13", "libcufft.so.12")
                .variable("LD_LIBRARY_PATH", tree.path("new") + ":" + tree.path("old"));

        Available cuda = available();

        assertThat(cuda.libraries().values())
                .extracting(library -> library.file().getParent())
                .containsOnly(root.resolve("old"));
        assertThat(cuda.remarks())
                .containsExactly("CUDA 13.1 is not used because it has not been tested: install one of 13.0, 12.6");
    }

    @Test
    void aReleaseThatIsNotInTheTableIsRefused() {
        tree.driver("580.65.06")
                .libraries("usr/local/cuda/lib64", "libnvrtc-builtins.so.12.8", "libnvrtc.so.12", "libcufft.so.11");

        assertThat(reasons())
                .containsExactly("CUDA 12.8 is not used because it has not been tested: install one of 13.0, 12.6");
    }

    @Test
    void compilerAndBuiltinsHaveToLieTogether() {
        tree.driver("580.65.06")
                .libraries("a", "libnvrtc.so.13")
                .libraries("b", "libnvrtc-builtins.so.13.0")
                .variable("LD_LIBRARY_PATH", tree.path("a") + ":" + tree.path("b"));

        assertThat(reasons()).hasSize(1);
        assertThat(reasons().get(0)).startsWith("CUDA 13.0: libnvrtc-builtins.so.13.0 is missing");
    }

    @Test
    void withoutTheCompilerTheOtherLibrariesAreNotEnough() {
        tree.driver("580.65.06").libraries("usr/local/cuda/lib64", "libcufft.so.12");

        assertThat(reasons()).hasSize(1);
        assertThat(reasons().get(0))
                .startsWith("libraries of CUDA were found but NVRTC with its builtins")
                .contains("pip install 'nvidia-cuda-nvrtc==13.0.*'")
                .contains("-Dfizeau.cuda.path");
    }

    @Test
    void aDriverWithoutAnyLibraryIsToldWhatToInstall() {
        tree.driver("580.65.06");

        assertThat(reasons().get(0)).startsWith("no CUDA libraries were found: install CUDA 13.0 or 12.6");
    }

    @Test
    void withoutADriverNothingElseMatters() {
        tree.cuda130("usr/local/cuda/lib64");

        assertThat(reasons()).hasSize(1);
        assertThat(reasons().get(0)).startsWith("no NVIDIA driver: libcuda.so.1 is in no system folder");
    }

    @Test
    void aContainerThatLacksTheUserModeDriverIsToldSo() {
        tree.cuda130("usr/local/cuda/lib64")
                .file(
                        "proc/driver/nvidia/version",
                        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  Sat\n"
                                .getBytes(StandardCharsets.US_ASCII));

        assertThat(reasons().get(0))
                .startsWith("the kernel has the NVIDIA driver 580.65.06 but libcuda.so.1 is not here");
    }

    @Test
    void hiddenCardsAreSaidToBeHidden() {
        tree.driver("580.65.06").cuda130("usr/local/cuda/lib64");
        tree.variable("CUDA_VISIBLE_DEVICES", "");
        assertThat(reasons().get(0)).startsWith("CUDA_VISIBLE_DEVICES=\"\" hides every card");
        tree.variable("CUDA_VISIBLE_DEVICES", "-1");
        assertThat(reasons().get(0)).startsWith("CUDA_VISIBLE_DEVICES=\"-1\" hides every card");
        tree.variable("CUDA_VISIBLE_DEVICES", "0,1");
        assertThat(available().release()).isEqualTo("13.0");
    }

    @Test
    void onAnotherSystemCudaIsNotOffered() {
        tree.property("os.name", "Mac OS X").property("os.arch", "aarch64");

        assertThat(reasons())
                .containsExactly("CUDA is used on Linux with x86-64 or 64-bit ARM only, this is Mac OS X on aarch64");
    }

    @Test
    void aCompatibilityLibraryDecidesOverAnOlderKernelModule() {
        tree.driver("535.104.05")
                .cuda130("usr/local/cuda/lib64")
                .libraries("compat", "libcuda.so.580.65.06")
                .link("compat/libcuda.so.1", "libcuda.so.580.65.06")
                .variable("LD_LIBRARY_PATH", tree.path("compat"));

        assertThat(available().release()).isEqualTo("13.0");
    }

    @Test
    void whatMayStillGetInTheWayIsRemarked() {
        tree.libraries("usr/lib64", "libcuda.so.1")
                .cuda130("usr/local/cuda/lib64")
                .variable("LD_BIND_NOW", "1");

        assertThat(available().remarks())
                .hasSize(3)
                .anySatisfy(remark -> assertThat(remark).startsWith("the kernel does not show the NVIDIA driver"))
                .anySatisfy(remark -> assertThat(remark).startsWith("the version of the driver cannot be told"))
                .anySatisfy(remark -> assertThat(remark).startsWith("LD_BIND_NOW is set"));
    }

    @Test
    void theTablesAreComplete() {
        TestedCombinations tested = TestedCombinations.load();

        assertThat(tested.releases()).containsExactly("13.0", "12.6");
        for (String release : tested.releases()) {
            assertThat(tested.libraries(release).orElseThrow()).containsOnlyKeys(CudaLibrary.values());
            assertThat(tested.libraries(release).orElseThrow().values())
                    .allSatisfy(entry ->
                            assertThat(CudaLibrary.ofFileName(entry.soname())).isPresent());
        }
        assertThat(tested.oldestDriver("12.6")).isEqualTo("525.60.13");
        assertThat(tested.libraries("12.8")).isEmpty();
        assertThatThrownBy(() -> tested.oldestDriver("11.8"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("CUDA 11.8 is not in the table: tested are [13.0, 12.6]");
    }

    @Test
    void aDamagedTableIsRefusedInWords() {
        assertThatThrownBy(() -> CsvTable.parse("t.csv", "a,b\n1\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("t.csv: row \"1\" has 1 values, the table has 2 columns");
        List<Map<String, String>> rows =
                CsvTable.parse("t.csv", "release,library,soname,wheel\n14.0,NVRTC,libnvrtc.so.14,x\n");
        assertThatThrownBy(() -> TestedCombinations.of(rows, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("driver-requirements.csv has no row for CUDA 14");
    }

    @Test
    void versionsAreComparedByNumber() {
        assertThat(VersionNumber.parse("580.65.06")).isEqualByComparingTo(VersionNumber.parse("580.65.6.0"));
        assertThat(VersionNumber.parse("1000.1")).isGreaterThan(VersionNumber.parse("580.65.06"));
        assertThat(VersionNumber.parse("12.10")).isGreaterThan(VersionNumber.parse("12.9"));
        assertThatThrownBy(() -> VersionNumber.parse("12.x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a version");
    }

    private CudaAvailability choose() {
        return NativeConfigReport.examine(tree.settings()).cuda();
    }

    private Available available() {
        assertThat(choose()).isInstanceOf(Available.class);
        return (Available) choose();
    }

    private List<String> reasons() {
        assertThat(choose()).isInstanceOf(Unavailable.class);
        return ((Unavailable) choose()).reasons();
    }
}
