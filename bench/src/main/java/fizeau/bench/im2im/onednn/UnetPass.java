// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.onednn;

import fizeau.bench.im2im.onednn.Workbench.Step;
import fizeau.unet.UnetLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.format_tag;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.javacpp.FloatPointer;

/**
 * The network of {@link UnetLayout} for one sample, forward and back, as two lists of oneDNN's primitives. It keeps the
 * activations of its sample from the one to the other. Confined to the thread of its workbench and to its pointer scope.
 */
final class UnetPass {
    private static final String OUTPUT = Workbench.OUTPUT;
    private static final float EPSILON = (float) UnetLayout.NORM_EPSILON;
    private static final float LEAK = (float) UnetLayout.SLOPE;
    private static final memory.data_type FLOAT = memory.data_type.f32;
    private static final int SCALE_AND_SHIFT =
            dnnl.normalization_flags.use_scale.value | dnnl.normalization_flags.use_shift.value;

    /** Of a rectifier whose way back looks at its result, so that its input may be overwritten. */
    private static final dnnl.algorithm RECTIFIER = dnnl.algorithm.eltwise_relu_use_dst_for_bwd;

    /** Activations and the gradient by them, which only lives while a pass goes back. */
    private record Tensor(memory value, memory slope) {}

    /** A norm of one sample's maps: that of a batch of one. */
    private record Norm(
            String name,
            batch_normalization_forward.primitive_desc plan,
            memory source,
            memory mean,
            memory variance) {}

    private final Workbench bench;
    private final List<Integer> filters;
    private final int last;
    private final memory input;
    private final Tensor output;
    private final int voxels;
    private final FloatPointer inputValues;
    private final FloatPointer outputValues;
    private final FloatPointer outputSlopes;
    private final List<Tensor> larger = new ArrayList<>();
    private final List<Tensor> skips = new ArrayList<>();
    private final List<Tensor> joined = new ArrayList<>();
    private final List<Step> forward = new ArrayList<>();
    private final Deque<List<Step>> wayBack = new ArrayDeque<>();
    private final List<Step> backward = new ArrayList<>();

    UnetPass(Workbench bench) {
        this.bench = bench;
        this.filters = bench.layout().filters();
        this.last = filters.size() - 1;
        memory.desc outside = bench.activations().outside();
        this.input = own(outside);
        this.output = new Tensor(own(outside), own(outside));
        this.voxels = Math.toIntExact(outside.get_size() / Float.BYTES);
        this.inputValues = new FloatPointer(input.get_data_handle());
        this.outputValues = new FloatPointer(output.value().get_data_handle());
        this.outputSlopes = new FloatPointer(output.slope().get_data_handle());
        for (int level = 0; level < last; level++) {
            join(level);
        }
        Tensor signal = new Tensor(input, null);
        for (int level = 0; level <= last; level++) {
            signal = down(level, signal);
        }
        for (int level = last - 1; level >= 0; level--) {
            signal = up(level, signal);
        }
        out(signal);
        wayBack.forEach(backward::addAll);
    }

    /** Takes the sample that begins there. */
    void load(float[] samples, int from) {
        inputValues.put(samples, from, voxels);
    }

    /** What the network makes of the sample, before any sigmoid. */
    void forward(float[] into) {
        bench.run(forward);
        outputValues.get(into);
    }

    /**
     * The gradient by all parameters, after {@link #forward}.
     *
     * @param slope gradient by the output
     */
    void backward(float[] slope, float[] into) {
        outputSlopes.put(slope);
        bench.run(backward);
        bench.gradient().get(into);
    }

    // the network

    /** Two tensors of a level that a convolution takes as one: their maps lie one behind the other, nothing is copied. */
    private void join(int level) {
        int width = filters.get(level);
        memory.desc both = bench.activations().of(2 * width, level);
        Tensor whole = new Tensor(own(both), bench.shared("slope of both " + level, both));
        joined.add(whole);
        larger.add(half(whole, width, level, 0));
        skips.add(half(whole, width, level, 1));
    }

    private Tensor half(Tensor whole, int width, int level, int index) {
        memory.desc desc = bench.activations().of(width, level);
        long offset = index * desc.get_size();
        return new Tensor(
                bench.at(desc, whole.value().get_data_handle().address() + offset),
                bench.at(desc, whole.slope().get_data_handle().address() + offset));
    }

    private Tensor tensor(int level) {
        memory.desc desc = bench.activations().of(filters.get(level), level);
        return new Tensor(own(desc), bench.shared("slope " + level, desc));
    }

