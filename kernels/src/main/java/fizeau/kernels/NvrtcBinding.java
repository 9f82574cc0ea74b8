// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.CudaLibrary;
import fizeau.nativeconfig.JcudaBinding;
import fizeau.nativeconfig.JcudaInitialiser;
import fizeau.nativeconfig.NativeLibrary;
import java.io.IOException;

/** Loads NVRTC and binds JCuda's JNvrtc to it, whatever CUDA major that was linked with. */
final class NvrtcBinding {

    private static final String BINDING = "JNvrtc";
    private static final String CLASS_NAME = "jcuda.nvrtc.JNvrtc";

    private NvrtcBinding() {}

    /**
     * Loads the libraries, then the JNI library in a copy bound to them. A class is bound once for the life of the process:
     * later calls change nothing, whatever they name.
     */
    static void load(CudaAvailability.Available cuda) throws IOException {
        // NVRTC opens its builtins by name alone: found only when loaded already.
        for (CudaLibrary library : new CudaLibrary[] {CudaLibrary.NVRTC_BUILTINS, CudaLibrary.NVRTC}) {
            NativeLibrary found = cuda.library(library)
                    .orElseThrow(() -> new IllegalArgumentException("kernels cannot be compiled: " + library.stem()
                            + " of CUDA " + cuda.release() + " is not on this machine"));
            System.load(found.file().toAbsolutePath().toString());
        }
        JcudaBinding binding = JcudaBinding.load().stream()
                .filter(candidate -> candidate.name().equals(BINDING))
                .findFirst()
                .orElseThrow();
        JcudaInitialiser.initialise(
                BINDING,
                binding.version(),
                CLASS_NAME,
                NvrtcBinding.class.getClassLoader(),
                (folder, published, fileName) -> binding.bind(published, cuda, folder, fileName));
    }
}
