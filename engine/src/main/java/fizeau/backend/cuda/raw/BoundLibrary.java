// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.CudaLibrary;
import fizeau.nativeconfig.ExportedFunctions;
import fizeau.nativeconfig.JcudaBinding;
import fizeau.nativeconfig.JcudaInitialiser;
import fizeau.nativeconfig.NativeLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import jcuda.JCudaVersion;

/**
 * A library of NVIDIA's in this process, with JCuda's binding rewritten to it. Lets only functions through that the loaded
 * library has, and turns every answer but success into a {@link CudaException}. Immutable; a library stays loaded until the
 * process ends.
 */
final class BoundLibrary {

    private static final int SUCCESS = 0; // of each of them

    private final ExportedFunctions functions;
    private final IntFunction<LibraryStatus> statuses;

    private BoundLibrary(ExportedFunctions functions, IntFunction<LibraryStatus> statuses) {
        this.functions = functions;
        this.statuses = statuses;
    }

    /**
     * Loads and binds a library of a CUDA release; once per process, later calls get the one that is bound.
     *
     * @param name what users call it
     * @param binding JCuda's name for its JNI library
     * @param className the class that loads it
     * @param symbols all that is called
     * @param statuses what the library's codes mean
     * @throws IllegalArgumentException where the release has no such library here, or one that cannot be used
     */
    static BoundLibrary load(
            CudaAvailability.Available cuda,
            CudaLibrary library,
            String name,
            String binding,
            String className,
            List<String> symbols,
            IntFunction<LibraryStatus> statuses) {
        NativeLibrary file =
                cuda.library(library).orElseThrow(() -> new IllegalArgumentException(whyMissing(cuda, library, name)));
        ExportedFunctions functions = ExportedFunctions.of(file.file());
        List<String> missing = functions.missing(symbols);
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(file.file() + " cannot be used: it lacks " + String.join(", ", missing)
                    + "; install " + name + " of CUDA " + cuda.release());
        }
        loadAlone(file.file());
        try {
            JcudaBinding known = JcudaBinding.named(binding);
            JcudaInitialiser.initialise(
                    binding,
                    known.version(),
                    JCudaVersion.get(),
                    className,
                    BoundLibrary.class.getClassLoader(),
                    (folder, published, fileName) -> known.bind(published, cuda, folder, fileName));
        } catch (IOException | LinkageError failure) {
            throw new IllegalArgumentException(file.file() + " cannot be loaded: " + failure.getMessage(), failure);
        }
        return new BoundLibrary(functions, statuses);
    }

    /** Loads a library that others need, or that is bound later. */
    static void loadAlone(Path file) {
        try {
            System.load(file.toAbsolutePath().toString());
        } catch (LinkageError failure) {
            throw new IllegalArgumentException(file + " cannot be loaded: " + failure.getMessage(), failure);
        }
    }

    private static String whyMissing(CudaAvailability.Available cuda, CudaLibrary library, String name) {
        return cuda.missing().stream()
                .filter(missing -> missing.library() == library)
                .map(CudaAvailability.MissingLibrary::sentence)
                .findFirst()
                .orElse("CUDA " + cuda.release() + " has no " + name);
    }

    /** Calls a function that needs no device. */
    void call(String symbol, IntSupplier call) {
        int code = answer(symbol, call);
        if (code != SUCCESS) {
            LibraryStatus status = statuses.apply(code);
            throw new CudaException(symbol, code, status.name(), status.meaning());
        }
    }

    /** Calls a function in a context; {@code details} say what was asked for when it fails. */
    void call(CudaContext context, String symbol, IntSupplier call, String details) {
        context.requireUsable();
        int code = answer(symbol, call);
        if (code == SUCCESS) {
            return;
        }
        LibraryStatus status = statuses.apply(code);
        if (status.mayHideDriverFailure()) {
            context.tellIfLost(details);
        }
        throw new CudaException(
                symbol,
                code,
                status.name(),
                details + (status.outOfMemory() ? context.sizes() : "") + "; " + status.meaning());
    }

    /** The same for callers who treat answers themselves. */
    int answer(String symbol, IntSupplier call) {
        functions.require(symbol);
        return call.getAsInt();
    }
}
