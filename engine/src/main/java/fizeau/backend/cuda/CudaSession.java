// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.cuda.raw.Closing;
import fizeau.backend.cuda.raw.CudaContext;
import fizeau.backend.cuda.raw.CudaDriver;
import fizeau.backend.cuda.raw.CudaStream;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.backend.cuda.raw.PinnedMemory;
import fizeau.kernels.BoxProjectParameters;
import fizeau.kernels.CubinCache;
import fizeau.kernels.KernelCompiler;
import fizeau.kernels.KernelParameters;
import fizeau.kernels.NvrtcCompiler;
import fizeau.kernels.StructLayout;
import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.NativeConfigReport;
import fizeau.nativeconfig.Settings;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * One device in use: its context, one stream, the compiled kernels and a pinned buffer through which host and device exchange
 * arrays. Owns all of it. Confined to the thread that opened it.
 */
final class CudaSession implements AutoCloseable {

    /** Large enough that the bus is busy, small enough to be allocated at once. */
    private static final int STAGING_BYTES = 4 << 20;

    private static final long CUBIN_CACHE_BYTES = 64L << 20;

    private final CudaContext context;
    private final DeviceKernels kernels;
    private final CudaStream stream;
    private final PinnedMemory staging;
    private final ByteBuffer stagingBuffer;

    private CudaSession(CudaContext context, DeviceKernels kernels, CudaStream stream, PinnedMemory staging) {
        this.context = context;
        this.kernels = kernels;
        this.stream = stream;
        this.staging = staging;
        this.stagingBuffer = staging.buffer();
    }

    /**
     * Opens a device.
     *
     * @throws IllegalArgumentException where CUDA cannot be used here, or has no device of that number
     * @throws fizeau.backend.cuda.raw.CudaException where the driver refuses
     * @throws fizeau.kernels.KernelCompilationException where the compiler does not know the device
     */
    static CudaSession open(Settings settings, int ordinal) {
        NativeConfigReport report = NativeConfigReport.examine(settings);
        if (report.cuda() instanceof CudaAvailability.Unavailable unavailable) {
            throw new IllegalArgumentException(String.join("; ", unavailable.reasons()));
        }
        if (!(report.cuda() instanceof CudaAvailability.Available available)) {
            throw new IllegalStateException("unknown kind of availability " + report.cuda());
        }
        CudaDriver driver = CudaDriver.load(report.driver().library().orElseThrow());
        KernelCompiler compiler = NvrtcCompiler.open(available);
        CudaContext context = CudaContext.open(driver, ordinal);
        try {
            DeviceKernels kernels = new DeviceKernels(context, compiler, cubins(settings));
            // Proof that compiler, driver and device fit together, before anybody counts on them.
            kernels.kernelFor(BoxProjectParameters.class);
            // All of it belongs to the context, which closes it.
            return new CudaSession(
                    context, kernels, CudaStream.open(context), PinnedMemory.allocate(context, STAGING_BYTES));
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, context);
        }
    }

    /** The user's cache of compiled kernels; none where there is no home, or where it cannot be written. */
    private static Optional<CubinCache> cubins(Settings settings) {
        Optional<Path> folder = settings.variable("XDG_CACHE_HOME")
                .map(Path::of)
                .or(() -> settings.home().map(home -> home.resolve(".cache")));
        try {
            return folder.map(cache -> CubinCache.open(cache.resolve("fizeau").resolve("cubins"), CUBIN_CACHE_BYTES));
        } catch (UncheckedIOException unusable) {
            return Optional.empty(); // costs half a second per process, no more
        }
    }

    CudaContext context() {
        return context;
    }

    CudaStream stream() {
        return stream;
    }

    /** Queues a kernel. */
    void launch(KernelParameters parameters) {
        stream.launch(kernels.kernelFor(parameters.getClass()), parameters);
    }

    DeviceMemory allocate(long bytes, String purpose) {
        return DeviceMemory.allocate(context, bytes, purpose);
    }

    /** New memory with these values. */
    DeviceMemory upload(float[] values, String purpose) {
        DeviceMemory memory = allocate((long) Float.BYTES * values.length, purpose);
        return filled(memory, () -> upload(values, memory));
    }

    /** New memory with these values. */
    DeviceMemory upload(int[] values, String purpose) {
        DeviceMemory memory = allocate((long) Integer.BYTES * values.length, purpose);
        return filled(
                memory,
                () -> upload(
                        memory,
                        values.length,
                        (from, count) -> stagingBuffer.asIntBuffer().put(values, from, count)));
    }

    /** New memory with these values, as many as the staging buffer takes at once. */
    DeviceMemory upload(double[] values, String purpose) {
        DeviceMemory memory = allocate((long) Double.BYTES * values.length, purpose);
        return filled(memory, () -> {
            stagingBuffer.asDoubleBuffer().put(values);
            stream.copyToDevice(staging, memory, 0, memory.bytes());
            stream.synchronize();
        });
    }

    private static DeviceMemory filled(DeviceMemory memory, Runnable fill) {
        try {
            fill.run();
            return memory;
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, memory);
        }
    }

    /** Copies one struct to the start of memory. */
    void upload(Record struct, DeviceMemory to) {
        StructLayout layout = StructLayout.of(struct.getClass());
        layout.write(struct, stagingBuffer);
        stream.copyToDevice(staging, to, 0, layout.size());
        stream.synchronize(); // the staging buffer is about to be used again
    }

    /** Whether the driver can capture work and replay it. */
    boolean offersGraphs() {
        return context.driver().offersGraphs();
    }

    /** Copies all values to the start of memory; the array may change afterwards. */
    void upload(float[] values, DeviceMemory to) {
        upload(to, values.length, (from, count) -> stagingBuffer.asFloatBuffer().put(values, from, count));
    }

    /** In pieces of the staging buffer, each of which is waited for: the buffer is about to be used again. */
    private void upload(DeviceMemory to, int values, BiConsumer<Integer, Integer> stage) {
        int most = STAGING_BYTES / Float.BYTES; // of an int as well
        for (int from = 0; from < values; from += most) {
            int count = Math.min(most, values - from);
            stage.accept(from, count);
            stream.copyToDevice(staging, to, (long) Float.BYTES * from, (long) Float.BYTES * count);
            stream.synchronize();
        }
    }

    /** Waits for the work queued so far and copies {@code count} values, from a position counted in floats. */
    void download(DeviceMemory from, long position, float[] to, int start, int count) {
        int most = STAGING_BYTES / Float.BYTES;
        for (int done = 0; done < count; done += most) {
            int part = Math.min(most, count - done);
            stream.copyToHost(from, Float.BYTES * (position + done), staging, (long) Float.BYTES * part);
            stream.synchronize();
            stagingBuffer.asFloatBuffer().get(to, start + done, part);
        }
    }

    /** The same for doubles, as many as the staging buffer takes at once. */
    double[] downloadDoubles(DeviceMemory from, int count) {
        stream.copyToHost(from, 0, staging, (long) Double.BYTES * count);
        stream.synchronize();
        double[] values = new double[count];
        stagingBuffer.asDoubleBuffer().get(values);
        return values;
    }

    @Override
    public void close() {
        context.close();
    }
}
