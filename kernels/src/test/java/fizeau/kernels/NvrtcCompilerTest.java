// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The run-time compiler, where a tested release of NVRTC is found; no GPU is needed. */
class NvrtcCompilerTest {

    /** Unlike a backend, this asks for no driver. */
    private static NvrtcCompiler compiler() {
        Optional<NvrtcCompiler> found = NvrtcCompiler.find(Settings.ofProcess());
        Assumptions.assumeTrue(found.isPresent(), "no tested release of NVRTC here: nothing is compiled at run time");
        return found.orElseThrow();
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
