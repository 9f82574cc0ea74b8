// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.CudaLibrary;
import fizeau.nativeconfig.ExportedFunctions;
import fizeau.nativeconfig.JcudaBinding;
import fizeau.nativeconfig.JcudaInitialiser;
import fizeau.nativeconfig.NativeLibrary;
import java.io.IOException;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * NVRTC in this process, with JCuda's JNvrtc bound to it, whatever CUDA major that was linked with. Lets only functions through
 * that the library has. Immutable; the library stays loaded until the process ends.
 */
final class NvrtcBinding {

    private static final String BINDING = "JNvrtc";
    private static final String CLASS_NAME = "jcuda.nvrtc.JNvrtc";

    private final ExportedFunctions functions;

    private NvrtcBinding(ExportedFunctions functions) {
        this.functions = functions;
    }

    /**
     * Loads the libraries, then the JNI library in a copy bound to them. A class is bound once for the life of the process:
     * later calls change nothing, whatever they name.
     *
     * @throws IllegalArgumentException where the release has no NVRTC here, or one that lacks a function; nothing is loaded then
     */
    static NvrtcBinding load(CudaAvailability.Available cuda) throws IOException {
        // NVRTC opens its builtins by name alone: found only when loaded already.
        NativeLibrary builtins = require(cuda, CudaLibrary.NVRTC_BUILTINS);
        NativeLibrary nvrtc = require(cuda, CudaLibrary.NVRTC);
        ExportedFunctions functions = ExportedFunctions.of(nvrtc.file());
        List<String> missing = functions.missing(NvrtcFunction.symbols());
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(nvrtc.file() + " cannot be used: it lacks " + String.join(", ", missing)
                    + "; install NVRTC of CUDA " + cuda.release());
        }
        for (NativeLibrary library : List.of(builtins, nvrtc)) {
            System.load(library.file().toAbsolutePath().toString());
        }
        JcudaBinding binding = JcudaBinding.named(BINDING);
        JcudaInitialiser.initialise(
                BINDING,
                binding.version(),
                CLASS_NAME,
                NvrtcBinding.class.getClassLoader(),
                (folder, published, fileName) -> binding.bind(published, cuda, folder, fileName));
        return new NvrtcBinding(functions);
    }

    private static NativeLibrary require(CudaAvailability.Available cuda, CudaLibrary library) {
        return cuda.library(library)
                .orElseThrow(() -> new IllegalArgumentException("kernels cannot be compiled: " + library.stem()
                        + " of CUDA " + cuda.release() + " is not on this machine"));
    }

    /** Calls a function that is there; what it answers is the caller's to judge. */
    int answer(NvrtcFunction function, IntSupplier call) {
        functions.require(function.symbol());
        return call.getAsInt();
    }
}
