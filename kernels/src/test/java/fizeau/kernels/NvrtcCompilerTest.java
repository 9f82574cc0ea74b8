// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.CudaLibrary;
import fizeau.nativeconfig.JcudaBinding;
import fizeau.nativeconfig.NativeLibrary;
import fizeau.nativeconfig.Settings;
import fizeau.nativeconfig.elf.ElfImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
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

    @Test
    void everyFunctionIsOneThatTheBindingImports() throws IOException {
        String name = "/lib/libJNvrtc-" + JcudaBinding.named("JNvrtc").version() + "-linux-x86_64.so";
        try (InputStream in = NvrtcCompilerTest.class.getResourceAsStream(name)) {
            Assumptions.assumeTrue(in != null, "JCuda has natives for Linux on x86-64 only");
            ElfImage binding = ElfImage.parse(in.readAllBytes());
            for (NvrtcFunction function : NvrtcFunction.values()) {
                assertThat(binding.symbols()).contains(new ElfImage.Symbol(function.symbol(), false));
            }
        }
    }

    /** Called all the same, the symbol that is not there would end the process. */
    @Test
    void libraryThatLacksAFunctionIsRefusedBeforeItIsLoaded(@TempDir Path folder) throws IOException {
        Assumptions.assumeTrue(Tools.find("g++").isPresent(), "g++ is not on the path: no library is built");
        Path old = folder.resolve("libnvrtc.so.13");
        String functions = NvrtcFunction.symbols().stream()
                .filter(symbol -> !symbol.startsWith("nvrtcGetCUBIN"))
                .map(symbol -> "extern \"C\" int " + symbol + "() { return 0; }\n")
                .collect(Collectors.joining());
        Files.writeString(folder.resolve("old.cpp"), functions);
        Tools.runSuccessfully(List.of("g++", "-shared", "-fPIC", "-o", old.toString(), "old.cpp"), folder);
        CudaAvailability.Available cuda = new CudaAvailability.Available(
                "13.0",
                Map.of(
                        CudaLibrary.NVRTC_BUILTINS,
                        new NativeLibrary(CudaLibrary.NVRTC_BUILTINS, "libnvrtc-builtins.so.13.0", old),
                        CudaLibrary.NVRTC,
                        new NativeLibrary(CudaLibrary.NVRTC, "libnvrtc.so.13", old)),
                List.of(),
                List.of());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NvrtcCompiler.open(cuda))
                .withMessage(old + " cannot be used: it lacks nvrtcGetCUBINSize, nvrtcGetCUBIN; install NVRTC of CUDA"
                        + " 13.0");
        assertThat(Files.readAllLines(Path.of("/proc/self/maps"))) // as data it was read
                .noneMatch(line -> line.contains("r-xp") && line.contains(old.toString()));
    }
}
