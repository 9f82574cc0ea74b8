// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/** Host memory that the device reads and writes directly, and that may be part of a captured graph. Owns it. */
public final class PinnedMemory extends CudaResource {

    private final Pointer handle = new Pointer();
    private final int bytes;

    private PinnedMemory(CudaContext context, int bytes) {
        super(context);
        this.bytes = bytes;
    }

    /** Allocates at least 1 byte; the buffer's length is an {@code int}. */
    public static PinnedMemory allocate(CudaContext context, int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("cannot allocate " + bytes + " bytes of pinned memory");
        }
        PinnedMemory memory = new PinnedMemory(context, bytes);
        try {
            context.call(
                    DriverFunction.PINNED_ALLOCATE,
                    () -> JCudaDriver.cuMemHostAlloc(memory.handle, bytes, 0),
                    bytes + " bytes of pinned host memory were asked for");
        } catch (RuntimeException failure) {
            context.forget(memory);
            throw failure;
        }
        return memory;
    }

    public int bytes() {
        return bytes;
    }

    /** The memory itself, in native order; not to be touched after {@link #close}, nor while a copy is under way. */
    public ByteBuffer buffer() {
        requireOpen();
        return handle.getByteBuffer(0, bytes).order(ByteOrder.nativeOrder());
    }

    Pointer handle() {
        requireOpen();
        return handle;
    }

    void requireBytes(long wanted) {
        if (wanted < 0 || wanted > bytes) {
            throw new IllegalArgumentException("cannot copy " + wanted + " bytes: " + describe() + " holds " + bytes);
        }
    }

    @Override
    String describe() {
        return "pinned memory";
    }

    @Override
    void release() {
        context().call(DriverFunction.PINNED_FREE, () -> JCudaDriver.cuMemFreeHost(handle));
    }
}
