// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.cuda.raw.CudaContext;
import fizeau.backend.cuda.raw.CudaFunction;
import fizeau.backend.cuda.raw.CudaModule;
import fizeau.kernels.Kernel;
import fizeau.kernels.KernelCatalog;
import fizeau.kernels.KernelImages;
import fizeau.kernels.KernelParameters;
import fizeau.kernels.KernelSource;
import java.util.HashMap;
import java.util.Map;

/**
 * The kernels of the catalog on one device, each source made and loaded when the first of its kernels is asked for. The
 * modules belong to the context.
 */
final class DeviceKernels {

    private final CudaContext context;
    private final KernelImages images;
    private final Map<String, CudaModule> modules = new HashMap<>();
    private final Map<Class<?>, CudaFunction> functions = new HashMap<>();

    DeviceKernels(CudaContext context, KernelImages images) {
        this.context = context;
        this.images = images;
    }

    /** Where they come from, in one phrase. */
    String description() {
        return images.description();
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
        CudaModule module = CudaModule.load(context, images.image(source), source.fileName());
        modules.put(name, module);
        return module;
    }
}
