// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.backend.Closing;
import fizeau.backend.Precision;
import fizeau.kernels.DeviceAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntSupplier;
import jcuda.Pointer;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnConvolutionMode;
import jcuda.jcudnn.cudnnDataType;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnMathType;
import jcuda.jcudnn.cudnnTensorFormat;

/**
 * One convolution by cuDNN: an image and a filter give a response, and each of the three comes from the other two. A
 * transposed convolution is {@link Pass#BACKWARD_DATA} of the convolution that it transposes. Owns its descriptors, borrows the
 * handle; workspaces are the caller's.
 */
public final class CudnnConvolution extends CudaResource {

    /** What is computed, with the algorithms that repeat bit for bit; the numbers are cuDNN's. */
    public enum Pass {
        /** The response. */
        FORWARD(CudnnFunction.FORWARD, CudnnFunction.FORWARD_WORKSPACE, List.of(1, 0, 2, 6, 7, 5, 4)),
        /** The gradient of the image; number 0 adds up in no fixed order. */
        BACKWARD_DATA(CudnnFunction.BACKWARD_DATA, CudnnFunction.BACKWARD_DATA_WORKSPACE, List.of(1, 4, 5, 3, 2)),
        /** The gradient of the filter; numbers 0 and 3 add up in no fixed order. */
        BACKWARD_FILTER(CudnnFunction.BACKWARD_FILTER, CudnnFunction.BACKWARD_FILTER_WORKSPACE, List.of(1, 5, 6, 2));

        private final CudnnFunction function;
        private final CudnnFunction workspaceFunction;
        private final List<Integer> algorithms;

        Pass(CudnnFunction function, CudnnFunction workspaceFunction, List<Integer> algorithms) {
            this.function = function;
            this.workspaceFunction = workspaceFunction;
            this.algorithms = algorithms;
        }

        /** Those worth a try, the first the one that nearly every layer has. */
        public List<Integer> algorithms() {
            return algorithms;
        }
    }

    /** What is convolved: plain convolutions (correlations, as neural networks have them). */
    public sealed interface Shape permits Geometry, Volumes {

        /** Values of the image. */
        long imageCount();

        long filterCount();

        long responseCount();
    }

    /**
     * Of square maps.
     *
     * @param batch images at once
     * @param channels of the image
     * @param edge of the image
     * @param filters channels of the response
     * @param kernel edge of the filter, which lies as {@code [filters][channels][kernel][kernel]}
     */
    public record Geometry(int batch, int channels, int edge, int filters, int kernel, int stride, int padding)
            implements Shape {

        public Geometry {
            if (batch < 1) {
                throw new IllegalArgumentException("convolution of " + batch + " images: there must be at least 1");
            }
            if (channels < 1 || filters < 1 || kernel < 1 || stride < 1 || padding < 0 || edge + 2 * padding < kernel) {
                throw new IllegalArgumentException("convolution of " + channels + " to " + filters + " channels, "
                        + edge
                        + " x " + edge + " pixels, kernel " + kernel + ", stride " + stride + ", padding " + padding
                        + ": no number may be below 1, and the kernel has to fit");
            }
        }

        /** Of one image. */
        public Geometry(int channels, int edge, int filters, int kernel, int stride, int padding) {
            this(1, channels, edge, filters, kernel, stride, padding);
        }

        public int responseEdge() {
            return (edge + 2 * padding - kernel) / stride + 1;
        }

        @Override
        public long imageCount() {
            return (long) batch * channels * edge * edge;
        }

        @Override
        public long filterCount() {
            return (long) filters * channels * kernel * kernel;
        }

        @Override
        public long responseCount() {
            return (long) batch * filters * responseEdge() * responseEdge();
        }
    }

