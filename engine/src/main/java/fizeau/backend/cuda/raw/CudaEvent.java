// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import jcuda.driver.CUevent;
import jcuda.driver.JCudaDriver;

/** A point in a stream's work, with its time on the device. Owns its handle. */
public final class CudaEvent extends CudaResource {

    private static final double NANOS_PER_MILLISECOND = 1e6;

    private final CUevent handle = new CUevent();

    private CudaEvent(CudaContext context) {
        super(context);
    }

    public static CudaEvent open(CudaContext context) {
        CudaEvent event = new CudaEvent(context);
        try {
            context.call(DriverFunction.EVENT_CREATE, () -> JCudaDriver.cuEventCreate(event.handle, 0));
        } catch (RuntimeException failure) {
            context.forget(event);
            throw failure;
        }
        return event;
    }

    /** Marks the end of what is queued so far. */
    public void record(CudaStream stream) {
        requireOpen();
        context().call(DriverFunction.EVENT_RECORD, () -> JCudaDriver.cuEventRecord(handle, stream.handle()));
    }

    /** Waits until the marked work is done. */
    public void synchronize() {
        requireOpen();
        context().call(DriverFunction.EVENT_SYNCHRONIZE, () -> JCudaDriver.cuEventSynchronize(handle));
    }

    /** Device time between two recorded and reached events; the clock's resolution is about half a microsecond. */
    public double nanosSince(CudaEvent earlier) {
        requireOpen();
        earlier.requireOpen();
        float[] milliseconds = new float[1];
        context()
                .call(
                        DriverFunction.EVENT_ELAPSED,
                        () -> JCudaDriver.cuEventElapsedTime(milliseconds, earlier.handle, handle));
        return milliseconds[0] * NANOS_PER_MILLISECOND;
    }

    CUevent handle() {
        requireOpen();
        return handle;
    }

    @Override
    String describe() {
        return "event";
    }

    @Override
    void release() {
        context().call(DriverFunction.EVENT_DESTROY, () -> JCudaDriver.cuEventDestroy(handle));
    }
}
