// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.onednn;

import fizeau.bench.onednn.OneDnn;
import fizeau.unet.UnetLayout.Convolution;
import java.util.function.Supplier;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.deconvolution_backward_data;
import org.bytedeco.dnnl.deconvolution_backward_weights;
import org.bytedeco.dnnl.deconvolution_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.format_tag;
import org.bytedeco.dnnl.primitive;

/**
 * A convolution of one sample: its three passes and how they want the weights. Belongs to the thread that made it and to the
 * caller's pointer scope.
 *
 * @param backward gradient by the input; null where nobody wants it, as {@code backwardWeights}
 * @param gradient by the weights, and by the bias where there is one
 * @param plainWeights {@code [out, in, kz, ky, kx]} as a checkpoint has them
 * @param bias null where there is none
 */
record ConvolutionPlan(
        primitive forward,
        memory.desc forwardWeights,
        primitive backward,
        memory.desc backwardWeights,
        primitive gradient,
        memory.desc gradientWeights,
        memory.desc plainWeights,
        memory.desc bias) {
    private static final memory.data_type FLOAT = memory.data_type.f32;
    private static final dnnl.prop_kind TRAINING = dnnl.prop_kind.forward_training;
    private static final dnnl.algorithm DIRECT = dnnl.algorithm.convolution_direct;
    private static final dnnl.algorithm TRANSPOSED = dnnl.algorithm.deconvolution_direct;

    static ConvolutionPlan of(OneDnn dnn, Convolution one, ActivationLayout layout, boolean biased) {
        Supplier<ConvolutionPlan> plan = () ->
                one.transposed() ? transposed(dnn.engine(), one, layout) : plain(dnn.engine(), one, layout, biased);
        return OneDnn.orSay("convolution " + one.name(), plan);
    }

    private static ConvolutionPlan plain(engine on, Convolution one, ActivationLayout layout, boolean biased) {
        memory.desc source = layout.source(one);
        memory.desc target = layout.target(one);
        memory.desc any = OneDnn.any(weightDims(one), FLOAT);
        memory.desc bias = biased ? new memory.desc(new long[] {one.out()}, FLOAT, format_tag.a) : null;
        long[] stride = cube(one.stride());
        long[] padding = cube(one.kernel() / 2);
        convolution_forward.primitive_desc forward = biased
                ? new convolution_forward.primitive_desc(
                        on, TRAINING, DIRECT, source, any, bias, target, stride, padding, padding)
                : new convolution_forward.primitive_desc(
                        on, TRAINING, DIRECT, source, any, target, stride, padding, padding);
        convolution_backward_data.primitive_desc backward = one.ofNetworkInput()
                ? null
                : new convolution_backward_data.primitive_desc(
                        on, DIRECT, source, any, target, stride, padding, padding, forward);
        convolution_backward_weights.primitive_desc gradient = biased
                ? new convolution_backward_weights.primitive_desc(
                        on, DIRECT, source, any, bias, target, stride, padding, padding, forward)
                : new convolution_backward_weights.primitive_desc(
                        on, DIRECT, source, any, target, stride, padding, padding, forward);
        return new ConvolutionPlan(
                new convolution_forward(forward),
                forward.weights_desc(),
                backward == null ? null : new convolution_backward_data(backward),
                backward == null ? null : backward.weights_desc(),
                new convolution_backward_weights(gradient),
                gradient.diff_weights_desc(),
                new memory.desc(weightDims(one), FLOAT, format_tag.abcde),
                bias);
    }

    private static ConvolutionPlan transposed(engine on, Convolution one, ActivationLayout layout) {
        memory.desc source = layout.source(one);
        memory.desc target = layout.target(one);
        memory.desc any = OneDnn.any(weightDims(one), FLOAT);
        long[] stride = cube(one.stride());
        long[] padding = cube(0);
        deconvolution_forward.primitive_desc forward = new deconvolution_forward.primitive_desc(
                on, TRAINING, TRANSPOSED, source, any, target, stride, padding, padding);
        deconvolution_backward_data.primitive_desc backward = new deconvolution_backward_data.primitive_desc(
                on, TRANSPOSED, source, any, target, stride, padding, padding, forward);
        deconvolution_backward_weights.primitive_desc gradient = new deconvolution_backward_weights.primitive_desc(
                on, TRANSPOSED, source, any, target, stride, padding, padding, forward);
        return new ConvolutionPlan(
                new deconvolution_forward(forward),
                forward.weights_desc(),
                new deconvolution_backward_data(backward),
                backward.weights_desc(),
                new deconvolution_backward_weights(gradient),
                gradient.diff_weights_desc(),
                new memory.desc(weightDims(one), FLOAT, format_tag.bacde), // a checkpoint has [in, out, ..]
                null);
    }

    private static long[] weightDims(Convolution one) {
        return new long[] {one.out(), one.in(), one.kernel(), one.kernel(), one.kernel()};
    }

    private static long[] cube(long extent) {
        return new long[] {extent, extent, extent};
    }
}
