// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.backend.Closing;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnDataType;
import jcuda.jcudnn.cudnnTensorDescriptor;
import jcuda.jcudnn.cudnnTensorFormat;

/** The shape of maps {@code [channels][edge][edge]}, floats if nothing else is said, as cuDNN has it. Owns its descriptor. */
final class CudnnTensor extends CudaResource {

    private final CudnnHandle cudnn;
    private final cudnnTensorDescriptor descriptor = new cudnnTensorDescriptor();
    private final int channels;
    private final int edge;

    private CudnnTensor(CudaContext context, CudnnHandle cudnn, int channels, int edge) {
        super(context);
        this.cudnn = cudnn;
        this.channels = channels;
        this.edge = edge;
    }

    static CudnnTensor open(CudnnHandle cudnn, int channels, int edge) {
        return open(cudnn, channels, edge, cudnnDataType.CUDNN_DATA_FLOAT);
    }

    /** @param type one of cuDNN's numbers of data types */
    static CudnnTensor open(CudnnHandle cudnn, int channels, int edge, int type) {
        CudaContext context = cudnn.context();
        CudnnTensor tensor = new CudnnTensor(context, cudnn, channels, edge);
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
            cudnn.call(
                    CudnnFunction.SET_TENSOR,
                    () -> JCudnn.cudnnSetTensor4dDescriptor(
                            tensor.descriptor, cudnnTensorFormat.CUDNN_TENSOR_NCHW, type, 1, channels, edge, edge),
                    tensor.describe());
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
        return "maps of " + channels + " x " + edge + " x " + edge;
    }

    @Override
    void release() {
        cudnn.call(CudnnFunction.DESTROY_TENSOR, () -> JCudnn.cudnnDestroyTensorDescriptor(descriptor), describe());
    }
}
