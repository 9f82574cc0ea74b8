// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.PlanMemory;
import fizeau.backend.cuda.raw.Cublas;
import fizeau.backend.cuda.raw.CudaContext;
import fizeau.backend.cuda.raw.CudaDriver;
import fizeau.backend.cuda.raw.CudaStream;
import fizeau.backend.cuda.raw.Cudnn;
import fizeau.backend.cuda.raw.Cufft;
import fizeau.backend.cuda.raw.CufftPlan;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.backend.cuda.raw.PinnedMemory;
import fizeau.kernels.KernelParameters;
import fizeau.kernels.StructLayout;
import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.CudaLibrary;
import fizeau.nativeconfig.NativeConfigReport;
import fizeau.nativeconfig.Settings;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * One device in use: its context, one stream, the compiled kernels and a pinned buffer through which host and device exchange
 * arrays. Owns all of it. Confined to the thread that opened it.
 */
final class CudaSession implements AutoCloseable {

    /** Large enough that the bus is busy, small enough to be allocated at once. */
    private static final int STAGING_BYTES = 4 << 20;

    private final Optional<CudaAvailability.Available> libraries;
    private final CudaContext context;
    private final DeviceKernels kernels;
    private final CudaStream stream;
    private final PinnedMemory staging;
    private final ByteBuffer stagingBuffer;
    private Cufft cufft; // libraries are loaded when they are first asked for: most work needs none
    private Cublas cublas;
    private PlanChoices planChoices;
    private ConvolutionChoices convolutions;
    private Cudnn cudnn;
    private CudaSession lead; // whose choices a session in another stream shares; null where it is the device's own

    private CudaSession(
            Optional<CudaAvailability.Available> libraries,
            CudaContext context,
            DeviceKernels kernels,
            CudaStream stream,
            PinnedMemory staging) {
        this.libraries = libraries;
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
        KernelSupply supply = KernelSupply.of(settings, report);
        CudaContext context =
                CudaContext.open(CudaDriver.load(report.driver().library().orElseThrow()), ordinal);
        try {
            DeviceKernels kernels = supply.open(context);
            // All of it belongs to the context, which closes it.
            return new CudaSession(
                    report.cuda() instanceof CudaAvailability.Available available
                            ? Optional.of(available)
                            : Optional.empty(),
                    context,
                    kernels,
                    CudaStream.open(context),
                    PinnedMemory.allocate(context, STAGING_BYTES));
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, context);
        }
    }

    /**
     * The same device, kernels, staging buffer and choices of algorithms with another stream, which is borrowed; closed with
     * this one.
     */
    CudaSession in(CudaStream other) {
        CudaSession beside = new CudaSession(libraries, context, kernels, other, staging);
        beside.lead = this;
        beside.planChoices = plans().in(beside);
        return beside;
    }

    /** Where its kernels come from, in one phrase. */
    String kernelOrigin() {
        return kernels.description();
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

    /** Whether this machine has cuFFT for the CUDA release that is used. */
    boolean hasCufft() {
        return has(CudaLibrary.CUFFT);
    }

    /** Whether it has cuDNN and cuBLAS. */
    boolean hasNetworkLibraries() {
        return has(CudaLibrary.CUDNN) && has(CudaLibrary.CUBLAS);
    }

    private boolean has(CudaLibrary library) {
        return libraries.flatMap(all -> all.library(library)).isPresent();
    }

    /**
     * cuFFT of the CUDA release that is used.
     *
     * @throws IllegalArgumentException where it is not here or cannot be used
     */
    Cufft cufft() {
        if (cufft == null) {
            cufft = Cufft.load(release("cuFFT cannot be used", "use another plan"));
        }
        return cufft;
    }

    /**
     * cuBLAS of the CUDA release that is used.
     *
     * @throws IllegalArgumentException where it is not here or cannot be used
     */
    Cublas cublas() {
        if (cublas == null) {
            cublas = Cublas.load(release("cuBLAS cannot be used", "use --level fused or --device cpu"));
        }
        return cublas;
    }

    /**
     * cuDNN of the CUDA release that is used, and cuBLAS, which it needs.
     *
     * @throws IllegalArgumentException where one of them is not here or cannot be used
     */
    Cudnn cudnn() {
        cublas();
        if (cudnn == null) {
            cudnn = Cudnn.load(release("cuDNN cannot be used", "use --level fused or --device cpu"));
        }
        return cudnn;
    }

    private CudaAvailability.Available release(String refusal, String wayOut) {
        return libraries.orElseThrow(() -> new IllegalArgumentException(
                refusal + ": of CUDA only the driver is here; install a CUDA toolkit, or " + wayOut));
    }

    /** What was found out about plans on this device, now or before. */
    PlanChoices plans() {
        if (planChoices == null) {
            planChoices = new PlanChoices(this, PlanMemory.ofUsersGpu(PlanChoices.environment(this)));
        }
        return planChoices;
    }

    /** What was found out about convolutions on this device, now or before. */
    ConvolutionChoices convolutions() {
        if (convolutions == null) {
            convolutions = lead == null
                    ? ConvolutionChoices.ofUser(this)
                    : lead.convolutions().in(this);
        }
        return convolutions;
    }

    /** A plan for the transforms of so many images together, in this session's stream. */
    CufftPlan planTransforms(int ny, int nx, int images) {
        return CufftPlan.open(context, cufft(), stream, ny, nx, images);
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
                        0,
                        values.length,
                        (from, count) -> stagingBuffer.asIntBuffer().put(values, from, count)));
    }

    /** New memory with these values. */
    DeviceMemory upload(long[] values, String purpose) {
        DeviceMemory memory = allocate((long) Long.BYTES * values.length, purpose);
        int most = STAGING_BYTES / Long.BYTES;
        return filled(memory, () -> {
            for (int from = 0; from < values.length; from += most) {
                int count = Math.min(most, values.length - from);
                stagingBuffer.asLongBuffer().put(values, from, count);
                stream.copyToDevice(staging, memory, (long) Long.BYTES * from, (long) Long.BYTES * count);
                stream.synchronize(); // the staging buffer is about to be used again
            }
        });
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
        upload(values, to, 0);
    }

    /** The same to a position counted in floats. */
    void upload(float[] values, DeviceMemory to, long position) {
        upload(values, values.length, to, position);
    }

    /** The first values likewise. */
    void upload(float[] values, int count, DeviceMemory to, long position) {
        upload(
                to,
                position,
                count,
                (from, part) -> stagingBuffer.asFloatBuffer().put(values, from, part));
    }

    /** In pieces of the staging buffer, each of which is waited for: the buffer is about to be used again. */
    private void upload(DeviceMemory to, long position, int values, BiConsumer<Integer, Integer> stage) {
        int most = STAGING_BYTES / Float.BYTES; // of an int as well
        for (int from = 0; from < values; from += most) {
            int count = Math.min(most, values - from);
            stage.accept(from, count);
            stream.copyToDevice(staging, to, Float.BYTES * (position + from), (long) Float.BYTES * count);
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
