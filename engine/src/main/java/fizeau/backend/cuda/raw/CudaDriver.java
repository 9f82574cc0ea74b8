// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.nativeconfig.JcudaInitialiser;
import fizeau.nativeconfig.elf.ElfImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import jcuda.JCudaVersion;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/**
 * The driver, loaded into this process. The one gate to it: lets only functions through that the loaded library has, and
 * turns every answer but success into a {@link CudaException}. Thread-safe, immutable; a library stays loaded until the
 * process ends.
 */
public final class CudaDriver {

    private static final String BINDING = "JCudaDriver";
    private static final String CLASS_NAME = "jcuda.driver.JCudaDriver";

    private final Path library;
    private final Set<DriverFunction> offered;

    private CudaDriver(Path library, Set<DriverFunction> offered) {
        this.library = library;
        this.offered = offered;
    }

    /**
     * Loads the driver and JCuda's binding to it, and initialises both.
     *
     * @param library the driver's {@code libcuda.so.1}
     * @throws IllegalArgumentException where the library cannot be loaded or is too old
     * @throws CudaException where it answers that it cannot work here
     */
    public static CudaDriver load(Path library) {
        Set<DriverFunction> offered = functionsOf(library);
        Set<DriverFunction> missing = EnumSet.complementOf(EnumSet.copyOf(offered));
        missing.removeIf(function -> !function.needed());
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("the driver " + library + " is too old: it lacks "
                    + missing.stream().map(DriverFunction::symbol).collect(Collectors.joining(", "))
                    + "; update the driver");
        }
        try {
            System.load(library.toAbsolutePath().toString());
            // The JNI library needs libcuda.so.1 by that name: found, because a library of that name is loaded now.
            JcudaInitialiser.initialise(
                    BINDING,
                    JCudaVersion.get(),
                    CLASS_NAME,
                    CudaDriver.class.getClassLoader(),
                    (folder, published, fileName) -> folder.write(fileName, Files.readAllBytes(published)));
        } catch (IOException | LinkageError failure) {
            throw new IllegalArgumentException(
                    "the driver " + library + " cannot be loaded: " + failure.getMessage(), failure);
        }
        CudaDriver driver = new CudaDriver(library, offered);
        driver.call(DriverFunction.INIT, () -> JCudaDriver.cuInit(0));
        return driver;
    }

    /** The functions of ours that a library exports. At least one, or it is no driver. */
    static Set<DriverFunction> functionsOf(Path library) {
        try {
            Set<String> symbols = ElfImage.open(library).symbols().stream()
                    .filter(ElfImage.Symbol::defined)
                    .map(ElfImage.Symbol::name)
                    .collect(Collectors.toSet());
            Set<DriverFunction> functions = EnumSet.noneOf(DriverFunction.class);
            for (DriverFunction function : DriverFunction.values()) {
                if (symbols.contains(function.symbol())) {
                    functions.add(function);
                }
            }
            if (functions.isEmpty()) {
                throw new IllegalArgumentException(
                        library + " is no NVIDIA driver: it has none of the driver's functions");
            }
            return functions;
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read the driver " + library, unreadable);
        }
    }

    /** The CUDA release that the driver offers, such as {@code 13.0}. */
    public String cudaVersion() {
        int[] version = new int[1];
        call(DriverFunction.DRIVER_GET_VERSION, () -> JCudaDriver.cuDriverGetVersion(version));
        return version[0] / 1000 + "." + version[0] % 1000 / 10;
    }

    /** Whether launches can be captured and replayed. */
    public boolean offersGraphs() {
        return offered.containsAll(EnumSet.of(
                DriverFunction.CAPTURE_BEGIN,
                DriverFunction.CAPTURE_END,
                DriverFunction.GRAPH_INSTANTIATE,
                DriverFunction.GRAPH_LAUNCH,
                DriverFunction.GRAPH_EXECUTABLE_DESTROY,
                DriverFunction.GRAPH_DESTROY));
    }

    /** Whether a profiler can be told what to record. */
    public boolean offersProfiler() {
        return offered.containsAll(EnumSet.of(DriverFunction.PROFILER_START, DriverFunction.PROFILER_STOP));
    }

    /** Calls a function that is there; refuses one that is not, instead of ending the process. */
    void call(DriverFunction function, IntSupplier call) {
        int status = answer(function, call);
        if (status != CUresult.CUDA_SUCCESS) {
            throw failure(function, status, "");
        }
    }

    /** The same, for callers who treat some answers themselves. */
    int answer(DriverFunction function, IntSupplier call) {
        require(function);
        return call.getAsInt();
    }

    /** What a code means; {@code details} are what was asked for, or empty. */
    CudaException failure(DriverFunction function, int status, String details) {
        String[] name = new String[1];
        String[] text = new String[1];
        JCudaDriver.cuGetErrorName(status, name);
        JCudaDriver.cuGetErrorString(status, text);
        String meaning = DriverStatus.explain(status, text[0] == null ? "the driver does not say more" : text[0]);
        return new CudaException(
                function.symbol(),
                status,
                name[0] == null ? "an unknown code" : name[0],
                details.isEmpty() ? meaning : details + "; " + meaning);
    }

    private void require(DriverFunction function) {
        if (!offered.contains(function)) {
            throw new UnsupportedOperationException("the driver " + library + " has no " + function.symbol()
                    + ": update the driver or switch off what needs it");
        }
    }
}