    /**
     * Of volumes, several samples together.
     *
     * @param channels of the image
     * @param filters channels of the response
     * @param kernel edge of the filter, which lies as {@code [filters][channels][kernel][kernel][kernel]}
     */
    public record Volumes(
            int samples, int channels, int nz, int ny, int nx, int filters, int kernel, int stride, int padding)
            implements Shape {

        public Volumes {
            int least = Math.min(nz, Math.min(ny, nx));
            if (samples < 1
                    || channels < 1
                    || filters < 1
                    || kernel < 1
                    || stride < 1
                    || padding < 0
                    || least < 1
                    || least + 2 * padding < kernel) {
                throw new IllegalArgumentException("convolution of " + samples + " samples, " + channels + " to "
                        + filters + " channels, " + nz + " x " + ny + " x " + nx + " voxels, kernel " + kernel
                        + ", stride " + stride + ", padding " + padding
                        + ": no number may be below 1, and the kernel has to fit");
            }
            double most = Math.max((double) channels, filters) * samples * nz * ny * nx;
            if (most > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(samples + " samples of " + Math.max(channels, filters) + " maps of "
                        + nz + " x " + ny + " x " + nx + " voxels are more than cuDNN takes in one array, "
                        + Integer.MAX_VALUE + " values: use smaller batches or patches");
            }
        }

        /** Extent of the response where that of the image is this. */
        int responseExtent(int extent) {
            return (extent + 2 * padding - kernel) / stride + 1;
        }

        @Override
        public long imageCount() {
            return (long) samples * channels * nz * ny * nx;
        }

        @Override
        public long filterCount() {
            return (long) filters * channels * kernel * kernel * kernel;
        }

        @Override
        public long responseCount() {
            return (long) samples * filters * responseExtent(nz) * responseExtent(ny) * responseExtent(nx);
        }
    }

    private static final int SUCCESS = 0;
    private static final int NO_DILATION = 1;
    private static final int AXES = 3; // of volumes

    private final CudnnHandle cudnn;
    private final Shape shape;
    private final Precision precision;
    private final CudnnTensor image;
    private final CudnnTensor response;
    private final cudnnFilterDescriptor filter = new cudnnFilterDescriptor();
    private final cudnnConvolutionDescriptor descriptor = new cudnnConvolutionDescriptor();
    private boolean filterMade;
    private boolean descriptorMade;

    private CudnnConvolution(CudnnHandle cudnn, Shape shape, Precision precision) {
        super(cudnn.context());
        this.cudnn = cudnn;
        this.shape = shape;
        this.precision = precision;
        CudnnTensor first = null;
        try {
            first = imageOf(cudnn, shape, dataType());
            this.response = responseOf(cudnn, shape, dataType());
        } catch (RuntimeException failure) {
            context().forget(this);
            throw first == null ? failure : Closing.afterFailure(failure, first);
        }
        this.image = first;
    }

    private static CudnnTensor imageOf(CudnnHandle cudnn, Shape shape, int type) {
        if (shape instanceof Volumes of) {
            return CudnnTensor.ofVolumes(cudnn, type, of.samples(), of.channels(), of.nz(), of.ny(), of.nx());
        }
        Geometry of = (Geometry) shape;
        return CudnnTensor.open(cudnn, of.batch(), of.channels(), of.edge(), type);
    }

    private static CudnnTensor responseOf(CudnnHandle cudnn, Shape shape, int type) {
        if (shape instanceof Volumes of) {
            return CudnnTensor.ofVolumes(
                    cudnn,
                    type,
                    of.samples(),
                    of.filters(),
                    of.responseExtent(of.nz()),
                    of.responseExtent(of.ny()),
                    of.responseExtent(of.nx()));
        }
        Geometry of = (Geometry) shape;
        return CudnnTensor.open(cudnn, of.batch(), of.filters(), of.responseEdge(), type);
    }

    /** @param tf32 whether products may be rounded to 10 bits of mantissa; otherwise they are single precision's own */
    public static CudnnConvolution open(CudnnHandle cudnn, Shape shape, boolean tf32) {
        return open(cudnn, shape, tf32 ? Precision.TF32 : Precision.FP32);
    }

