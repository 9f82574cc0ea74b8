// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import fizeau.nativeconfig.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A step of the build: puts {@link PortableKernels} beside the kernels' sources where nvcc or NVRTC is found, and leaves
 * them out where neither is; {@code doctor} tells whether they are there.
 */
public final class PortableKernelsBuild {

    private PortableKernelsBuild() {}

    /** @param arguments the folder of the compiled classes and resources */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            throw new IllegalArgumentException("the folder of the compiled classes is needed, and nothing else");
        }
        Path folder = Path.of(arguments[0], "fizeau", "kernels", "portable");
        Settings settings = Settings.ofProcess();
        PortableKernels.removeStale(folder);
        for (Supplier<Optional<? extends KernelCompiler>> search :
                List.<Supplier<Optional<? extends KernelCompiler>>>of(
                        () -> NvccCompiler.find(settings), () -> NvrtcCompiler.find(settings))) {
            Optional<? extends KernelCompiler> compiler = search.get();
            try {
                if (compiler.isPresent()) {
                    int written = PortableKernels.write(folder, compiler.get());
                    if (written > 0) {
                        System.out.println("portable kernels: " + written + " of "
                                + KernelCatalog.sources().size() + " sources compiled by "
                                + compiler.get().version());
                    }
                    return;
                }
            } catch (KernelCompilationException refused) {
                System.err.println("portable kernels: " + refused.getMessage());
            }
        }
    }
}
