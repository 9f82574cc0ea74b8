// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.CudaLibrary;
import fizeau.nativeconfig.LibraryLocator;
import fizeau.nativeconfig.NativeLibrary;
import fizeau.nativeconfig.SearchSteps;
import fizeau.nativeconfig.Settings;
import fizeau.nativeconfig.TestedCombinations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;
import jcuda.nvrtc.nvrtcResult;

/** NVIDIA's run-time compiler. Needs no GPU. Thread-safe: every compilation has a program of its own. */
public final class NvrtcCompiler implements KernelCompiler {

    private final String version;

    private NvrtcCompiler(String version) {
        this.version = version;
    }

    /**
     * Loads and binds the compiler of a CUDA release; once per process, later calls get the one that is bound.
     *
     * @throws IllegalArgumentException where the release has no NVRTC here
     * @throws UncheckedIOException where the binding cannot be unpacked
     */
    public static NvrtcCompiler open(CudaAvailability.Available cuda) {
        try {
            NvrtcBinding.load(cuda);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot bind NVRTC of CUDA " + cuda.release(), failure);
        }
        int[] major = new int[1];
        int[] minor = new int[1];
        check("nvrtcVersion", JNvrtc.nvrtcVersion(major, minor));
        return new NvrtcCompiler("nvrtc " + major[0] + "." + minor[0]);
    }

    /** The newest tested release that is found here, whatever the driver: compiling needs none. */
    public static Optional<NvrtcCompiler> find(Settings settings) {
        List<NativeLibrary> found = new LibraryLocator(SearchSteps.standard())
                .locate(settings).stream()
                        .flatMap(step -> step.found().stream())
                        .toList();
        TestedCombinations tested = TestedCombinations.load();
        return tested.releases().stream()
                .flatMap(release ->
                        inOneFolder(release, tested.libraries(release).orElseThrow(), found))
                .findFirst()
                .map(NvrtcCompiler::open);
    }

    /** NVRTC and its builtins are built as one and are used from one folder only. */
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

    @Override
    public String version() {
        return version;
    }

    @Override
    public byte[] compile(KernelSource source, CompileOptions options) {
        nvrtcProgram program = new nvrtcProgram();
        String[] names = source.headers().keySet().toArray(String[]::new);
        String[] texts = source.headers().values().toArray(String[]::new);
        check(
                "nvrtcCreateProgram",
                JNvrtc.nvrtcCreateProgram(program, source.text(), source.fileName(), names.length, texts, names));
        try {
            String[] arguments = options.arguments().toArray(String[]::new);
            int status = JNvrtc.nvrtcCompileProgram(program, arguments.length, arguments);
            if (status != nvrtcResult.NVRTC_SUCCESS) {
                throw new KernelCompilationException(source, options, describe(status), log(program));
            }
            return switch (options.product()) {
                case CUBIN -> cubin(program);
                case PTX -> ptx(program);
            };
        } finally {
            JNvrtc.nvrtcDestroyProgram(program);
        }
    }

    private static byte[] cubin(nvrtcProgram program) {
        long[] size = new long[1];
        check("nvrtcGetCUBINSize", JNvrtc.nvrtcGetCUBINSize(program, size));
        byte[] cubin = new byte[Math.toIntExact(size[0])];
        check("nvrtcGetCUBIN", JNvrtc.nvrtcGetCUBIN(program, cubin));
        return cubin;
    }

    private static byte[] ptx(nvrtcProgram program) {
        String[] ptx = new String[1];
        check("nvrtcGetPTX", JNvrtc.nvrtcGetPTX(program, ptx));
        return ptx[0].getBytes(StandardCharsets.UTF_8);
    }

    private static String log(nvrtcProgram program) {
        String[] log = new String[1];
        return JNvrtc.nvrtcGetProgramLog(program, log) == nvrtcResult.NVRTC_SUCCESS ? log[0] : "(no log)";
    }

    private static String describe(int status) {
        return JNvrtc.nvrtcGetErrorString(status) + " (" + status + ")";
    }

    private static void check(String call, int status) {
        if (status != nvrtcResult.NVRTC_SUCCESS) {
            throw new IllegalStateException(call + " answered " + describe(status));
        }
    }
}
