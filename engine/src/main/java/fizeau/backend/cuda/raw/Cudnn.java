// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.CudaLibrary;
import java.util.function.IntSupplier;
import jcuda.jcudnn.JCudnn;

/** The one gate to NVIDIA's neural-network library. Immutable; the library stays loaded until the process ends. */
public final class Cudnn {

    private final BoundLibrary library;

    private Cudnn(BoundLibrary library) {
        this.library = library;
    }

    /**
     * Loads and binds the library of a CUDA release; once per process, later calls get the one that is bound. It loads parts of
     * itself when they are first needed, and those need cuBLAS: load that before.
     *
     * @throws IllegalArgumentException where the release has no cuDNN here, or one that cannot be used
     */
    public static Cudnn load(CudaAvailability.Available cuda) {
        return new Cudnn(BoundLibrary.load(
                cuda,
                CudaLibrary.CUDNN,
                "cuDNN",
                "JCudnn",
                "jcuda.jcudnn.JCudnn",
                CudnnFunction.symbols(),
                CudnnStatus::of));
    }

    /** The library's own number, such as {@code 92400} for 9.24.0. */
    public long version() {
        return JCudnn.cudnnGetVersion();
    }

    /** Calls a function that is there; {@code details} say what was asked for when it fails. */
    void call(CudaContext context, CudnnFunction function, IntSupplier call, String details) {
        library.call(context, function.symbol(), call, details);
    }

    /** The same for callers who treat answers themselves. */
    int answer(CudaContext context, CudnnFunction function, IntSupplier call) {
        context.requireUsable();
        return library.answer(function.symbol(), call);
    }
}
