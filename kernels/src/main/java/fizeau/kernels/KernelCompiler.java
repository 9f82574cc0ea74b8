// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/** Compiles CUDA C++ to machine code or PTX. */
public interface KernelCompiler {

    /** Name and version, part of the key under which its results are kept. */
    String version();

    /**
     * The product that the options ask for, a cubin or PTX in UTF-8.
     *
     * @throws KernelCompilationException where the compiler refuses the source
     */
    byte[] compile(KernelSource source, CompileOptions options);

    /** The same, from the cache where it is there. */
    default byte[] compile(KernelSource source, CompileOptions options, CubinCache cache) {
        return cache.get(CubinKey.of(source, options, version()), () -> compile(source, options));
    }
}
