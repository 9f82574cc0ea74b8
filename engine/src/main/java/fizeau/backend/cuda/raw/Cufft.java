// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.CudaLibrary;
import fizeau.nativeconfig.ExportedFunctions;
import fizeau.nativeconfig.JcudaBinding;
import fizeau.nativeconfig.JcudaInitialiser;
import fizeau.nativeconfig.NativeLibrary;
import java.io.IOException;
import java.util.List;
import java.util.function.IntSupplier;
import jcuda.JCudaVersion;
import jcuda.jcufft.JCufft;

/**
 * NVIDIA's Fourier transforms, loaded into this process with JCuda's binding rewritten to them. Lets only functions through that
 * the loaded library has, and turns every answer but success into a {@link CudaException}. Immutable; a library stays loaded
 * until the process ends.
 */
public final class Cufft {

    private static final String BINDING = "JCufft";
    private static final String CLASS_NAME = "jcuda.jcufft.JCufft";
    private static final int SUCCESS = 0;

    private final ExportedFunctions functions;

    private Cufft(ExportedFunctions functions) {
        this.functions = functions;
    }

    /**
     * Loads and binds the library of a CUDA release; once per process, later calls get the one that is bound.
     *
     * @throws IllegalArgumentException where the release has no cuFFT here, or one that cannot be used
     */
    public static Cufft load(CudaAvailability.Available cuda) {
        NativeLibrary library =
                cuda.library(CudaLibrary.CUFFT).orElseThrow(() -> new IllegalArgumentException(whyMissing(cuda)));
        ExportedFunctions functions = ExportedFunctions.of(library.file());
        List<String> missing = functions.missing(CufftFunction.symbols());
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(library.file() + " cannot be used: it lacks "
                    + String.join(", ", missing) + "; install cuFFT of CUDA " + cuda.release());
        }
        try {
            System.load(library.file().toAbsolutePath().toString());
            JcudaBinding binding = JcudaBinding.named(BINDING);
            JcudaInitialiser.initialise(
                    BINDING,
                    binding.version(),
                    JCudaVersion.get(),
                    CLASS_NAME,
                    Cufft.class.getClassLoader(),
                    (folder, published, fileName) -> binding.bind(published, cuda, folder, fileName));
        } catch (IOException | LinkageError failure) {
            throw new IllegalArgumentException(library.file() + " cannot be loaded: " + failure.getMessage(), failure);
        }
        return new Cufft(functions);
    }

    private static String whyMissing(CudaAvailability.Available cuda) {
        return cuda.missing().stream()
                .filter(missing -> missing.library() == CudaLibrary.CUFFT)
                .map(CudaAvailability.MissingLibrary::sentence)
                .findFirst()
                .orElse("CUDA " + cuda.release() + " has no cuFFT");
    }

    /** The library's own number, such as {@code 12000} for 12.0.0. */
    public int version() {
        int[] version = new int[1];
        int status = answer(CufftFunction.GET_VERSION, () -> JCufft.cufftGetVersion(version));
        if (status != SUCCESS) {
            throw new CudaException(
                    CufftFunction.GET_VERSION.symbol(),
                    status,
                    CufftStatus.nameOf(status),
                    CufftStatus.explain(status));
        }
        return version[0];
    }

    /** Calls a function that is there; {@code details} say what was asked for when it fails. */
    void call(CudaContext context, CufftFunction function, IntSupplier call, String details) {
        context.requireUsable();
        int status = answer(function, call);
        if (status == SUCCESS) {
            return;
        }
        if (CufftStatus.mayHideDriverFailure(status)) {
            context.tellIfLost(details);
        }
        throw new CudaException(
                function.symbol(),
                status,
                CufftStatus.nameOf(status),
                details
                        + (CufftStatus.isOutOfMemory(status) ? context.sizes() : "")
                        + "; "
                        + CufftStatus.explain(status));
    }

    private int answer(CufftFunction function, IntSupplier call) {
        functions.require(function.symbol());
        return call.getAsInt();
    }
}