    /** @param precision of the three arrays, which are bfloat16 with {@link Precision#BF16} and floats otherwise, and of products */
    public static CudnnConvolution open(CudnnHandle cudnn, Shape shape, Precision precision) {
        CudnnConvolution convolution = new CudnnConvolution(cudnn, shape, precision);
        try {
            convolution.describeFilter();
            convolution.describeConvolution();
            return convolution;
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, convolution);
        }
    }

    private void describeFilter() {
        call(CudnnFunction.CREATE_FILTER, () -> JCudnn.cudnnCreateFilterDescriptor(filter));
        filterMade = true;
        if (shape instanceof Volumes of) {
            int[] extents = {of.filters(), of.channels(), of.kernel(), of.kernel(), of.kernel()};
            call(
                    CudnnFunction.SET_FILTER_ND,
                    () -> JCudnn.cudnnSetFilterNdDescriptor(
                            filter, dataType(), cudnnTensorFormat.CUDNN_TENSOR_NCHW, extents.length, extents));
            return;
        }
        Geometry of = (Geometry) shape;
        call(
                CudnnFunction.SET_FILTER,
                () -> JCudnn.cudnnSetFilter4dDescriptor(
                        filter,
                        dataType(),
                        cudnnTensorFormat.CUDNN_TENSOR_NCHW,
                        of.filters(),
                        of.channels(),
                        of.kernel(),
                        of.kernel()));
    }

    private int dataType() {
        return precision == Precision.BF16 ? cudnnDataType.CUDNN_DATA_BFLOAT16 : cudnnDataType.CUDNN_DATA_FLOAT;
    }

    private void describeConvolution() {
        call(CudnnFunction.CREATE_CONVOLUTION, () -> JCudnn.cudnnCreateConvolutionDescriptor(descriptor));
        descriptorMade = true;
        if (shape instanceof Volumes of) {
            call(
                    CudnnFunction.SET_CONVOLUTION_ND,
                    () -> JCudnn.cudnnSetConvolutionNdDescriptor(
                            descriptor,
                            AXES,
                            everyAxis(of.padding()),
                            everyAxis(of.stride()),
                            everyAxis(NO_DILATION),
                            cudnnConvolutionMode.CUDNN_CROSS_CORRELATION,
                            cudnnDataType.CUDNN_DATA_FLOAT));
        } else {
            Geometry of = (Geometry) shape;
            call(
                    CudnnFunction.SET_CONVOLUTION,
                    () -> JCudnn.cudnnSetConvolution2dDescriptor(
                            descriptor,
                            of.padding(),
                            of.padding(),
                            of.stride(),
                            of.stride(),
                            NO_DILATION,
                            NO_DILATION,
                            cudnnConvolutionMode.CUDNN_CROSS_CORRELATION,
                            cudnnDataType.CUDNN_DATA_FLOAT));
        }
        // The default lets floats be rounded for the tensor cores.
        call(
                CudnnFunction.SET_MATH,
                () -> JCudnn.cudnnSetConvolutionMathType(
                        descriptor,
                        switch (precision) {
                            case FP32 -> cudnnMathType.CUDNN_FMA_MATH;
                            case TF32 -> cudnnMathType.CUDNN_DEFAULT_MATH;
                            case BF16 -> cudnnMathType.CUDNN_TENSOR_OP_MATH;
                        }));
    }

    public Precision precision() {
        return precision;
    }

    private static int[] everyAxis(int number) {
        int[] all = new int[AXES];
        Arrays.fill(all, number);
        return all;
    }

    public Shape shape() {
        return shape;
    }

    /** Bytes that an algorithm works in; empty where it cannot compute this. */
    public OptionalLong workspaceBytes(Pass pass, int algorithm) {
        requireOpen();
        long[] bytes = new long[1];
        int status = cudnn.answer(pass.workspaceFunction, () -> switch (pass) {
            case FORWARD ->
                JCudnn.cudnnGetConvolutionForwardWorkspaceSize(
                        cudnn.handle(),
                        image.descriptor(),
                        filter,
                        descriptor,
                        response.descriptor(),
                        algorithm,
                        bytes);
            case BACKWARD_DATA ->
                JCudnn.cudnnGetConvolutionBackwardDataWorkspaceSize(
                        cudnn.handle(),
                        filter,
                        response.descriptor(),
                        descriptor,
                        image.descriptor(),
                        algorithm,
                        bytes);
            case BACKWARD_FILTER ->
                JCudnn.cudnnGetConvolutionBackwardFilterWorkspaceSize(
                        cudnn.handle(),
                        image.descriptor(),
                        response.descriptor(),
                        descriptor,
                        filter,
                        algorithm,
                        bytes);
        });
        return status == SUCCESS ? OptionalLong.of(bytes[0]) : OptionalLong.empty();
    }

    /**
     * Queues a pass: of image, filter and response the one that it computes is overwritten.
     *
     * @param algorithm one that has a {@link #workspaceBytes}
     * @param workspace of at least so many bytes; null where they are 0
     */
    public void run(
            Pass pass,
            int algorithm,
            DeviceAddress imageAt,
            DeviceAddress filterAt,
            DeviceAddress responseAt,
            DeviceMemory workspace) {
        requireOpen();
        Pointer x = DevicePointer.of(imageAt);
        Pointer w = DevicePointer.of(filterAt);
        Pointer y = DevicePointer.of(responseAt);
        Pointer area = workspace == null ? DevicePointer.of(DeviceAddress.NULL) : workspace.handle();
        long bytes = workspace == null ? 0 : workspace.bytes();
        Pointer one = DevicePointer.ONE;
        Pointer zero = DevicePointer.ZERO;
        call(pass.function, () -> switch (pass) {
            case FORWARD ->
                JCudnn.cudnnConvolutionForward(
                        cudnn.handle(),
                        one,
                        image.descriptor(),
                        x,
                        filter,
                        w,
                        descriptor,
                        algorithm,
                        area,
                        bytes,
                        zero,
                        response.descriptor(),
                        y);
            case BACKWARD_DATA ->
                JCudnn.cudnnConvolutionBackwardData(
                        cudnn.handle(),
                        one,
                        filter,
                        w,
                        response.descriptor(),
                        y,
                        descriptor,
                        algorithm,
                        area,
                        bytes,
                        zero,
                        image.descriptor(),
                        x);
            case BACKWARD_FILTER ->
                JCudnn.cudnnConvolutionBackwardFilter(
                        cudnn.handle(),
                        one,
                        image.descriptor(),
                        x,
                        response.descriptor(),
                        y,
                        descriptor,
                        algorithm,
                        area,
                        bytes,
                        zero,
                        filter,
                        w);
        });
    }

    CudnnTensor image() {
        return image;
    }

    CudnnTensor response() {
        return response;
    }

    cudnnFilterDescriptor filter() {
        return filter;
    }

    cudnnConvolutionDescriptor descriptor() {
        return descriptor;
    }

    @Override
    String describe() {
        if (shape instanceof Volumes) {
            return "a convolution of " + shape;
        }
        Geometry of = (Geometry) shape;
        return "a convolution of " + (of.batch() == 1 ? "" : of.batch() + " x ") + of.channels() + " x " + of.edge()
                + " x " + of.edge() + " to " + of.filters() + " x " + of.responseEdge() + " x " + of.responseEdge();
    }

    private void call(CudnnFunction function, IntSupplier call) {
        cudnn.call(function, call, describe());
    }

    @Override
    void release() {
        List<AutoCloseable> all = new ArrayList<>();
        if (descriptorMade) {
            all.add(() -> call(
                    CudnnFunction.DESTROY_CONVOLUTION, () -> JCudnn.cudnnDestroyConvolutionDescriptor(descriptor)));
        }
        if (filterMade) {
            all.add(() -> call(CudnnFunction.DESTROY_FILTER, () -> JCudnn.cudnnDestroyFilterDescriptor(filter)));
        }
        all.addAll(List.of(response, image));
        Closing.all(all);
    }
}
