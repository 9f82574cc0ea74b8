// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.backend.Closing;
import fizeau.backend.Precision;
import fizeau.kernels.DeviceAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import jcuda.Pointer;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnActivationDescriptor;
import jcuda.jcudnn.cudnnActivationMode;
import jcuda.jcudnn.cudnnNanPropagation;

/**
 * A convolution by cuDNN with what follows it in one call: {@code activation(convolution + residual + bias)}. Owns its
 * descriptors, borrows the handle; workspaces are the caller's.
 */
public final class CudnnFusedConvolution extends CudaResource {

    /** The only one that cuDNN can go without an activation with; its name is IMPLICIT_PRECOMP_GEMM. */
    private static final int WITHOUT_ACTIVATION = 1;

    /**
     * What follows.
     *
     * @param residual whether maps of the response's shape are added
     * @param rectified whether a ReLU comes last
     */
    public record Epilogue(boolean residual, boolean rectified) {}

    private final CudnnHandle cudnn;
    private final Epilogue epilogue;
    private final CudnnConvolution.Geometry geometry;
    private final CudnnConvolution convolution;
    private final cudnnActivationDescriptor activation = new cudnnActivationDescriptor();
    private CudnnTensor channels;
    private boolean activationMade;

    private CudnnFusedConvolution(
            CudnnHandle cudnn, CudnnConvolution.Geometry geometry, CudnnConvolution convolution, Epilogue epilogue) {
        super(cudnn.context());
        this.geometry = geometry;
        this.cudnn = cudnn;
        this.convolution = convolution;
        this.epilogue = epilogue;
    }

    /** @param tf32 whether products may be rounded to 10 bits of mantissa; otherwise they are single precision's own */
    public static CudnnFusedConvolution open(
            CudnnHandle cudnn, CudnnConvolution.Geometry geometry, Epilogue epilogue, boolean tf32) {
        CudnnConvolution convolution = CudnnConvolution.open(cudnn, geometry, tf32);
        CudnnFusedConvolution fused = new CudnnFusedConvolution(cudnn, geometry, convolution, epilogue);
        try {
            fused.describeEpilogue();
            return fused;
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, fused);
        }
    }

    private void describeEpilogue() {
        channels = CudnnTensor.open(cudnn, geometry.filters(), 1);
        cudnn.call(
                CudnnFunction.CREATE_ACTIVATION, () -> JCudnn.cudnnCreateActivationDescriptor(activation), describe());
        activationMade = true;
        cudnn.call(
                CudnnFunction.SET_ACTIVATION,
                () -> JCudnn.cudnnSetActivationDescriptor(
                        activation,
                        epilogue.rectified()
                                ? cudnnActivationMode.CUDNN_ACTIVATION_RELU
                                : cudnnActivationMode.CUDNN_ACTIVATION_IDENTITY,
                        cudnnNanPropagation.CUDNN_NOT_PROPAGATE_NAN, // the fused call takes no other
                        0),
                describe());
    }

    public CudnnConvolution.Geometry geometry() {
        return geometry;
    }

    public Precision precision() {
        return convolution.precision();
    }

    public Epilogue epilogue() {
        return epilogue;
    }

    /** Algorithms worth a try, as {@link CudnnConvolution.Pass} has them. */
    public List<Integer> algorithms() {
        return epilogue.rectified() ? CudnnConvolution.Pass.FORWARD.algorithms() : List.of(WITHOUT_ACTIVATION);
    }

    /** Bytes that an algorithm works in; empty where it cannot compute this. */
    public OptionalLong workspaceBytes(int algorithm) {
        return convolution.workspaceBytes(CudnnConvolution.Pass.FORWARD, algorithm);
    }

    /**
     * Queues it; the response overlaps nothing else.
     *
     * @param bias {@code float[filters]}
     * @param residual maps of the response's shape; not looked at without one
     * @param workspace of at least {@link #workspaceBytes}; null where they are 0
     */
    public void run(
            int algorithm,
            DeviceAddress image,
            DeviceAddress filter,
            DeviceAddress bias,
            DeviceAddress residual,
            DeviceAddress response,
            DeviceMemory workspace) {
        requireOpen();
        Pointer area = workspace == null ? DevicePointer.of(DeviceAddress.NULL) : workspace.handle();
        long bytes = workspace == null ? 0 : workspace.bytes();
        // without a residual the response stands in for it, with the factor 0
        DeviceAddress beside = epilogue.residual() ? residual : response;
        cudnn.call(
                CudnnFunction.FORWARD_FUSED,
                () -> JCudnn.cudnnConvolutionBiasActivationForward(
                        cudnn.handle(),
                        DevicePointer.ONE,
                        convolution.image().descriptor(),
                        DevicePointer.of(image),
                        convolution.filter(),
                        DevicePointer.of(filter),
                        convolution.descriptor(),
                        algorithm,
                        area,
                        bytes,
                        epilogue.residual() ? DevicePointer.ONE : DevicePointer.ZERO,
                        convolution.response().descriptor(),
                        DevicePointer.of(beside),
                        channels.descriptor(),
                        DevicePointer.of(bias),
                        activation,
                        convolution.response().descriptor(),
                        DevicePointer.of(response)),
                describe());
    }

    @Override
    String describe() {
        return convolution.describe() + " with what follows it";
    }

    @Override
    void release() {
        List<AutoCloseable> all = new ArrayList<>();
        if (activationMade) {
            all.add(() -> cudnn.call(
                    CudnnFunction.DESTROY_ACTIVATION,
                    () -> JCudnn.cudnnDestroyActivationDescriptor(activation),
                    describe()));
        }
        if (channels != null) {
            all.add(channels);
        }
        all.add(convolution);
        Closing.all(all);
    }
}
