// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.nativeconfig.elf.ElfImage;
import fizeau.nativeconfig.elf.ElfWriter;
import fizeau.nativeconfig.elf.PrivateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class NativeConfigReportTest {

    @TempDir
    Path root;

    @Test
    void thisMachineIsExaminedWithoutFailing() {
        NativeConfigReport report = NativeConfigReport.examine(Settings.ofProcess());

        assertThat(report.steps()).hasSameSizeAs(SearchSteps.standard());
        assertThat(report.toLines().get(0)).startsWith("driver: ");
        assertThat(report.toLines())
                .anyMatch(line -> line.startsWith("CUDA cannot be used")
                        || line.startsWith("no CUDA libraries can be used")
                        || line.endsWith(" can be used:"));
    }

    @Test
    void theTextNamesDriverStepsAndConclusion() {
        FakeTree tree = new FakeTree(root)
                .driver("580.65.06")
                .file("proc/driver/nvidia/gpus/0000:01:00.0/information", new byte[0])
                .libraries("libs", "libnvrtc.so.13", "libnvrtc-builtins.so.13.0")
                .file("libs/libcufft.so.12", new byte[0])
                .variable("LD_LIBRARY_PATH", root.resolve("libs").toString());

        assertThat(NativeConfigReport.examine(tree.settings()).toLines())
                .contains(
                        "driver: NVIDIA 580.65.06, " + root.resolve("usr/lib/x86_64-linux-gnu/libcuda.so.1"),
                        "LD_LIBRARY_PATH: looked in " + root.resolve("libs"),
                        "  found " + root.resolve("libs/libnvrtc.so.13"),
                        "  rejected " + root.resolve("libs/libcufft.so.12")
                                + ": not an ELF file: it does not begin with 7f 45 4c 46",
                        "CUDA 13.0 can be used:",
                        "  libnvrtc.so.13 = " + root.resolve("libs/libnvrtc.so.13"),
                        "  libcufft.so.12 is missing, which the full-FFT plan needs:"
                                + " python3 -m pip install 'nvidia-cufft==12.0.*'");
    }

    @Test
    void bindingsOfJcudaAreRewrittenToTheChosenRelease() throws IOException {
        FakeTree tree = new FakeTree(root).driver("580.65.06").cuda130("usr/local/cuda/lib64");
        CudaAvailability.Available cuda = available(tree);
        try (PrivateFolder folder = PrivateFolder.createIn(root)) {
            for (JcudaBinding binding : JcudaBinding.load()) {
                Path jni = root.resolve(binding.name());
                Files.write(
                        jni,
                        new ElfWriter()
                                .needs(binding.linkedSoname())
                                .needs("libc.so.6")
                                .build());

                Path bound = binding.bind(jni, cuda, folder, "lib" + binding.name() + ".so");

                assertThat(ElfImage.open(bound).needed())
                        .containsExactly(
                                cuda.library(binding.library()).orElseThrow().soname(), "libc.so.6");
            }
        }
    }

    @Test
    void aBindingThatFitsIsCopiedAndOneWithoutItsLibraryIsRefused() throws IOException {
        FakeTree tree = new FakeTree(root).driver("550.54.14").cuda126("usr/local/cuda/lib64");
        CudaAvailability.Available cuda = available(tree);
        List<JcudaBinding> bindings = JcudaBinding.load();
        JcudaBinding nvrtc = bindings.get(0);
        JcudaBinding cudnn = bindings.get(bindings.size() - 1);
        byte[] jni = new ElfWriter().needs("libnvrtc.so.12").build();
        Path file = Files.write(root.resolve("jni"), jni);
        try (PrivateFolder folder = PrivateFolder.createIn(root)) {
            assertThat(nvrtc.bind(file, cuda, folder, "a.so")).hasBinaryContent(jni);
            assertThatThrownBy(() -> cudnn.bind(file, cuda, folder, "b.so"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("JCudnn cannot be bound: libcudnn of CUDA 12.6 is not on this machine");
        }
    }

    private static CudaAvailability.Available available(FakeTree tree) {
        return (CudaAvailability.Available)
                NativeConfigReport.examine(tree.settings()).cuda();
    }
}
