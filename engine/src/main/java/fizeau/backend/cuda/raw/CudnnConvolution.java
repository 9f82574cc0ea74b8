// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.backend.Closing;
import fizeau.backend.Precision;
import fizeau.kernels.DeviceAddress;
import java.util.ArrayList;
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

    /**
     * A plain convolution (a correlation, as neural networks have it) of square maps.
     *
     * @param channels of the image
     * @param edge of the image
     * @param filters channels of the response
     * @param kernel edge of the filter, which lies as {@code [filters][channels][kernel][kernel]}
     */
    public record Geometry(int channels, int edge, int filters, int kernel, int stride, int padding) {

        public Geometry {
            if (channels < 1 || filters < 1 || kernel < 1 || stride < 1 || padding < 0 || edge + 2 * padding < kernel) {
                throw new IllegalArgumentException("convolution of " + channels + " to " + filters + " channels, "
                        + edge
                        + " x " + edge + " pixels, kernel " + kernel + ", stride " + stride + ", padding " + padding
                        + ": no number may be below 1, and the kernel has to fit");
            }
        }

        public int responseEdge() {
            return (edge + 2 * padding - kernel) / stride + 1;
        }

        public long imageCount() {
            return (long) channels * edge * edge;
        }

        public long filterCount() {
            return (long) filters * channels * kernel * kernel;
        }

        public long responseCount() {
            return (long) filters * responseEdge() * responseEdge();
        }
    }

    private static final int SUCCESS = 0;
    private static final int NO_DILATION = 1;

    private final CudnnHandle cudnn;
    private final Geometry geometry;
    private final Precision precision;
    private final CudnnTensor image;
    private final CudnnTensor response;
    private final cudnnFilterDescriptor filter = new cudnnFilterDescriptor();
    private final cudnnConvolutionDescriptor descriptor = new cudnnConvolutionDescriptor();
    private boolean filterMade;
    private boolean descriptorMade;

    private CudnnConvolution(CudnnHandle cudnn, Geometry geometry, Precision precision) {
        super(cudnn.context());
        this.cudnn = cudnn;
        this.geometry = geometry;
        this.precision = precision;
        CudnnTensor first = null;
        try {
            first = CudnnTensor.open(cudnn, geometry.channels(), geometry.edge(), dataType());
            this.response = CudnnTensor.open(cudnn, geometry.filters(), geometry.responseEdge(), dataType());
        } catch (RuntimeException failure) {
            context().forget(this);
            throw first == null ? failure : Closing.afterFailure(failure, first);
        }
        this.image = first;
    }

    /** @param tf32 whether products may be rounded to 10 bits of mantissa; otherwise they are single precision's own */
    public static CudnnConvolution open(CudnnHandle cudnn, Geometry geometry, boolean tf32) {
        return open(cudnn, geometry, tf32 ? Precision.TF32 : Precision.FP32);
    }

    /** @param precision of the three arrays, which are bfloat16 with {@link Precision#BF16} and floats otherwise, and of products */
    public static CudnnConvolution open(CudnnHandle cudnn, Geometry geometry, Precision precision) {
        CudnnConvolution convolution = new CudnnConvolution(cudnn, geometry, precision);
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
        call(
                CudnnFunction.SET_FILTER,
                () -> JCudnn.cudnnSetFilter4dDescriptor(
                        filter,
                        dataType(),
                        cudnnTensorFormat.CUDNN_TENSOR_NCHW,
                        geometry.filters(),
                        geometry.channels(),
                        geometry.kernel(),
                        geometry.kernel()));
    }

    private int dataType() {
        return precision == Precision.BF16 ? cudnnDataType.CUDNN_DATA_BFLOAT16 : cudnnDataType.CUDNN_DATA_FLOAT;
    }

    private void describeConvolution() {
        call(CudnnFunction.CREATE_CONVOLUTION, () -> JCudnn.cudnnCreateConvolutionDescriptor(descriptor));
        descriptorMade = true;
        call(
                CudnnFunction.SET_CONVOLUTION,
                () -> JCudnn.cudnnSetConvolution2dDescriptor(
                        descriptor,
                        geometry.padding(),
                        geometry.padding(),
                        geometry.stride(),
                        geometry.stride(),
                        NO_DILATION,
                        NO_DILATION,
                        cudnnConvolutionMode.CUDNN_CROSS_CORRELATION,
                        cudnnDataType.CUDNN_DATA_FLOAT));
        // The default lets floats be rounded for the tensor cores.
        call(
                CudnnFunction.SET_MATH,
                () -> JCudnn.cudnnSetConvolutionMathType(
                        descriptor,
                        precision == Precision.FP32 ? cudnnMathType.CUDNN_FMA_MATH : cudnnMathType.CUDNN_DEFAULT_MATH));
    }

    public Precision precision() {
        return precision;
    }

    public Geometry geometry() {
        return geometry;
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

    @Override
    String describe() {
        return "a convolution of " + geometry.channels() + " x " + geometry.edge() + " x " + geometry.edge() + " to "
                + geometry.filters() + " x " + geometry.responseEdge() + " x " + geometry.responseEdge();
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
