// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.CudaLibrary;
import java.util.function.IntSupplier;
import jcuda.jcufft.JCufft;

/** The one gate to NVIDIA's Fourier transforms. Immutable; the library stays loaded until the process ends. */
public final class Cufft {

    private final BoundLibrary library;

    private Cufft(BoundLibrary library) {
        this.library = library;
    }

    /**
     * Loads and binds the library of a CUDA release; once per process, later calls get the one that is bound.
     *
     * @throws IllegalArgumentException where the release has no cuFFT here, or one that cannot be used
     */
    public static Cufft load(CudaAvailability.Available cuda) {
        return new Cufft(BoundLibrary.load(
                cuda,
                CudaLibrary.CUFFT,
                "cuFFT",
                "JCufft",
                "jcuda.jcufft.JCufft",
                CufftFunction.symbols(),
                CufftStatus::of));
    }

    /** The library's own number, such as {@code 12000} for 12.0.0. */
    public int version() {
        int[] version = new int[1];
        library.call(CufftFunction.GET_VERSION.symbol(), () -> JCufft.cufftGetVersion(version));
        return version[0];
    }

    /** Calls a function that is there; {@code details} say what was asked for when it fails. */
    void call(CudaContext context, CufftFunction function, IntSupplier call, String details) {
        library.call(context, function.symbol(), call, details);
    }
}
