// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.backend.Closing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import jcuda.jcufft.JCufft;
import jcuda.jcufft.cufftHandle;
import jcuda.jcufft.cufftType;
import jcuda.runtime.cudaStream_t;

/**
 * A plan for the forward transforms of a batch of images, in place. Its work area is memory of ours, so that it is counted, stays
 * where it is while graphs refer to it, and nothing is allocated behind a capture's back. Owns handle and work area, borrows the
 * stream. Closing waits for the device.
 */
public final class CufftPlan extends CudaResource {

    private static final int RANK = 2;
    private static final int OFF = 0;
    private static final long COMPLEX_BYTES = 2L * Float.BYTES;

    private final Cufft cufft;
    private final cufftHandle handle = new cufftHandle();
    private final int ny;
    private final int nx;
    private final int images;
    private DeviceMemory workArea;

    private CufftPlan(CudaContext context, Cufft cufft, int ny, int nx, int images) {
        super(context);
        this.cufft = cufft;
        this.ny = ny;
        this.nx = nx;
        this.images = images;
    }

    /**
     * Makes a plan.
     *
     * @param stream that the transforms are queued in
     * @param images of {@code ny x nx} complex samples, one after the other, at least 1
     */
    public static CufftPlan open(CudaContext context, Cufft cufft, CudaStream stream, int ny, int nx, int images) {
        if (ny < 1 || nx < 1 || images < 1) {
            throw new IllegalArgumentException(
                    "cannot plan " + images + " transforms of " + ny + " x " + nx + ": all three must be positive");
        }
        CufftPlan plan = new CufftPlan(context, cufft, ny, nx, images);
        try {
            plan.call(CufftFunction.CREATE, () -> JCufft.cufftCreate(plan.handle));
        } catch (RuntimeException failure) {
            context.forget(plan);
            throw failure;
        }
        try {
            plan.make(stream);
            return plan;
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, plan);
        }
    }

    private void make(CudaStream stream) {
        call(CufftFunction.SET_AUTO_ALLOCATION, () -> JCufft.cufftSetAutoAllocation(handle, OFF));
        long[] bytes = new long[1];
        int[] edges = {ny, nx};
        int distance = Math.multiplyExact(ny, nx);
        call(
                CufftFunction.MAKE_PLAN_MANY,
                () -> JCufft.cufftMakePlanMany(
                        handle,
                        RANK,
                        edges,
                        edges,
                        1,
                        distance,
                        edges,
                        1,
                        distance,
                        cufftType.CUFFT_C2C,
                        images,
                        bytes));
        call(CufftFunction.SET_STREAM, () -> JCufft.cufftSetStream(handle, new cudaStream_t(stream.handle())));
        if (bytes[0] > 0) {
            workArea = DeviceMemory.allocate(context(), bytes[0], "the work area of " + describe());
            call(CufftFunction.SET_WORK_AREA, () -> JCufft.cufftSetWorkArea(handle, workArea.handle()));
        }
    }

    /**
     * Queues the unscaled forward transform, {@code sum exp(-2 pi i k j / n)} per axis from frequency 0, of every image.
     *
     * @param fields {@code images * ny * nx} complex values, replaced by their transforms
     */
    public void transform(DeviceMemory fields) {
        requireOpen();
        fields.requireBytes(COMPLEX_BYTES * images * ny * nx);
        call(
                CufftFunction.EXECUTE,
                () -> JCufft.cufftExecC2C(handle, fields.handle(), fields.handle(), JCufft.CUFFT_FORWARD));
    }

    /** Device memory of ours that it holds; tables of the library's own are not known. */
    public long bytes() {
        return workArea == null ? 0 : workArea.bytes();
    }

    private void call(CufftFunction function, IntSupplier call) {
        cufft.call(context(), function, call, describe() + " was asked for");
    }

    @Override
    String describe() {
        return "an FFT plan of " + images + " x " + ny + " x " + nx;
    }

    @Override
    void release() {
        List<AutoCloseable> all = new ArrayList<>();
        all.add(context()::synchronize); // work in flight may still use the work area
        all.add(() -> call(CufftFunction.DESTROY, () -> JCufft.cufftDestroy(handle)));
        if (workArea != null) {
            all.add(workArea);
        }
        Closing.all(all);
    }
}
