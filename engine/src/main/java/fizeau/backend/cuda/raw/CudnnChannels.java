// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.backend.Closing;
import fizeau.kernels.DeviceAddress;
import java.util.List;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnBatchNormMode;

/**
 * What cuDNN does to maps channel by channel: batch norm in training mode and the gradient of a bias. Owns its descriptors,
 * borrows the handle.
 */
public final class CudnnChannels extends CudaResource {

    private static final double EPSILON = 1e-5;
    private static final double MOMENTUM = 0.1;

    private final CudnnHandle cudnn;
    private final CudnnTensor maps;
    private final CudnnTensor channels;

    private CudnnChannels(CudnnHandle cudnn, CudnnTensor maps, CudnnTensor channels) {
        super(cudnn.context());
        this.cudnn = cudnn;
        this.maps = maps;
        this.channels = channels;
    }

    /** For maps of {@code channels} times {@code edge} times {@code edge}. */
    public static CudnnChannels open(CudnnHandle cudnn, int channels, int edge) {
        CudnnTensor maps = CudnnTensor.open(cudnn, channels, edge);
        try {
            return new CudnnChannels(cudnn, maps, CudnnTensor.open(cudnn, channels, 1));
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, maps);
        }
    }

    /**
     * The statistics of batch norm, {@code float[channels]} each.
     *
     * @param runningMean moved a tenth of the way to this pass's
     * @param runningVariance likewise, to the unbiased one
     * @param mean of this pass, for the way back
     * @param inverseDeviation likewise
     */
    public record Statistics(
            DeviceAddress runningMean,
            DeviceAddress runningVariance,
            DeviceAddress mean,
            DeviceAddress inverseDeviation) {}

    /** Queues {@code normalised = gamma (values - mean) / deviation + beta}; the two maps must not overlap. */
    public void normalise(
            DeviceAddress values,
            DeviceAddress normalised,
            DeviceAddress gamma,
            DeviceAddress beta,
            Statistics statistics) {
        requireOpen();
        cudnn.call(
                CudnnFunction.NORMALISE,
                () -> JCudnn.cudnnBatchNormalizationForwardTraining(
                        cudnn.handle(),
                        cudnnBatchNormMode.CUDNN_BATCHNORM_SPATIAL,
                        DevicePointer.ONE,
                        DevicePointer.ZERO,
                        maps.descriptor(),
                        DevicePointer.of(values),
                        maps.descriptor(),
                        DevicePointer.of(normalised),
                        channels.descriptor(),
                        DevicePointer.of(gamma),
                        DevicePointer.of(beta),
                        MOMENTUM,
                        DevicePointer.of(statistics.runningMean()),
                        DevicePointer.of(statistics.runningVariance()),
                        EPSILON,
                        DevicePointer.of(statistics.mean()),
                        DevicePointer.of(statistics.inverseDeviation())),
                describe());
    }

    /**
     * Queues the way back at the last {@link #normalise}.
     *
     * @param gradient with respect to what was normalised
     * @param valueGradient result, no part of the other maps
     * @param gammaGradient result, as the next
     */
    public void normaliseBackward(
            DeviceAddress values,
            DeviceAddress gradient,
            DeviceAddress valueGradient,
            DeviceAddress gamma,
            DeviceAddress gammaGradient,
            DeviceAddress betaGradient,
            Statistics statistics) {
        requireOpen();
        cudnn.call(
                CudnnFunction.NORMALISE_BACKWARD,
                () -> JCudnn.cudnnBatchNormalizationBackward(
                        cudnn.handle(),
                        cudnnBatchNormMode.CUDNN_BATCHNORM_SPATIAL,
                        DevicePointer.ONE,
                        DevicePointer.ZERO,
                        DevicePointer.ONE,
                        DevicePointer.ZERO,
                        maps.descriptor(),
                        DevicePointer.of(values),
                        maps.descriptor(),
                        DevicePointer.of(gradient),
                        maps.descriptor(),
                        DevicePointer.of(valueGradient),
                        channels.descriptor(),
                        DevicePointer.of(gamma),
                        DevicePointer.of(gammaGradient),
                        DevicePointer.of(betaGradient),
                        EPSILON,
                        DevicePointer.of(statistics.mean()),
                        DevicePointer.of(statistics.inverseDeviation())),
                describe());
    }

    /** Queues the sums of a gradient's channels. */
    public void biasGradient(DeviceAddress gradient, DeviceAddress biasGradient) {
        requireOpen();
        cudnn.call(
                CudnnFunction.BACKWARD_BIAS,
                () -> JCudnn.cudnnConvolutionBackwardBias(
                        cudnn.handle(),
                        DevicePointer.ONE,
                        maps.descriptor(),
                        DevicePointer.of(gradient),
                        DevicePointer.ZERO,
                        channels.descriptor(),
                        DevicePointer.of(biasGradient)),
                describe());
    }

    @Override
    String describe() {
        return "the channels of " + maps.describe();
    }

    @Override
    void release() {
        Closing.all(List.of(channels, maps));
    }
}
