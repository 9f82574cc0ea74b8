// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import java.util.Optional;

/** Where the images of the kernels come from: compiled now, or when Fizeau was built. */
public interface KernelImages {

    /**
     * The image of one source of the catalog.
     *
     * @throws KernelCompilationException where the compiler refuses it
     */
    KernelImage image(KernelSource source);

    /** One phrase for people. */
    String description();

    /** Images of exactly one architecture by a compiler; empty cache: compiled by every process. */
    static KernelImages compiled(KernelCompiler compiler, Architecture architecture, Optional<CubinCache> cubins) {
        CompileOptions options = CompileOptions.cubin(architecture);
        return new KernelImages() {
            @Override
            public KernelImage image(KernelSource source) {
                byte[] cubin = cubins.map(cache -> compiler.compile(source, options, cache))
                        .orElseGet(() -> compiler.compile(source, options));
                return new KernelImage(options.product(), cubin);
            }

            @Override
            public String description() {
                return "kernels compiled for " + architecture + " by " + compiler.version();
            }
        };
    }
}
