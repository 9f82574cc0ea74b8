// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.backend.Closing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/**
 * The primary context of a device, which NVIDIA's libraries share. Owns one reference to it and, in the end, everything made
 * in it. Confined to the thread that opened it, to which it is current: a thread uses one device at a time.
 */
public final class CudaContext implements AutoCloseable {

    private final CudaDriver driver;
    private final CUdevice handle;
    private final CudaDevice device;
    private final Thread owner = Thread.currentThread();
    private final MemoryAccount account = new MemoryAccount();
    private final Set<CudaResource> resources = new LinkedHashSet<>();
    private boolean open = true;

    private CudaContext(CudaDriver driver, CUdevice handle, CudaDevice device) {
        this.driver = driver;
        this.handle = handle;
        this.device = device;
    }

    /**
     * Opens the context of a device and makes it current to the calling thread.
     *
     * @throws IllegalArgumentException where there is no device of that number
     * @throws CudaException where the driver refuses
     */
    public static CudaContext open(CudaDriver driver, int ordinal) {
        int[] count = new int[1];
        driver.call(DriverFunction.DEVICE_GET_COUNT, () -> JCudaDriver.cuDeviceGetCount(count));
        if (ordinal < 0 || ordinal >= count[0]) {
            throw new IllegalArgumentException("there is no device cuda:" + ordinal + ": the driver sees " + count[0]
                    + (count[0] == 1 ? " device, cuda:0" : " devices, numbered from 0"));
        }
        CUdevice handle = new CUdevice();
        driver.call(DriverFunction.DEVICE_GET, () -> JCudaDriver.cuDeviceGet(handle, ordinal));
        CudaDevice device = describe(driver, handle, ordinal);
        CUcontext primary = new CUcontext();
        driver.call(DriverFunction.CONTEXT_RETAIN, () -> JCudaDriver.cuDevicePrimaryCtxRetain(primary, handle));
        CudaContext context = new CudaContext(driver, handle, device); // owns the reference from here on
        try {
            driver.call(DriverFunction.CONTEXT_SET_CURRENT, () -> JCudaDriver.cuCtxSetCurrent(primary));
            return context;
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, context);
        }
    }

    private static CudaDevice describe(CudaDriver driver, CUdevice handle, int ordinal) {
        byte[] name = new byte[256];
        driver.call(DriverFunction.DEVICE_GET_NAME, () -> JCudaDriver.cuDeviceGetName(name, name.length, handle));
        long[] bytes = new long[1];
        driver.call(DriverFunction.DEVICE_TOTAL_MEM, () -> JCudaDriver.cuDeviceTotalMem(bytes, handle));
        String text = new String(name, StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        return new CudaDevice(
                ordinal,
                end < 0 ? text : text.substring(0, end),
                attribute(driver, handle, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
                attribute(driver, handle, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR),
                attribute(driver, handle, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
                bytes[0]);
    }

    private static int attribute(CudaDriver driver, CUdevice handle, int attribute) {
        int[] value = new int[1];
        driver.call(
                DriverFunction.DEVICE_GET_ATTRIBUTE, () -> JCudaDriver.cuDeviceGetAttribute(value, attribute, handle));
        return value[0];
    }

    public CudaDriver driver() {
        return driver;
    }

    public CudaDevice device() {
        return device;
    }

    /** What the memory made in this context adds up to. */
    public MemoryAccount account() {
        return account;
    }

    /** Bytes that the device has free now, for anybody. */
    public long freeBytes() {
        long[] free = new long[1];
        long[] total = new long[1];
        call(DriverFunction.MEMORY_GET_INFO, () -> JCudaDriver.cuMemGetInfo(free, total));
        return free[0];
    }

    /** Waits for all work of this context. */
    public void synchronize() {
        call(DriverFunction.CONTEXT_SYNCHRONIZE, JCudaDriver::cuCtxSynchronize);
    }

    /**
     * Runs work between the marks that tell a profiler what to record ({@code nsys --capture-range=cudaProfilerApi},
     * {@code ncu --profile-from-start off}), and waits for it before the second mark. Without a profiler the marks cost
     * nothing; where the driver has none, the work runs all the same.
     */
    public void profiled(Runnable work) {
        if (!driver.offersProfiler()) {
            work.run();
            return;
        }
        call(DriverFunction.PROFILER_START, JCudaDriver::cuProfilerStart);
        try {
            work.run();
            synchronize();
        } catch (RuntimeException | Error failure) {
            Closing.afterFailure(failure, this::stopProfiler);
            throw failure;
        }
        stopProfiler();
    }

    private void stopProfiler() {
        call(DriverFunction.PROFILER_STOP, JCudaDriver::cuProfilerStop);
    }

    /** Gives everything back, the newest first, then the context; a second call does nothing. */
    @Override
    public void close() {
        if (!open) {
            return;
        }
        requireOwner();
        List<AutoCloseable> newestFirst = new ArrayList<>(resources);
        Collections.reverse(newestFirst);
        newestFirst.add(this::releaseContext);
        Closing.all(newestFirst);
    }

    private void releaseContext() {
        open = false; // it stays current: another object of this thread may have a reference to the same context
        driver.call(DriverFunction.CONTEXT_RELEASE, () -> JCudaDriver.cuDevicePrimaryCtxRelease(handle));
    }

    void register(CudaResource resource) {
        resources.add(resource);
    }

    void forget(CudaResource resource) {
        resources.remove(resource);
    }

    /** Calls the driver on this context's thread. */
    void call(DriverFunction function, IntSupplier call) {
        requireUsable();
        driver.call(function, call);
    }

    /** The same; {@code details} say what was asked for when it fails. */
    void call(DriverFunction function, IntSupplier call, String details) {
        requireUsable();
        int status = driver.answer(function, call);
        if (status == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            throw driver.failure(function, status, details + sizes());
        } else if (status != CUresult.CUDA_SUCCESS) {
            throw driver.failure(function, status, details);
        }
    }

    /**
     * Asks the driver whether the device is lost, which a library tells as some failure of its own; returns where it is not.
     *
     * @throws CudaException that says so
     */
    void tellIfLost(String details) {
        DriverFunction function = DriverFunction.CONTEXT_SYNCHRONIZE;
        int status = driver.answer(function, JCudaDriver::cuCtxSynchronize);
        if (DriverStatus.isSticky(status)) {
            throw driver.failure(function, status, details);
        }
    }

    /** Asked while the device is short of memory, but may be out of order altogether. */
    String sizes() {
        long[] free = new long[1];
        long[] total = new long[1];
        int status = driver.answer(DriverFunction.MEMORY_GET_INFO, () -> JCudaDriver.cuMemGetInfo(free, total));
        String known = status == CUresult.CUDA_SUCCESS
                ? free[0] + " of " + total[0] + " are free"
                : "how many are free is unknown";
        return ", " + known + ", " + account.liveBytes() + " are held by Fizeau";
    }

    void requireUsable() {
        if (!open) {
            throw new IllegalStateException("the context of " + device.name() + " is closed");
        }
        requireOwner();
    }

    private void requireOwner() {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException("the context of " + device.name() + " belongs to thread " + owner.getName()
                    + " and cannot be used on " + Thread.currentThread().getName());
        }
    }
}