    /** A residual block. */
    private Tensor down(int level, Tensor x) {
        String block = level == 0 ? "input" : "down" + level;
        memory.desc desc = bench.activations().of(filters.get(level), level);
        Tensor out = level < last ? skips.get(level) : tensor(level);
        memory first = own(desc);
        Norm firstNorm = norm(block + ".norm1", convolved(block + ".conv1", x.value()));
        normal(firstNorm, first);
        rectify(first);
        Norm secondNorm = norm(block + ".norm2", convolved(block + ".conv2", first));
        normal(secondNorm, out.value());
        memory past = bench.shared("past " + level, desc);
        Norm pastNorm = norm(block + ".norm3", convolved(block + ".conv3", x.value()));
        normal(pastNorm, past);
        post_ops rectifier = new post_ops();
        rectifier.append_eltwise(dnnl.algorithm.eltwise_relu, LEAK, 0);
        add(forward, out.value(), past, rectifier);

        List<Step> back = new ArrayList<>();
        memory inner = bench.shared("inner " + level, desc);
        memory outer = bench.shared("outer " + level, desc);
        unrectify(back, out.value(), out.slope());
        unnormal(back, secondNorm, out.slope(), inner);
        weightGradient(back, block + ".conv2", first, inner);
        dataGradient(back, block + ".conv2", inner, outer);
        unrectify(back, first, outer);
        unnormal(back, firstNorm, outer, outer);
        weightGradient(back, block + ".conv1", x.value(), outer);
        unnormal(back, pastNorm, out.slope(), out.slope());
        weightGradient(back, block + ".conv3", x.value(), out.slope());
        if (level > 0) { // joins what the way up has left there
            memory below = bench.shared("below " + level, x.slope().get_desc());
            dataGradient(back, block + ".conv1", outer, below);
            add(back, x.slope(), below, new post_ops());
            dataGradient(back, block + ".conv3", out.slope(), below);
            add(back, x.slope(), below, new post_ops());
        }
        wayBack.addFirst(back);
        return out;
    }

    private Tensor up(int level, Tensor below) {
        String block = "up" + level;
        Tensor both = joined.get(level);
        Tensor out = tensor(level);
        convolve(block + ".transp_conv", below.value(), larger.get(level).value());
        memory first = own(out.value().get_desc());
        Norm firstNorm = norm(block + ".norm1", convolved(block + ".conv1", both.value()));
        normal(firstNorm, first);
        rectify(first);
        Norm secondNorm = norm(block + ".norm2", convolved(block + ".conv2", first));
        normal(secondNorm, out.value());
        rectify(out.value());

        List<Step> back = new ArrayList<>();
        memory inner = bench.shared("inner " + level, out.value().get_desc());
        unrectify(back, out.value(), out.slope());
        unnormal(back, secondNorm, out.slope(), out.slope());
        weightGradient(back, block + ".conv2", first, out.slope());
        dataGradient(back, block + ".conv2", out.slope(), inner);
        unrectify(back, first, inner);
        unnormal(back, firstNorm, inner, inner);
        weightGradient(back, block + ".conv1", both.value(), inner);
        dataGradient(back, block + ".conv1", inner, both.slope());
        weightGradient(
                back, block + ".transp_conv", below.value(), larger.get(level).slope());
        dataGradient(back, block + ".transp_conv", larger.get(level).slope(), below.slope());
        wayBack.addFirst(back);
        return out;
    }

    private void out(Tensor signal) {
        memory.desc desc = bench.activations().of(1, 0);
        memory scores = bench.shared("scores", desc);
        convolve(OUTPUT, signal.value(), scores);
        forward.add(bench.copy(scores, output.value()));
        List<Step> back = new ArrayList<>();
        back.add(bench.copy(output.slope(), scores));
        weightGradient(back, OUTPUT, signal.value(), scores);
        dataGradient(back, OUTPUT, scores, signal.slope());
        wayBack.addFirst(back);
    }

    // its operations

    private memory own(memory.desc desc) {
        return bench.fresh(desc);
    }

    private memory convolved(String name, memory x) {
        memory result = own(bench.activations().target(bench.convolution(name)));
        convolve(name, x, result);
        return result;
    }

    private void convolve(String name, memory x, memory into) {
        forward.add(bench.convolution(name, x, into));
    }

    private void weightGradient(List<Step> to, String name, memory x, memory slope) {
        ConvolutionPlan plan = bench.plan(name);
        memory laidOut = bench.shared("gradient of " + name, plan.gradientWeights());
        to.add(bench.weightGradient(name, x, slope, laidOut));
        to.add(bench.copy(laidOut, bench.gradient(plan.plainWeights(), name)));
    }

