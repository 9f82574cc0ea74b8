// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.kernels.Kernel;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;

/** Machine code on the device. Owns it; its functions are valid until it is closed. */
public final class CudaModule extends CudaResource {

    private final CUmodule handle = new CUmodule();
    private final String name;

    private CudaModule(CudaContext context, String name) {
        super(context);
        this.name = name;
    }

    /**
     * Loads.
     *
     * @param image a cubin
     * @param name for messages
     */
    public static CudaModule load(CudaContext context, byte[] image, String name) {
        CudaModule module = new CudaModule(context, name);
        try {
            context.call(
                    DriverFunction.MODULE_LOAD,
                    () -> JCudaDriver.cuModuleLoadData(module.handle, image),
                    "the kernels of " + name + " were to be loaded");
        } catch (RuntimeException failure) {
            context.forget(module);
            throw failure;
        }
        return module;
    }

    /** A kernel of this module. */
    public CudaFunction function(Kernel kernel) {
        requireOpen();
        CUfunction function = new CUfunction();
        context()
                .call(
                        DriverFunction.MODULE_GET_FUNCTION,
                        () -> JCudaDriver.cuModuleGetFunction(function, handle, kernel.function()),
                        "kernel " + kernel.function() + " was looked for in " + name);
        return new CudaFunction(this, kernel, function);
    }

    @Override
    String describe() {
        return "module " + name;
    }

    @Override
    void release() {
        context().call(DriverFunction.MODULE_UNLOAD, () -> JCudaDriver.cuModuleUnload(handle));
    }
}
