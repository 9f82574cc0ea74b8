// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.kernels.Kernel;
import fizeau.kernels.KernelParameters;
import fizeau.kernels.LaunchShape;
import fizeau.kernels.StructLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/**
 * A kernel that can be launched. The one parameter struct lies in a direct buffer that every launch fills again: the driver
 * copies it during the call, also into a graph. Borrows its module.
 */
public final class CudaFunction {

    private final CudaModule module;
    private final CUfunction handle;
    private final StructLayout layout;
    private final ByteBuffer struct;
    private final Pointer arguments;

    CudaFunction(CudaModule module, Kernel kernel, CUfunction handle) {
        this.module = module;
        this.handle = handle;
        this.layout = kernel.layout();
        this.struct = ByteBuffer.allocateDirect(layout.size()).order(ByteOrder.nativeOrder());
        this.arguments = Pointer.to(Pointer.to(struct));
    }

    void launch(KernelParameters parameters, LaunchShape shape, CUstream stream) {
        module.requireOpen();
        layout.write((Record) parameters, struct);
        module.context()
                .call(
                        DriverFunction.LAUNCH,
                        () -> JCudaDriver.cuLaunchKernel(
                                handle,
                                shape.gridX(),
                                shape.gridY(),
                                1,
                                shape.threads(),
                                1,
                                1,
                                shape.sharedBytes(),
                                stream,
                                arguments,
                                null),
                        layout.structName() + " were launched as " + shape);
    }
}
