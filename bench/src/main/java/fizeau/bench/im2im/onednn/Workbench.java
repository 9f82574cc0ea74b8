// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.onednn;

import fizeau.bench.onednn.At;
import fizeau.bench.onednn.OneDnn;
import fizeau.unet.UnetLayout;
import fizeau.unet.UnetLayout.Convolution;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * What the passes of one thread share: plans, weights as the plans want them, and memory that a pass needs only while it goes
 * back. Confined to the thread that made it, as oneDNN's scratch memory is, and to that thread's open pointer scope.
 */
final class Workbench {

    static final String OUTPUT = "output.conv";

    private static final String BIAS = "output.bias";

    /** One call of the library. */
    record Step(primitive primitive, IntMemoryMap arguments) {}

    private record Bound(Step layOut, memory weights) {}

    private final OneDnn dnn = new OneDnn();
    private final UnetLayout layout;
    private final ActivationLayout activations;
    private final FloatPointer parameters;
    private final FloatPointer gradient;
    private final Map<String, Convolution> convolutions = new HashMap<>();
    private final Map<String, ConvolutionPlan> plans = new HashMap<>();
    private final Map<String, memory> shared = new HashMap<>();
    private final Map<String, Bound> weights = new HashMap<>();

    /** @param parameters in the order of the layout; borrowed, and read by every {@link #layOutWeights} */
    Workbench(UnetLayout layout, int[] patch, FloatPointer parameters) {
        this.layout = layout;
        this.activations = new ActivationLayout(patch);
        this.parameters = parameters;
        this.gradient = new FloatPointer(layout.parameterCount());
        layout.convolutions().forEach(one -> convolutions.put(one.name(), one));
    }

    OneDnn dnn() {
        return dnn;
    }

    UnetLayout layout() {
        return layout;
    }

    ActivationLayout activations() {
        return activations;
    }

    Convolution convolution(String name) {
        return convolutions.get(name);
    }

    ConvolutionPlan plan(String name) {
        return plans.computeIfAbsent(
                name, absent -> ConvolutionPlan.of(dnn, convolution(name), activations, name.equals(OUTPUT)));
    }

    /** Memory of this name that all passes of the thread write to in turn. */
    memory shared(String name, memory.desc desc) {
        return shared.computeIfAbsent(name, absent -> fresh(desc));
    }

    /** Memory that is written to once, because the system only then gives its pages: not to the first step. */
    memory fresh(memory.desc desc) {
        memory fresh = dnn.owned(desc);
        Pointer.memset(fresh.get_data_handle(), 0, desc.get_size());
        return fresh;
    }

    private memory forwardWeights(String convolution) {
        return laidOut(convolution, convolution, plan(convolution).forwardWeights());
    }

    private memory backwardWeights(String convolution) {
        return laidOut(convolution + " backward", convolution, plan(convolution).backwardWeights());
    }

    private memory laidOut(String key, String convolution, memory.desc wanted) {
        return weights.computeIfAbsent(key, absent -> {
                    memory plain = parameter(plan(convolution).plainWeights(), convolution);
                    memory laidOut = dnn.owned(wanted);
                    Bound bound = new Bound(copy(plain, laidOut), laidOut);
                    run(List.of(bound.layOut()));
                    return bound;
                })
                .weights();
    }

    memory parameter(memory.desc desc, String name) {
        return parameter(desc, parameters, name);
    }

    private memory parameter(memory.desc desc, FloatPointer all, String name) {
        return at(desc, all.address() + (long) Float.BYTES * layout.offset(name));
    }

    /** Memory of somebody else. */
    memory at(memory.desc desc, long address) {
        memory bound = dnn.unbound(desc);
        bound.set_data_handle(new At(address));
        return bound;
    }

    Step copy(memory from, memory to) {
        return step(
                dnn.reorder(from.get_desc(), to.get_desc()), List.of(dnnl.DNNL_ARG_FROM, dnnl.DNNL_ARG_TO), from, to);
    }

    Step step(primitive primitive, List<Integer> roles, memory... memories) {
        return new Step(primitive, OneDnn.arguments(roles, memories));
    }

    Step convolution(String name, memory x, memory into) {
        ConvolutionPlan plan = plan(name);
        List<Integer> roles = List.of(dnnl.DNNL_ARG_SRC, dnnl.DNNL_ARG_WEIGHTS, dnnl.DNNL_ARG_DST, dnnl.DNNL_ARG_BIAS);
        memory laidOut = forwardWeights(name);
        return plan.bias() == null
                ? step(plan.forward(), roles, x, laidOut, into)
                : step(plan.forward(), roles, x, laidOut, into, parameter(plan.bias(), BIAS));
    }

    /** The gradient of a convolution by its input. */
    Step dataGradient(String name, memory slope, memory into) {
        return step(
                plan(name).backward(),
                List.of(dnnl.DNNL_ARG_DIFF_DST, dnnl.DNNL_ARG_WEIGHTS, dnnl.DNNL_ARG_DIFF_SRC),
                slope,
                backwardWeights(name),
                into);
    }

    /** By all parameters, of the pass that went back last. */
    FloatPointer gradient() {
        return gradient;
    }

    /** The place in {@link #gradient} of a parameter. */
    memory gradient(memory.desc desc, String name) {
        return parameter(desc, gradient, name);
    }

    /** The gradient of a convolution by its weights, in the layout of its plan; that by a bias goes to its place. */
    Step weightGradient(String name, memory x, memory slope, memory into) {
        ConvolutionPlan plan = plan(name);
        List<Integer> roles =
                List.of(dnnl.DNNL_ARG_SRC, dnnl.DNNL_ARG_DIFF_DST, dnnl.DNNL_ARG_DIFF_WEIGHTS, dnnl.DNNL_ARG_DIFF_BIAS);
        return plan.bias() == null
                ? step(plan.gradient(), roles, x, slope, into)
                : step(plan.gradient(), roles, x, slope, into, gradient(plan.bias(), BIAS));
    }

    /** Follows a change of the parameters; weights are first laid out when a pass first asks for them. */
    void layOutWeights() {
        List<Step> steps = new ArrayList<>();
        weights.values().forEach(bound -> steps.add(bound.layOut()));
        run(steps);
    }

    void run(List<Step> steps) {
        for (Step step : steps) {
            dnn.run(step.primitive(), step.arguments());
        }
        dnn.await();
    }
}
