// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.backend.Closing;
import java.util.function.IntSupplier;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnHandle;
import jcuda.runtime.cudaStream_t;

/** cuDNN at work in one stream. Owns its handle, borrows the stream. */
public final class CudnnHandle extends CudaResource {

    private final Cudnn cudnn;
    private final cudnnHandle handle = new cudnnHandle();

    private CudnnHandle(CudaContext context, Cudnn cudnn) {
        super(context);
        this.cudnn = cudnn;
    }

    public static CudnnHandle open(CudaContext context, Cudnn cudnn, CudaStream stream) {
        CudnnHandle opened = new CudnnHandle(context, cudnn);
        try {
            opened.call(CudnnFunction.CREATE, () -> JCudnn.cudnnCreate(opened.handle), "");
        } catch (RuntimeException failure) {
            context.forget(opened);
            throw failure;
        }
        try {
            opened.call(
                    CudnnFunction.SET_STREAM,
                    () -> JCudnn.cudnnSetStream(opened.handle, new cudaStream_t(stream.handle())),
                    "");
            return opened;
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, opened);
        }
    }

    /** Calls a function that is there; {@code purpose} says what for, or is empty. */
    void call(CudnnFunction function, IntSupplier call, String purpose) {
        cudnn.call(context(), function, call, (purpose.isEmpty() ? describe() : purpose) + " was asked for");
    }

    /** The same for callers who treat answers themselves. */
    int answer(CudnnFunction function, IntSupplier call) {
        return cudnn.answer(context(), function, call);
    }

    cudnnHandle handle() {
        requireOpen();
        return handle;
    }

    @Override
    String describe() {
        return "a cuDNN handle";
    }

    @Override
    void release() {
        call(CudnnFunction.DESTROY, () -> JCudnn.cudnnDestroy(handle), "");
    }
}
