// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.kernels.Kernel;
import fizeau.kernels.KernelImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUjit_option;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import jcuda.driver.JITOptions;

/** Machine code on the device, brought or made there by the driver. Owns it; its functions are valid until it is closed. */
public final class CudaModule extends CudaResource {

    private static final int LOG_BYTES = 8192;

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

    /** The same with an image of either kind; PTX is compiled for the device by the driver now, which may take a second. */
    public static CudaModule load(CudaContext context, KernelImage image, String name) {
        return switch (image.product()) {
            case CUBIN -> load(context, image.bytes(), name);
            case PTX -> loadPtx(context, image.bytes(), name);
        };
    }

    private static CudaModule loadPtx(CudaContext context, byte[] ptx, String name) {
        // A driver reads text up to a zero.
        ByteBuffer text =
                ByteBuffer.allocateDirect(ptx.length + 1).put(ptx).put((byte) 0).rewind();
        byte[] log = new byte[LOG_BYTES];
        JITOptions options = new JITOptions();
        options.putBytes(CUjit_option.CU_JIT_ERROR_LOG_BUFFER, log);
        options.putInt(CUjit_option.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES, log.length);
        CudaModule module = new CudaModule(context, name);
        int[] status = new int[1];
        try {
            context.call(DriverFunction.MODULE_LOAD_PTX, () -> {
                status[0] = JCudaDriver.cuModuleLoadDataJIT(module.handle, Pointer.to(text), options);
                return CUresult.CUDA_SUCCESS;
            });
            if (status[0] != CUresult.CUDA_SUCCESS) {
                throw context.driver()
                        .failure(
                                DriverFunction.MODULE_LOAD_PTX,
                                status[0],
                                "the portable kernels of " + name + " were to be compiled by the driver, which said: "
                                        + said(log));
            }
        } catch (RuntimeException failure) {
            context.forget(module);
            throw failure;
        }
        return module;
    }

    /** The first line of what the driver's compiler wrote; its buffer ends at a zero. */
    private static String said(byte[] log) {
        String text = new String(log, StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        return text.substring(0, end < 0 ? text.length() : end)
                .strip()
                .lines()
                .findFirst()
                .orElse("nothing");
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
