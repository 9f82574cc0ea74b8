// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.CudaLibrary;
import fizeau.nativeconfig.LibraryLocator;
import fizeau.nativeconfig.NativeLibrary;
import fizeau.nativeconfig.SearchSteps;
import fizeau.nativeconfig.Settings;
import fizeau.nativeconfig.TestedCombinations;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The run-time compiler, where a tested release of NVRTC is found; no GPU is needed. */
class NvrtcCompilerTest {

    /** The compiler of the newest tested release that lies in one folder; unlike a backend, this asks for no driver. */
    private static NvrtcCompiler compiler() {
        List<NativeLibrary> found = new LibraryLocator(SearchSteps.standard())
                .locate(Settings.ofProcess()).stream()
                        .flatMap(step -> step.found().stream())
                        .toList();
        TestedCombinations tested = TestedCombinations.load();
        Optional<CudaAvailability.Available> cuda = tested.releases().stream()
                .flatMap(release ->
                        inOneFolder(release, tested.libraries(release).orElseThrow(), found))
                .findFirst();
        Assumptions.assumeTrue(cuda.isPresent(), "no tested release of NVRTC here: nothing is compiled at run time");
        return NvrtcCompiler.open(cuda.get());
    }

    private static Stream<CudaAvailability.Available> inOneFolder(
            String release, Map<CudaLibrary, TestedCombinations.Entry> entries, List<NativeLibrary> found) {
        String builtinsName = entries.get(CudaLibrary.NVRTC_BUILTINS).soname();
        String nvrtcName = entries.get(CudaLibrary.NVRTC).soname();
        return found.stream()
                .filter(builtins -> builtins.soname().equals(builtinsName))
                .flatMap(builtins -> found.stream()
                        .filter(nvrtc -> nvrtc.file().equals(builtins.file().resolveSibling(nvrtcName)))
                        .map(nvrtc -> new CudaAvailability.Available(
                                release,
                                Map.of(CudaLibrary.NVRTC_BUILTINS, builtins, CudaLibrary.NVRTC, nvrtc),
                                List.of(),
                                List.of())));
    }

    @Test
    void everyKernelCompilesWithoutAnIncludePath() {
        NvrtcCompiler compiler = compiler();
        for (String source : KernelCatalog.sources()) {
            byte[] cubin = compiler.compile(KernelSource.load(source), CompileOptions.cubin(new Architecture(9, 0)));
            assertThat(cubin).startsWith(0x7f, 'E', 'L', 'F');
            String names = new String(cubin, StandardCharsets.ISO_8859_1);
            for (Kernel kernel : KernelCatalog.kernelsOf(source)) {
                assertThat(names).contains(kernel.function());
            }
        }
    }

    @Test
    void ptxOfTheOldestArchitectureCanBeLowered() {
        NvrtcCompiler compiler = compiler();
        byte[] ptx = compiler.compile(KernelSource.load("optimize"), CompileOptions.ptx(Architecture.OLDEST));
        assertThat(PortablePtx.lower(new String(ptx, StandardCharsets.UTF_8)))
                .contains(".version " + PortablePtx.LOWEST_VERSION)
                .contains(".entry adam_step");
    }

    @Test
    void cacheKeepsWhatWasCompiled(@TempDir Path folder) {
        NvrtcCompiler compiler = compiler();
        CubinCache cache = CubinCache.open(folder.resolve("cache"), 1 << 20);
        CompileOptions options = CompileOptions.cubin(Architecture.OLDEST);
        byte[] first = compiler.compile(KernelSource.load("optimize"), options, cache);
        assertThat(compiler.compile(KernelSource.load("optimize"), options, cache))
                .isEqualTo(first);
        assertThat(cache.statistics().hits()).isEqualTo(1);
        assertThat(compiler.version()).startsWith("nvrtc ");
    }

    @Test
    void refusedSourceIsShownWithNumberedLines() {
        NvrtcCompiler compiler = compiler();
        KernelSource loaded = KernelSource.load("optimize");
        KernelSource broken = new KernelSource("broken.cu", "int x;\nint f( {\n", loaded.headers());
        assertThatThrownBy(() -> compiler.compile(broken, CompileOptions.cubin(Architecture.OLDEST)))
                .isInstanceOf(KernelCompilationException.class)
                .hasMessageContaining("broken.cu(2): error")
                .hasMessageContaining("   2  int f( {")
                .hasMessageContaining("sm_75");
    }

    @Test
    void releaseWithoutNvrtcIsRefused() {
        CudaAvailability.Available nothing = new CudaAvailability.Available("13.0", Map.of(), List.of(), List.of());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NvrtcCompiler.open(nothing))
                .withMessageContaining("libnvrtc");
    }
}