    private void dataGradient(List<Step> to, String name, memory slope, memory into) {
        to.add(bench.dataGradient(name, slope, into));
    }

    private Norm norm(String name, memory source) {
        memory.desc desc = source.get_desc();
        batch_normalization_forward.primitive_desc plan = new batch_normalization_forward.primitive_desc(
                bench.dnn().engine(), dnnl.prop_kind.forward_training.value, desc, desc, EPSILON, SCALE_AND_SHIFT);
        return new Norm(name, plan, source, own(plan.mean_desc()), own(plan.variance_desc()));
    }

    private void normal(Norm norm, memory into) {
        memory.desc each = each(norm);
        forward.add(bench.step(
                new batch_normalization_forward(norm.plan()),
                List.of(
                        dnnl.DNNL_ARG_SRC,
                        dnnl.DNNL_ARG_MEAN,
                        dnnl.DNNL_ARG_VARIANCE,
                        dnnl.DNNL_ARG_SCALE,
                        dnnl.DNNL_ARG_SHIFT,
                        dnnl.DNNL_ARG_DST),
                norm.source(),
                norm.mean(),
                norm.variance(),
                bench.parameter(each, norm.name() + ".gamma"),
                bench.parameter(each, norm.name() + ".beta"),
                into));
    }

    /** @param into may be {@code slope} itself */
    private void unnormal(List<Step> to, Norm norm, memory slope, memory into) {
        memory.desc desc = norm.source().get_desc();
        memory.desc each = each(norm);
        batch_normalization_backward.primitive_desc plan = new batch_normalization_backward.primitive_desc(
                bench.dnn().engine(),
                dnnl.prop_kind.backward.value,
                desc,
                desc,
                desc,
                EPSILON,
                SCALE_AND_SHIFT,
                norm.plan());
        to.add(bench.step(
                new batch_normalization_backward(plan),
                List.of(
                        dnnl.DNNL_ARG_SRC,
                        dnnl.DNNL_ARG_MEAN,
                        dnnl.DNNL_ARG_VARIANCE,
                        dnnl.DNNL_ARG_SCALE,
                        dnnl.DNNL_ARG_DIFF_DST,
                        dnnl.DNNL_ARG_DIFF_SRC,
                        dnnl.DNNL_ARG_DIFF_SCALE,
                        dnnl.DNNL_ARG_DIFF_SHIFT),
                norm.source(),
                norm.mean(),
                norm.variance(),
                bench.parameter(each, norm.name() + ".gamma"),
                slope,
                into,
                bench.gradient(each, norm.name() + ".gamma"),
                bench.gradient(each, norm.name() + ".beta")));
    }

    /** A number for each map. */
    private static memory.desc each(Norm norm) {
        return new memory.desc(new long[] {norm.source().get_desc().get_dims().get(1)}, FLOAT, format_tag.a);
    }

    private eltwise_forward.primitive_desc rectifier(memory.desc desc) {
        return new eltwise_forward.primitive_desc(
                bench.dnn().engine(), dnnl.prop_kind.forward_training, RECTIFIER, desc, desc, LEAK);
    }

    private void rectify(memory x) {
        forward.add(bench.step(
                new eltwise_forward(rectifier(x.get_desc())), List.of(dnnl.DNNL_ARG_SRC, dnnl.DNNL_ARG_DST), x, x));
    }

    private void unrectify(List<Step> to, memory rectified, memory slope) {
        memory.desc desc = rectified.get_desc();
        eltwise_backward.primitive_desc plan = new eltwise_backward.primitive_desc(
                bench.dnn().engine(), RECTIFIER, desc, desc, desc, LEAK, rectifier(desc));
        to.add(bench.step(
                new eltwise_backward(plan),
                List.of(dnnl.DNNL_ARG_DST, dnnl.DNNL_ARG_DIFF_DST, dnnl.DNNL_ARG_DIFF_SRC),
                rectified,
                slope,
                slope));
    }

    /** Adds to the first. */
    private void add(List<Step> to, memory sum, memory term, post_ops after) {
        primitive_attr attributes = new primitive_attr();
        attributes.set_post_ops(after);
        binary.primitive_desc plan = new binary.primitive_desc(
                bench.dnn().engine(),
                dnnl.algorithm.binary_add,
                sum.get_desc(),
                term.get_desc(),
                sum.get_desc(),
                attributes,
                false);
        to.add(bench.step(
                new binary(plan),
                List.of(dnnl.DNNL_ARG_SRC_0, dnnl.DNNL_ARG_SRC_1, dnnl.DNNL_ARG_DST),
                sum,
                term,
                sum));
    }
}
