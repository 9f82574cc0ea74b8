// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.backend.Closing;
import fizeau.kernels.KernelParameters;
import jcuda.driver.CUgraph;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/** A queue of work in order, independent of the default stream. Owns its handle. */
public final class CudaStream extends CudaResource {

    private final CUstream handle = new CUstream();

    private CudaStream(CudaContext context) {
        super(context);
    }

    public static CudaStream open(CudaContext context) {
        CudaStream stream = new CudaStream(context);
        try {
            // A blocking stream would be coupled to the default stream, which cannot be captured.
            context.call(
                    DriverFunction.STREAM_CREATE,
                    () -> JCudaDriver.cuStreamCreate(stream.handle, CUstream_flags.CU_STREAM_NON_BLOCKING));
        } catch (RuntimeException failure) {
            context.forget(stream);
            throw failure;
        }
        return stream;
    }

    /** Queues a kernel in the launch that its parameters call for. */
    public void launch(CudaFunction function, KernelParameters parameters) {
        requireOpen();
        function.launch(parameters, parameters.launchShape(), handle);
    }

    /**
     * Queues a copy of the first {@code bytes} to an offset in bytes. The host memory must stay as it is until
     * {@link #synchronize}.
     */
    public void copyToDevice(PinnedMemory from, DeviceMemory to, long offset, long bytes) {
        requireOpen();
        from.requireBytes(bytes);
        to.requireBytes(offset + bytes);
        context()
                .call(
                        DriverFunction.COPY_TO_DEVICE,
                        () -> JCudaDriver.cuMemcpyHtoDAsync(
                                to.handle().withByteOffset(offset), from.handle(), bytes, handle));
    }

    /** Queues a copy of {@code bytes} from an offset in bytes. The host has them after {@link #synchronize}. */
    public void copyToHost(DeviceMemory from, long offset, PinnedMemory to, long bytes) {
        requireOpen();
        from.requireBytes(offset + bytes);
        to.requireBytes(bytes);
        context()
                .call(
                        DriverFunction.COPY_TO_HOST,
                        () -> JCudaDriver.cuMemcpyDtoHAsync(
                                to.handle(), from.handle().withByteOffset(offset), bytes, handle));
    }

    /** Queues a copy of the first {@code bytes} from memory to memory of the device. */
    public void copyOnDevice(DeviceMemory from, DeviceMemory to, long bytes) {
        requireOpen();
        from.requireBytes(bytes);
        to.requireBytes(bytes);
        context()
                .call(
                        DriverFunction.COPY_ON_DEVICE,
                        () -> JCudaDriver.cuMemcpyDtoDAsync(to.handle(), from.handle(), bytes, handle));
    }

    /** Queues zeros into all of the memory. */
    public void clear(DeviceMemory memory) {
        requireOpen();
        context()
                .call(
                        DriverFunction.FILL,
                        () -> JCudaDriver.cuMemsetD8Async(memory.handle(), (byte) 0, memory.bytes(), handle));
    }

    /**
     * Lets what is queued here from now on wait for what the event marks in its stream. Where that was marked in a capture, this
     * stream becomes a branch of it, which the capture's own stream has to wait for before it ends.
     */
    public void waitFor(CudaEvent event) {
        requireOpen();
        context()
                .call(DriverFunction.STREAM_WAIT_EVENT, () -> JCudaDriver.cuStreamWaitEvent(handle, event.handle(), 0));
    }

    /** Waits for everything queued so far. */
    public void synchronize() {
        requireOpen();
        context().call(DriverFunction.STREAM_SYNCHRONIZE, () -> JCudaDriver.cuStreamSynchronize(handle));
    }

    /**
     * Records what {@code work} queues here instead of running it. Nothing in {@code work} may allocate, free, load or
     * synchronise; kernels must have run before, because loading them is lazy. Whatever fails, no capture stays open.
     *
     * @throws UnsupportedOperationException where the driver has no graphs
     */
    public CudaGraph capture(Runnable work) {
        requireOpen();
        CudaContext context = context();
        // Thread-local: what other threads allocate does not break the capture.
        context.call(
                DriverFunction.CAPTURE_BEGIN,
                () -> JCudaDriver.cuStreamBeginCapture(
                        handle, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
        CUgraph graph = new CUgraph();
        try {
            work.run();
        } catch (RuntimeException | Error failure) {
            Closing.afterFailure(failure, () -> abandonCapture(graph));
            throw failure;
        }
        context.call(DriverFunction.CAPTURE_END, () -> JCudaDriver.cuStreamEndCapture(handle, graph));
        return CudaGraph.of(context, graph);
    }

    /** Ends a capture whose work failed; the driver may say that it was spoilt, which is known. */
    private void abandonCapture(CUgraph graph) {
        int status = context()
                .driver()
                .answer(DriverFunction.CAPTURE_END, () -> JCudaDriver.cuStreamEndCapture(handle, graph));
        if (status == CUresult.CUDA_SUCCESS) {
            context().call(DriverFunction.GRAPH_DESTROY, () -> JCudaDriver.cuGraphDestroy(graph));
        }
    }

    /** Queues a graph. */
    public void launch(CudaGraph graph) {
        requireOpen();
        context().call(DriverFunction.GRAPH_LAUNCH, () -> JCudaDriver.cuGraphLaunch(graph.handle(), handle));
    }

    CUstream handle() {
        requireOpen();
        return handle;
    }

    @Override
    String describe() {
        return "stream";
    }

    @Override
    void release() {
        context().call(DriverFunction.STREAM_DESTROY, () -> JCudaDriver.cuStreamDestroy(handle));
    }
}
