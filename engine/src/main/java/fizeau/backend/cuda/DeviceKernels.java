// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.cuda.raw.CudaContext;
import fizeau.backend.cuda.raw.CudaFunction;
import fizeau.backend.cuda.raw.CudaModule;
import fizeau.kernels.Architecture;
import fizeau.kernels.CompileOptions;
import fizeau.kernels.CubinCache;
import fizeau.kernels.Kernel;
import fizeau.kernels.KernelCatalog;
import fizeau.kernels.KernelCompiler;
import fizeau.kernels.KernelParameters;
import fizeau.kernels.KernelSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The kernels of the catalog on one device, each source compiled and loaded when the first of its kernels is asked for. The
 * modules belong to the context.
 */
final class DeviceKernels {

    private final CudaContext context;
    private final KernelCompiler compiler;
    private final Optional<CubinCache> cubins;
    private final CompileOptions options;
    private final Map<String, CudaModule> modules = new HashMap<>();
    private final Map<Class<?>, CudaFunction> functions = new HashMap<>();

    /** @param cubins where compiled sources are kept; empty: they are compiled by every process */
    DeviceKernels(CudaContext context, KernelCompiler compiler, Optional<CubinCache> cubins) {
        this.context = context;
        this.compiler = compiler;
        this.cubins = cubins;
        this.options = CompileOptions.cubin(new Architecture(
                context.device().computeMajor(), context.device().computeMinor()));
    }

    /** The kernel that takes these parameters. */
    CudaFunction kernelFor(Class<? extends KernelParameters> parameters) {
        CudaFunction known = functions.get(parameters);
        if (known != null) {
            return known;
        }
        Kernel kernel = KernelCatalog.kernelFor(parameters);
        CudaFunction function = module(kernel.source()).function(kernel);
        functions.put(parameters, function);
        return function;
    }

    private CudaModule module(String name) {
        CudaModule known = modules.get(name);
        if (known != null) {
            return known;
        }
        KernelSource source = KernelSource.load(name);
        byte[] image = cubins.map(cache -> compiler.compile(source, options, cache))
                .orElseGet(() -> compiler.compile(source, options));
        CudaModule module = CudaModule.load(context, image, source.fileName());
        modules.put(name, module);
        return module;
    }
}
