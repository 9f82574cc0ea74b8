// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.nativeconfig.ProfilerLibraries;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;

/** Loads what Bytedeco's bindings of CUPTI and of the CUDA runtime are linked with, then the bindings. */
final class ProfilerBinding {

    private ProfilerBinding() {}

    /** The binding of CUPTI. The driver must have been loaded. */
    static void load(ProfilerLibraries libraries) {
        require("no timeline of kernels", libraries.runtime(), ProfilerLibraries.RUNTIME);
        require("no timeline of kernels", libraries.cupti(), ProfilerLibraries.CUPTI);
        bind("no timeline of kernels", org.bytedeco.cuda.global.cupti.class);
    }

    /** The binding of the CUDA runtime alone. */
    static void loadRuntime(ProfilerLibraries libraries, String without) {
        require(without, libraries.runtime(), ProfilerLibraries.RUNTIME);
        bind(without, org.bytedeco.cuda.global.cudart.class);
    }

    private static void bind(String without, Class<?> binding) {
        try {
            Loader.load(binding);
        } catch (LinkageError | RuntimeException unusable) {
            throw new IllegalArgumentException(
                    without + ": Bytedeco's binding " + binding.getSimpleName() + " cannot be loaded: "
                            + unusable.getMessage(),
                    unusable);
        }
    }

    /** The binding is linked with the library by name: found, because a library of that name is loaded now. */
    private static void require(String without, Optional<Path> library, String name) {
        Path file = library.orElseThrow(() -> new IllegalArgumentException(without + ": " + name
                + " is not on this machine; it comes with CUDA 13, in a toolkit or in wheels such as"
                + " nvidia-cuda-cupti and nvidia-cuda-runtime"));
        try {
            System.load(file.toAbsolutePath().toString());
        } catch (LinkageError unusable) {
            throw new IllegalArgumentException(
                    without + ": " + file + " cannot be loaded: " + unusable.getMessage(), unusable);
        }
    }
}
