// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.backend.Closing;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnDataType;
import jcuda.jcudnn.cudnnTensorDescriptor;
import jcuda.jcudnn.cudnnTensorFormat;

/** The shape of maps {@code float[batch][channels][edge][edge]} as cuDNN has it. Owns its descriptor. */
final class CudnnTensor extends CudaResource {

    private final CudnnHandle cudnn;
    private final cudnnTensorDescriptor descriptor = new cudnnTensorDescriptor();
    private final int batch;
    private final int channels;
    private final int edge;

    private CudnnTensor(CudaContext context, CudnnHandle cudnn, int batch, int channels, int edge) {
        super(context);
        this.cudnn = cudnn;
        this.batch = batch;
        this.channels = channels;
        this.edge = edge;
    }

    static CudnnTensor open(CudnnHandle cudnn, int channels, int edge) {
        return open(cudnn, 1, channels, edge);
    }

    static CudnnTensor open(CudnnHandle cudnn, int batch, int channels, int edge) {
        CudaContext context = cudnn.context();
        CudnnTensor tensor = new CudnnTensor(context, cudnn, batch, channels, edge);
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
                            tensor.descriptor,
                            cudnnTensorFormat.CUDNN_TENSOR_NCHW,
                            cudnnDataType.CUDNN_DATA_FLOAT,
                            batch,
                            channels,
                            edge,
                            edge),
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
        return "maps of " + (batch == 1 ? "" : batch + " x ") + channels + " x " + edge + " x " + edge;
    }

    @Override
    void release() {
        cudnn.call(CudnnFunction.DESTROY_TENSOR, () -> JCudnn.cudnnDestroyTensorDescriptor(descriptor), describe());
    }
}
