// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import fizeau.bench.ops.OperatorShape.Convolution;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch's operators for Python's compiler: oneDNN with weights laid out once and what follows fused into it. Convolutions
 * compute channels last. Owns the packed weights.
 */
final class PointwiseKernels implements AutoCloseable {
    private final List<IValue> owned = new ArrayList<>(); // before those that are kept in it
    private final IValue ones = kept(Dispatch.integers(1, 1));
    private final IValue noNumbers = kept(Dispatch.noNumbers());
    private final IValue nothing = kept(new IValue().retainReference());
    private final IValue noWord = kept(new IValue("").retainReference());

    /**
     * x w' + b with a weight (out x in).
     *
     * @param bias may be null
     */
    UnaryOperator<Tensor> linear(Tensor weight, Tensor bias, long batch) {
        IValue packed = kept(Dispatch.call("mkldnn::_reorder_linear_weight", new IValue(weight), new IValue(batch)));
        IValue shift = bias == null ? nothing : kept(new IValue(bias).retainReference());
        IValue plain = kept(new IValue("none").retainReference());
        OperatorHandle run = Dispatch.find("mkldnn::_linear_pointwise").retainReference();
        return x -> Dispatch.tensor(run, new IValue(x), packed, shift, plain, noNumbers, noWord);
    }

    /** A 3 x 3 convolution; its argument should be channels last, and its result is. */
    UnaryOperator<Tensor> convolution(Tensor weight, Tensor bias, Convolution s, boolean rectify) {
        IValue packed = packed(weight, s);
        IValue shift = kept(new IValue(bias).retainReference());
        IValue after = kept(new IValue(rectify ? "relu" : "none").retainReference());
        OperatorHandle run = Dispatch.find("mkldnn::_convolution_pointwise").retainReference();
        return x -> Dispatch.tensor(
                run, new IValue(x), packed, shift, ones, ones, ones, new IValue(1L), after, noNumbers, noWord);
    }

    /** The same, to which another tensor is added before the rectifier. */
    interface Adding {
        Tensor apply(Tensor x, Tensor added);
    }

    /** A 3 x 3 convolution, addition and rectifier in one. */
    Adding convolutionAndSum(Tensor weight, Tensor bias, Convolution s) {
        IValue packed = packed(weight, s);
        IValue shift = kept(new IValue(bias).retainReference());
        IValue add = kept(new IValue("add").retainReference());
        IValue relu = kept(new IValue("relu").retainReference());
        OperatorHandle run =
                Dispatch.find("mkldnn::_convolution_pointwise", "binary").retainReference();
        return (x, added) -> Dispatch.tensor(
                run,
                new IValue(x),
                new IValue(added),
                packed,
                shift,
                ones,
                ones,
                ones,
                new IValue(1L),
                add,
                nothing,
                relu,
                noNumbers,
                noWord);
    }

    @Override
    public void close() {
        owned.forEach(IValue::close);
        owned.clear();
    }

    /** A copy with channels last, or {@code x} itself when it is so already. */
    static Tensor channelsLast(Tensor x) {
        return x.contiguous(torch.MemoryFormat.ChannelsLast);
    }

    private IValue packed(Tensor weight, Convolution s) {
        IValue sizes = kept(Dispatch.integers(s.batch(), s.in(), s.ny(), s.nx()));
        return kept(Dispatch.call(
                "mkldnn::_reorder_convolution_weight", new IValue(weight), ones, ones, ones, new IValue(1L), sizes));
    }

    private IValue kept(IValue value) {
        owned.add(value);
        return value;
    }
}
