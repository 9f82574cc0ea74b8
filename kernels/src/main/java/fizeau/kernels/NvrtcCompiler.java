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
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;
import jcuda.nvrtc.nvrtcResult;

/** NVIDIA's run-time compiler. Needs no GPU. Thread-safe: every compilation has a program of its own. */
public final class NvrtcCompiler implements KernelCompiler {

    private final NvrtcBinding binding;
    private final String version;

    private NvrtcCompiler(NvrtcBinding binding) {
        this.binding = binding;
        int[] major = new int[1];
        int[] minor = new int[1];
        call(NvrtcFunction.VERSION, () -> JNvrtc.nvrtcVersion(major, minor));
        this.version = "nvrtc " + major[0] + "." + minor[0];
    }

    /**
     * Loads and binds the compiler of a CUDA release; once per process, later calls get the one that is bound.
     *
     * @throws IllegalArgumentException where the release has no NVRTC here, or one that lacks a function
     * @throws UncheckedIOException where the binding cannot be unpacked
     */
    public static NvrtcCompiler open(CudaAvailability.Available cuda) {
        try {
            return new NvrtcCompiler(NvrtcBinding.load(cuda));
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot bind NVRTC of CUDA " + cuda.release(), failure);
        }
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
        call(
                NvrtcFunction.CREATE_PROGRAM,
                () -> JNvrtc.nvrtcCreateProgram(program, source.text(), source.fileName(), names.length, texts, names));
        try {
            String[] arguments = options.arguments().toArray(String[]::new);
            int status = binding.answer(
                    NvrtcFunction.COMPILE_PROGRAM,
                    () -> JNvrtc.nvrtcCompileProgram(program, arguments.length, arguments));
            if (status != nvrtcResult.NVRTC_SUCCESS) {
                throw new KernelCompilationException(source, options, describe(status), log(program));
            }
            return switch (options.product()) {
                case CUBIN -> cubin(program);
                case PTX -> ptx(program);
            };
        } finally {
            binding.answer(NvrtcFunction.DESTROY_PROGRAM, () -> JNvrtc.nvrtcDestroyProgram(program));
        }
    }

    private byte[] cubin(nvrtcProgram program) {
        long[] size = new long[1];
        call(NvrtcFunction.CUBIN_SIZE, () -> JNvrtc.nvrtcGetCUBINSize(program, size));
        byte[] cubin = new byte[Math.toIntExact(size[0])];
        call(NvrtcFunction.CUBIN, () -> JNvrtc.nvrtcGetCUBIN(program, cubin));
        return cubin;
    }

    private byte[] ptx(nvrtcProgram program) {
        String[] ptx = new String[1];
        call(NvrtcFunction.PTX, () -> JNvrtc.nvrtcGetPTX(program, ptx));
        return ptx[0].getBytes(StandardCharsets.UTF_8);
    }

    private String log(nvrtcProgram program) {
        String[] log = new String[1];
        int status = binding.answer(NvrtcFunction.LOG, () -> JNvrtc.nvrtcGetProgramLog(program, log));
        return status == nvrtcResult.NVRTC_SUCCESS ? log[0] : "(no log)";
    }

    /** That this function is there was asked before the library was loaded. */
    private static String describe(int status) {
        return JNvrtc.nvrtcGetErrorString(status) + " (" + status + ")";
    }

    private void call(NvrtcFunction function, IntSupplier call) {
        int status = binding.answer(function, call);
        if (status != nvrtcResult.NVRTC_SUCCESS) {
            throw new IllegalStateException(function.symbol() + " answered " + describe(status));
        }
    }
}
