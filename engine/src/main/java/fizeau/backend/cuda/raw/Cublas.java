// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.CudaLibrary;
import java.util.function.IntSupplier;

/** The one gate to NVIDIA's linear algebra. Immutable; the library stays loaded until the process ends. */
public final class Cublas {

    private final BoundLibrary library;

    private Cublas(BoundLibrary library) {
        this.library = library;
    }

    /**
     * Loads and binds the library of a CUDA release; once per process, later calls get the one that is bound.
     *
     * @throws IllegalArgumentException where the release has no cuBLAS here, or one that cannot be used
     */
    public static Cublas load(CudaAvailability.Available cuda) {
        // Needed by cuBLAS under its name alone, which the loader knows once it is loaded.
        cuda.library(CudaLibrary.CUBLAS_LT).ifPresent(light -> BoundLibrary.loadAlone(light.file()));
        return new Cublas(BoundLibrary.load(
                cuda,
                CudaLibrary.CUBLAS,
                "cuBLAS",
                "JCublas2",
                "jcuda.jcublas.JCublas2",
                CublasFunction.symbols(),
                CublasStatus::of));
    }

    /** Calls a function that is there; {@code details} say what was asked for when it fails. */
    void call(CudaContext context, CublasFunction function, IntSupplier call, String details) {
        library.call(context, function.symbol(), call, details);
    }
}
