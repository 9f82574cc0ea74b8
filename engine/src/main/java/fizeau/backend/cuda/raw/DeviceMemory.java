// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.kernels.DeviceAddress;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;

/** Memory on the device, uninitialised. Owns it; counted in the context's account. */
public final class DeviceMemory extends CudaResource {

    /** JCuda keeps the address to itself and to subclasses. */
    private static final class Handle extends CUdeviceptr {
        long value() {
            return getNativePointer();
        }
    }

    private final Handle handle = new Handle();
    private final long bytes;
    private final String purpose;

    private DeviceMemory(CudaContext context, long bytes, String purpose) {
        super(context);
        this.bytes = bytes;
        this.purpose = purpose;
    }

    /**
     * Allocates.
     *
     * @param bytes at least 1
     * @param purpose a noun phrase for messages, such as {@code 100 measurements}
     * @throws CudaException with all sizes, where the device has not so much left
     */
    public static DeviceMemory allocate(CudaContext context, long bytes, String purpose) {
        if (bytes < 1) {
            throw new IllegalArgumentException("cannot allocate " + bytes + " bytes for " + purpose);
        }
        DeviceMemory memory = new DeviceMemory(context, bytes, purpose);
        try {
            context.call(
                    DriverFunction.MEMORY_ALLOCATE,
                    () -> JCudaDriver.cuMemAlloc(memory.handle, bytes),
                    bytes + " bytes were asked for " + purpose);
        } catch (RuntimeException failure) {
            context.forget(memory); // nothing was allocated, so nothing is to be freed
            throw failure;
        }
        context.account().add(bytes);
        return memory;
    }

    public long bytes() {
        return bytes;
    }

    /** For the parameters of kernels. */
    public DeviceAddress address() {
        requireOpen();
        return new DeviceAddress(handle.value());
    }

    CUdeviceptr handle() {
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
        return "device memory for " + purpose;
    }

    @Override
    void release() {
        context().account().subtract(bytes);
        context().call(DriverFunction.MEMORY_FREE, () -> JCudaDriver.cuMemFree(handle));
    }
}
