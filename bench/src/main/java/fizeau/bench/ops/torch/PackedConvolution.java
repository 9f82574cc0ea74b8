// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import fizeau.bench.ops.OperatorShape.Convolution;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;

/** A 3 x 3 convolution whose weights were laid out once for a library. Owns the packed weights. */
final class PackedConvolution implements AutoCloseable {
    private final OperatorHandle run;
    private final IValue packed;

    private PackedConvolution(String run, IValue packed) {
        this.run = Dispatch.find(run).retainReference();
        this.packed = packed;
    }

    /** oneDNN's blocked layout for one input size; optionally with a rectifier fused. */
    static PackedConvolution onednn(Tensor weight, Tensor bias, Convolution s, boolean rectify) {
        IValue ones = Dispatch.integers(1, 1);
        IValue sizes = Dispatch.integers(s.batch(), s.in(), s.ny(), s.nx());
        return new PackedConvolution(
                "mkldnn_prepacked::conv2d_run",
                Dispatch.call(
                        "mkldnn_prepacked::conv2d_prepack",
                        new IValue(weight),
                        new IValue(bias),
                        ones,
                        ones,
                        ones,
                        new IValue(1L),
                        sizes,
                        new IValue(rectify ? "relu" : "none")));
    }

    /** XNNPACK's layout; it computes channels last and converts. */
    static PackedConvolution xnnpack(Tensor weight, Tensor bias) {
        IValue ones = Dispatch.integers(1, 1);
        return new PackedConvolution(
                "prepacked::conv2d_clamp_run",
                Dispatch.call(
                        "prepacked::conv2d_clamp_prepack",
                        new IValue(weight),
                        new IValue(bias),
                        ones,
                        ones,
                        ones,
                        new IValue(1L),
                        new IValue(),
                        new IValue()));
    }

    /** The result belongs to the current pointer scope. */
    Tensor apply(Tensor x) {
        return Dispatch.tensor(run, new IValue(x), packed);
    }

    @Override
    public void close() {
        packed.close();
    }
}
