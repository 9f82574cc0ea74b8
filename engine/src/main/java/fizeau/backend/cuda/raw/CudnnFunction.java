// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import java.util.Arrays;
import java.util.List;

/**
 * Every function of cuDNN that is called here, by its symbol. All belong to the part of its interface that releases 8 and 9
 * have in common, which release 9 calls deprecated.
 */
enum CudnnFunction {
    GET_VERSION("cudnnGetVersion"),
    GET_ERROR_STRING("cudnnGetErrorString"),
    CREATE("cudnnCreate"),
    SET_STREAM("cudnnSetStream"),
    DESTROY("cudnnDestroy"),
    CREATE_TENSOR("cudnnCreateTensorDescriptor"),
    SET_TENSOR("cudnnSetTensor4dDescriptor"),
    SET_TENSOR_ND("cudnnSetTensorNdDescriptor"),
    DESTROY_TENSOR("cudnnDestroyTensorDescriptor"),
    CREATE_FILTER("cudnnCreateFilterDescriptor"),
    SET_FILTER("cudnnSetFilter4dDescriptor"),
    SET_FILTER_ND("cudnnSetFilterNdDescriptor"),
    DESTROY_FILTER("cudnnDestroyFilterDescriptor"),
    CREATE_CONVOLUTION("cudnnCreateConvolutionDescriptor"),
    SET_CONVOLUTION("cudnnSetConvolution2dDescriptor"),
    SET_CONVOLUTION_ND("cudnnSetConvolutionNdDescriptor"),
    SET_MATH("cudnnSetConvolutionMathType"),
    DESTROY_CONVOLUTION("cudnnDestroyConvolutionDescriptor"),
    FORWARD_WORKSPACE("cudnnGetConvolutionForwardWorkspaceSize"),
    BACKWARD_DATA_WORKSPACE("cudnnGetConvolutionBackwardDataWorkspaceSize"),
    BACKWARD_FILTER_WORKSPACE("cudnnGetConvolutionBackwardFilterWorkspaceSize"),
    FORWARD("cudnnConvolutionForward"),
    CREATE_ACTIVATION("cudnnCreateActivationDescriptor"),
    SET_ACTIVATION("cudnnSetActivationDescriptor"),
    DESTROY_ACTIVATION("cudnnDestroyActivationDescriptor"),
    FORWARD_FUSED("cudnnConvolutionBiasActivationForward"),
    BACKWARD_DATA("cudnnConvolutionBackwardData"),
    BACKWARD_FILTER("cudnnConvolutionBackwardFilter"),
    BACKWARD_BIAS("cudnnConvolutionBackwardBias"),
    NORMALISE("cudnnBatchNormalizationForwardTraining"),
    NORMALISE_BACKWARD("cudnnBatchNormalizationBackward");

    private final String symbol;

    CudnnFunction(String symbol) {
        this.symbol = symbol;
    }

    String symbol() {
        return symbol;
    }

    static List<String> symbols() {
        return Arrays.stream(values()).map(CudnnFunction::symbol).toList();
    }
}
