// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.backend.Closing;
import java.util.Arrays;
import java.util.function.ToIntFunction;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnDataType;
import jcuda.jcudnn.cudnnTensorDescriptor;
import jcuda.jcudnn.cudnnTensorFormat;

/** The shape of maps as cuDNN has it. Owns its descriptor. */
final class CudnnTensor extends CudaResource {

    private final CudnnHandle cudnn;
    private final cudnnTensorDescriptor descriptor = new cudnnTensorDescriptor();
    private final String words;

    private CudnnTensor(CudaContext context, CudnnHandle cudnn, String words) {
        super(context);
        this.cudnn = cudnn;
        this.words = words;
    }

    /** {@code float[channels][edge][edge]}. */
    static CudnnTensor open(CudnnHandle cudnn, int channels, int edge) {
        return open(cudnn, 1, channels, edge, cudnnDataType.CUDNN_DATA_FLOAT);
    }

    /**
     * {@code [batch][channels][edge][edge]}.
     *
     * @param type one of cuDNN's numbers of data types
     */
    static CudnnTensor open(CudnnHandle cudnn, int batch, int channels, int edge, int type) {
        return open(
                cudnn,
                "maps of " + (batch == 1 ? "" : batch + " x ") + channels + " x " + edge + " x " + edge,
                CudnnFunction.SET_TENSOR,
                descriptor -> JCudnn.cudnnSetTensor4dDescriptor(
                        descriptor, cudnnTensorFormat.CUDNN_TENSOR_NCHW, type, batch, channels, edge, edge));
    }

    /**
     * {@code [samples][channels][nz][ny][nx]}.
     *
     * @param type one of cuDNN's numbers of data types
     * @param extents five
     */
    static CudnnTensor ofVolumes(CudnnHandle cudnn, int type, int... extents) {
        int[] strides = new int[extents.length];
        int stride = 1;
        for (int axis = extents.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride = Math.multiplyExact(stride, extents[axis]);
        }
        return open(
                cudnn,
                "volumes of " + Arrays.toString(extents),
                CudnnFunction.SET_TENSOR_ND,
                descriptor -> JCudnn.cudnnSetTensorNdDescriptor(descriptor, type, extents.length, extents, strides));
    }

    private static CudnnTensor open(
            CudnnHandle cudnn, String words, CudnnFunction function, ToIntFunction<cudnnTensorDescriptor> set) {
        CudaContext context = cudnn.context();
        CudnnTensor tensor = new CudnnTensor(context, cudnn, words);
        try {
            cudnn.call(
                    CudnnFunction.CREATE_TENSOR,
                    () -> JCudnn.cudnnCreateTensorDescriptor(tensor.descriptor),
                    tensor.describe());
        } catch (RuntimeException failure) {
            context.forget(tensor);
            throw failure;
        }
        try {
            cudnn.call(function, () -> set.applyAsInt(tensor.descriptor), tensor.describe());
            return tensor;
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, tensor);
        }
    }

    cudnnTensorDescriptor descriptor() {
        requireOpen();
        return descriptor;
    }

    @Override
    String describe() {
        return words;
    }

    @Override
    void release() {
        cudnn.call(CudnnFunction.DESTROY_TENSOR, () -> JCudnn.cudnnDestroyTensorDescriptor(descriptor), describe());
    }
}
