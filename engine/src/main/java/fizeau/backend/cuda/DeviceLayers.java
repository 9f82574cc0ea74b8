// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.cuda.ConvolutionChoices.Choice;
import fizeau.backend.cuda.raw.CublasHandle;
import fizeau.backend.cuda.raw.CublasHandle.Product;
import fizeau.backend.cuda.raw.CudaEvent;
import fizeau.backend.cuda.raw.CudaGraph;
import fizeau.backend.cuda.raw.CudnnConvolution;
import fizeau.backend.cuda.raw.CudnnConvolution.Geometry;
import fizeau.backend.cuda.raw.CudnnConvolution.Pass;
import fizeau.backend.cuda.raw.CudnnFusedConvolution;
import fizeau.backend.cuda.raw.CudnnFusedConvolution.Epilogue;
import fizeau.backend.cuda.raw.CudnnHandle;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.ActivateParameters;
import fizeau.kernels.DeviceAddress;
import fizeau.kernels.KernelParameters;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a network that only answers is computed with: convolutions by cuDNN with what follows them in one call, matrix products
 * by cuBLAS, kernels of ours for the rest, all in single precision without rounding for tensor cores; weights and one block of
 * memory for all results; and one graph of a whole answer. First come weights and convolutions, then {@link #reserve}, then
 * {@link #capture}; a replay allocates nothing. Owns memory, handles and descriptors, borrows the session, is confined to its
 * thread.
 */
public final class DeviceLayers implements AutoCloseable {

    /** Rounded factors have 10 bits: after some fifty layers that is another answer. */
    private static final boolean TF32 = false;

    private final CudaSession session;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final DeviceArrays arrays;
    private final CudnnHandle cudnn;
    private final CublasHandle cublas;
    private final String library;
    private long workspaceBytes;
    private DeviceMemory workspace; // of all convolutions, which follow one another; null where none needs any
    private DeviceMemory block;
    private CudaGraph graph;
    private Runnable work;

    DeviceLayers(CudaSession session) {
        this.session = session;
        try {
            this.arrays = own(new DeviceArrays(session));
            this.cudnn = own(CudnnHandle.open(session.context(), session.cudnn(), session.stream()));
            this.cublas = own(CublasHandle.open(session.context(), session.cublas(), session.stream(), TF32));
            this.library = "cuDNN " + session.cudnn().version() + ", cuBLAS " + cublas.version();
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, this::close);
        }
    }

    private <T extends AutoCloseable> T own(T part) {
        owned.add(part);
        return part;
    }

    /** Libraries with their numbers. */
    public String library() {
        return library;
    }

    /** New memory with these values. */
    public DeviceAddress constant(float[] values, String purpose) {
        return arrays.own(session.upload(values, purpose)).address();
    }

    /** New memory with these addresses, for {@link #multiplyEach}. */
    public DeviceAddress addresses(long[] values, String purpose) {
        return arrays.own(session.upload(values, purpose)).address();
    }

    /**
     * A convolution with its weights, by the algorithm that is the fastest on this device in a measurement.
     *
     * @param filter {@code [filters][channels][kernel][kernel]}
     * @param bias {@code [filters]}
     * @param residual whether maps are added
     * @param rectified whether a ReLU comes last
     */
    public LayerConvolution convolution(
            Geometry geometry, float[] filter, float[] bias, boolean residual, boolean rectified) {
        CudnnFusedConvolution convolution =
                own(CudnnFusedConvolution.open(cudnn, geometry, new Epilogue(residual, rectified), TF32));
        return layer(convolution, session.convolutions().choose(convolution, true), filter, bias);
    }

    /**
     * The same by an algorithm that is given.
     *
     * @throws UnsupportedOperationException where that cannot compute it
     */
    public LayerConvolution convolution(
            Geometry geometry, float[] filter, float[] bias, boolean residual, boolean rectified, int algorithm) {
        CudnnFusedConvolution convolution =
                own(CudnnFusedConvolution.open(cudnn, geometry, new Epilogue(residual, rectified), TF32));
        OptionalLong bytes = convolution.algorithms().contains(algorithm)
                ? convolution.workspaceBytes(algorithm)
                : OptionalLong.empty();
        return layer(convolution, new Choice(algorithm, required(bytes, algorithm)), filter, bias);
    }

    /**
     * A convolution without residual by an algorithm that is given, what follows it by a kernel.
     *
     * @throws UnsupportedOperationException where that cannot compute it
     */
    public LayerConvolution plainConvolution(
            Geometry geometry, float[] filter, float[] bias, boolean rectified, int algorithm) {
        CudnnConvolution convolution = own(CudnnConvolution.open(cudnn, geometry, TF32));
        long bytes = required(convolution.workspaceBytes(Pass.FORWARD, algorithm), algorithm);
        float[] repeated = new float[Math.multiplyExact(geometry.batch(), bias.length)];
        for (int i = 0; i < repeated.length; i++) {
            repeated[i] = bias[i % bias.length];
        }
        DeviceAddress taps = constant(filter, "a convolution's taps");
        DeviceAddress shifts = constant(repeated, "a convolution's bias");
        int pixels = geometry.responseEdge() * geometry.responseEdge();
        workspaceBytes = Math.max(workspaceBytes, bytes);
        return new LayerConvolution(algorithm, bytes, (source, none, target, area) -> {
            convolution.run(Pass.FORWARD, algorithm, source, taps, target, area);
            session.launch(new ActivateParameters(target, shifts, repeated.length, pixels, 0, rectified ? 1 : 0));
        });
    }

    private static long required(OptionalLong bytes, int algorithm) {
        return bytes.orElseThrow(() -> new UnsupportedOperationException(
                "cuDNN's algorithm " + algorithm + " cannot compute this convolution"));
    }

    private LayerConvolution layer(CudnnFusedConvolution convolution, Choice choice, float[] filter, float[] bias) {
        DeviceAddress taps = constant(filter, "a convolution's taps");
        DeviceAddress shifts = constant(bias, "a convolution's bias");
        workspaceBytes = Math.max(workspaceBytes, choice.workspaceBytes());
        return new LayerConvolution(
                choice.algorithm(),
                choice.workspaceBytes(),
                (source, residual, target, area) ->
                        convolution.run(choice.algorithm(), source, taps, shifts, residual, target, area));
    }

    /** Takes the block of memory for all results, and what convolutions work in; answers where the block starts. */
    public DeviceAddress reserve(long bytes) {
        if (block != null) {
            throw new IllegalStateException("the results of these layers have their memory already");
        }
        workspace = workspaceBytes == 0 ? null : arrays.own(session.allocate(workspaceBytes, "the workspace of cuDNN"));
        block = arrays.own(session.allocate(bytes, "the results of all layers"));
        return block.address();
    }

    /** Queues a convolution; {@code target} overlaps nothing else, {@code residual} is looked at only by one that has one. */
    public void convolve(LayerConvolution layer, DeviceAddress source, DeviceAddress residual, DeviceAddress target) {
        layer.queue(source, residual, target, workspace);
    }

    /** Queues a matrix product. */
    public void multiply(Product product, DeviceAddress left, DeviceAddress right, DeviceAddress result) {
        cublas.multiply(product, left, right, result);
    }

    /** Queues products of matrices whose addresses lie on the device. */
    public void multiplyEach(
            Product product, DeviceAddress lefts, DeviceAddress rights, DeviceAddress results, int count) {
        cublas.multiplyEach(product, lefts, rights, results, count);
    }

    /** Queues a kernel. */
    public void launch(KernelParameters parameters) {
        session.launch(parameters);
    }

    /**
     * Runs work once, which loads what is loaded late, and captures it, where the driver has graphs.
     *
     * @param all queues what makes an answer of what {@link #load} has put into the block
     * @param graphs false: every replay queues all of it anew
     */
    public void capture(Runnable all, boolean graphs) {
        all.run();
        session.stream().synchronize();
        work = all;
        graph = graphs && session.offersGraphs() ? own(session.stream().capture(all)) : null;
    }

    /** Whether {@link #replay} launches one graph instead of every piece. */
    public boolean captured() {
        return graph != null;
    }

    /** Runs the captured work and waits for it. */
    public void replay() {
        if (work == null) {
            throw new IllegalStateException("nothing was captured that could be replayed");
        }
        if (graph == null) {
            work.run();
        } else {
            session.stream().launch(graph);
        }
        session.stream().synchronize();
    }

    /** Milliseconds of one piece by the device's own clock. */
    public double millis(Runnable piece) {
        try (CudaEvent start = CudaEvent.open(session.context());
                CudaEvent end = CudaEvent.open(session.context())) {
            start.record(session.stream());
            piece.run();
            end.record(session.stream());
            end.synchronize();
            return 1e-6 * end.nanosSince(start);
        }
    }

    /**
     * Copies values to the device, repeated until so many are there; the array may change afterwards.
     *
     * @param offset bytes from the start of the block
     * @param count floats
     */
    public void load(float[] values, long offset, long count) {
        for (long done = 0; done < count; done += values.length) {
            int part = (int) Math.min(values.length, count - done);
            session.upload(values, part, block, offset / Float.BYTES + done);
        }
    }

    /** Waits for the work queued so far and copies floats from so many bytes behind the start of the block. */
    public float[] read(long offset, int count) {
        float[] values = new float[count];
        session.download(block, offset / Float.BYTES, values, 0, count);
        return values;
    }

    /** Bytes of device memory that this session's owners hold now, these layers among them. */
    public long deviceBytes() {
        return session.context().account().liveBytes();
    }

    /** Bytes that the device has free now. */
    public long freeBytes() {
        return session.context().freeBytes();
    }

    @Override
    public void close() {
        List<AutoCloseable> newestFirst = new ArrayList<>(owned);
        Collections.reverse(newestFirst);
        owned.clear();
        Closing.all(newestFirst);
    }
}
