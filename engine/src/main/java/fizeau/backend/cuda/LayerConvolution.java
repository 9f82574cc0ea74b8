// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.cuda.ConvolutionChoices.Choice;
import fizeau.backend.cuda.raw.CudnnFusedConvolution;
import fizeau.kernels.DeviceAddress;

/** A convolution of {@link DeviceLayers} with its weights and its algorithm. Owned by those. */
public final class LayerConvolution {

    private final CudnnFusedConvolution convolution;
    private final Choice choice;
    private final DeviceAddress filter;
    private final DeviceAddress bias;

    LayerConvolution(CudnnFusedConvolution convolution, Choice choice, DeviceAddress filter, DeviceAddress bias) {
        this.convolution = convolution;
        this.choice = choice;
        this.filter = filter;
        this.bias = bias;
    }

    /** The number that cuDNN has for its algorithm. */
    public int algorithm() {
        return choice.algorithm();
    }

    long workspaceBytes() {
        return choice.workspaceBytes();
    }

    CudnnFusedConvolution convolution() {
        return convolution;
    }

    DeviceAddress filter() {
        return filter;
    }

    DeviceAddress bias() {
        return bias;
    }
}
