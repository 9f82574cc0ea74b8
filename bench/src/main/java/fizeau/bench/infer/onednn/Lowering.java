// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.onednn;

import fizeau.bench.infer.Network;
import fizeau.bench.infer.Room;
import fizeau.bench.infer.TensorFile;
import fizeau.bench.onednn.At;
import fizeau.bench.onednn.OneDnn;
import fizeau.bench.ops.Parameter;
import fizeau.bench.ops.plan.Arena;
import fizeau.bench.ops.plan.FoldedWeights;
import fizeau.bench.ops.plan.Fusion;
import fizeau.bench.ops.plan.Layout;
import fizeau.bench.ops.plan.Node;
import fizeau.bench.ops.plan.Trace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.layer_normalization_forward;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_forward;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.softmax_forward;
import org.bytedeco.javacpp.FloatPointer;

/** Turns a trace into steps of oneDNN, with weights laid out the way each step wants them. */
final class Lowering {
    private static final dnnl.prop_kind INFERENCE = dnnl.prop_kind.forward_inference;
    private static final memory.data_type FLOAT = memory.data_type.f32;

    private final OneDnn dnn;
    private final TensorFile weights;
    private final memory.data_type type;
    private final List<Parameter> parameters;
    private final List<Node> nodes;
    private final Fusion fusion;
    private final Arena arena = new Arena();
    private final Map<Node, Value> values = new HashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<Binding> bindings = new ArrayList<>();
    private final memory input;
    private memory output;

    /**
     * Where a result is.
     *
     * @param buffer place in the arena; null of constants
     * @param constant memory of its own; null in the arena
     * @param layout null where the library chose one of its own
     */
    private record Value(Arena.Buffer buffer, memory constant, memory.desc desc, Layout layout) {}

    /** A memory object that gets its address when the arena is planned. */
    private record Binding(memory memory, Arena.Buffer buffer, long bytes) {}

    /** One call of the library. */
    record Step(String name, primitive primitive, org.bytedeco.dnnl.IntMemoryMap arguments) {}

    Lowering(OneDnn dnn, Network network, TensorFile weights, memory.data_type type) {
        this.dnn = dnn;
        this.weights = weights;
        this.type = type;
        this.parameters = network.parameters(0);
        this.nodes = Trace.of(network);
        this.fusion = new Fusion(nodes, true);
        memory.desc pictures = desc(Layout.dense(nodes.get(0).sizes()), FLOAT);
        this.input = dnn.owned(pictures);
        values.put(
                nodes.get(0),
                new Value(null, input, pictures, Layout.dense(nodes.get(0).sizes())));
        for (Node node : nodes) {
            if (fusion.endingAt(node) != null) {
                values.put(node, layer(fusion.endingAt(node)));
            } else if (!fusion.inside(node) && node.kind() != Node.Kind.PARAMETER) {
                values.put(node, single(node));
            }
        }
        answer(values.get(nodes.get(nodes.size() - 1)));
    }

    List<Step> steps() {
        return steps;
    }

    memory input() {
        return input;
    }

    memory output() {
        return output;
    }

    /** Binds all results to one block; returns it. Throws when there is no room for it. */
    FloatPointer bind() {
        long bytes = arena.plan();
        Room.require(nodes.get(0).dim(0), bytes);
        FloatPointer block = new FloatPointer(bytes / Float.BYTES + 16);
        long start = (block.address() + 63) / 64 * 64;
        for (Binding binding : bindings) {
            binding.memory().set_data_handle(new At(start + binding.buffer().offset() + binding.bytes()));
        }
        return block;
    }

    private Value single(Node node) {
        return switch (node.kind()) {
            case LAYER_NORM -> layerNorm(node);
            case ATTENTION -> attention(node);
            case RELU -> elementwise(node, dnnl.algorithm.eltwise_relu);
            case GELU -> elementwise(node, gelu(node));
            case ADD -> add(node);
            case MAX_POOL -> pool(node, node.number(0), node.number(1), node.number(2), true);
            case MEAN -> pool(node, Math.toIntExact(node.operand(0).dim(2)), 1, 0, false);
            case CONCATENATE -> concatenate(node);
            case RESHAPE -> reshape(node);
            case PERMUTE -> view(node, layout -> layout.permuted(numbers(node)));
            case SLICE ->
                view(
                        node,
                        layout -> layout.sliced(node.number(0), node.numbers().get(1), node.dim(node.number(0))));
            case EXPAND -> repeated(node);
            default -> throw new UnsupportedOperationException(node + " stands where this engine cannot compute it");
        };
    }

    // layers with weights

    private Value layer(Fusion.Group group) {
        return group.layer().kind() == Node.Kind.CONVOLUTION ? convolution(group) : linear(group);
    }

    private Value convolution(Fusion.Group group) {
        Node node = group.layer();
        Value x = value(node.operand(0));
        Node weight = node.operand(1);
        FoldedWeights folded = FoldedWeights.of(group, this::array);
        Value residual = group.residual() == null ? null : value(group.residual());
        long[] strides = {node.number(0), node.number(0)};
        long[] padding = {node.number(1), node.number(1)};
        memory.desc bias = new memory.desc(new long[] {weight.dim(0)}, FLOAT, memory.format_tag.a);
        convolution_forward.primitive_desc plan = OneDnn.orSay(
                "a convolution in " + type,
                () -> new convolution_forward.primitive_desc(
                        dnn.engine(),
                        INFERENCE,
                        dnnl.algorithm.convolution_direct,
                        OneDnn.any(node.operand(0).sizes(), type),
                        OneDnn.any(weight.sizes(), type),
                        bias,
                        residual == null ? OneDnn.any(node.sizes(), type) : residual.desc(),
                        strides,
                        padding,
                        padding,
                        attributes(group, dnnl.algorithm.eltwise_relu),
                        false));
        Value source = in(x, plan.src_desc());
        Value target = residual == null ? fresh(plan.dst_desc(), null) : residual;
        step(
                group.label("convolution", plan.impl_info_str().getString()),
                new convolution_forward(plan),
                List.of(dnnl.DNNL_ARG_SRC, dnnl.DNNL_ARG_WEIGHTS, dnnl.DNNL_ARG_BIAS, dnnl.DNNL_ARG_DST),
                source,
                constant(folded.taps(), Layout.dense(weight.sizes()), plan.weights_desc()),
                constant(folded.shift(), Layout.dense(weight.dim(0)), bias),
                target);
        return target;
    }

    private Value linear(Fusion.Group group) {
        Node node = group.layer();
        Node weight = node.operand(1);
        long in = weight.dim(1);
        long out = weight.dim(0);
        Value x = plain(value(node.operand(0)));
        Layout rows = x.layout().reshaped(x.layout().count() / in, in);
        Value flat = rows == null ? dense(x, x.layout().count() / in, in) : seen(x, rows);
        Value residual = group.residual() == null ? null : plain(value(group.residual()));
        boolean last = group.last().equals(nodes.get(nodes.size() - 1));
        Layout result = Layout.dense(flat.layout().dims()[0], out);
        memory.desc bias = new memory.desc(new long[] {1, out}, FLOAT, memory.format_tag.ab);
        matmul.primitive_desc plan = OneDnn.orSay(
                "a linear layer in " + type,
                () -> new matmul.primitive_desc(
                        dnn.engine(),
                        flat.desc(),
                        OneDnn.any(new long[] {in, out}, type),
                        bias,
                        desc(result, last ? FLOAT : type),
                        attributes(group, group.activation() == null ? null : gelu(group.activation())),
                        false));
        Value target = residual == null
                ? fresh(plan.dst_desc(), result)
                : seen(residual, residual.layout().reshaped(result.dims()));
        step(
                group.label("linear", plan.impl_info_str().getString()),
                new matmul(plan),
                List.of(dnnl.DNNL_ARG_SRC, dnnl.DNNL_ARG_WEIGHTS, dnnl.DNNL_ARG_BIAS, dnnl.DNNL_ARG_DST),
                flat,
                constant(array(weight), Layout.dense(out, in).permuted(1, 0), plan.weights_desc()),
                constant(array(node.operand(2)), Layout.dense(1, out), bias),
                target);
        return seen(target, target.layout().reshaped(node.sizes()));
    }

    private static primitive_attr attributes(Fusion.Group group, dnnl.algorithm activation) {
        post_ops after = new post_ops();
        if (group.residual() != null) {
            after.append_sum();
        }
        if (group.activation() != null) {
            after.append_eltwise(activation, 0f, 0f);
        }
        primitive_attr attributes = new primitive_attr();
        attributes.set_post_ops(after);
        return attributes;
    }

    /** A descriptor of plain strides; the layout's offset is the business of whoever binds memory. */
    private static memory.desc desc(Layout layout, memory.data_type type) {
        return new memory.desc(layout.dims(), type, layout.strides());
    }

    private static dnnl.algorithm gelu(Node node) {
        return node.number(0) == 1 ? dnnl.algorithm.eltwise_gelu_tanh : dnnl.algorithm.eltwise_gelu_erf;
    }

    // operations without weights of their own layout

    private Value layerNorm(Node node) {
        Value x = plain(value(node.operand(0)));
        Layout result = Layout.dense(node.sizes());
        memory.desc factor =
                new memory.desc(new long[] {node.sizes()[node.sizes().length - 1]}, FLOAT, memory.format_tag.a);
        layer_normalization_forward.primitive_desc plan = OneDnn.orSay(
                "a layer normalisation in " + type,
                () -> new layer_normalization_forward.primitive_desc(
                        dnn.engine(),
                        INFERENCE.value,
                        x.desc(),
                        desc(result, type),
                        (float) node.epsilon(),
                        dnnl.dnnl_use_scale | dnnl.dnnl_use_shift));
        Value target = fresh(plan.dst_desc(), result);
        step(
                "layer normalisation",
                new layer_normalization_forward(plan),
                List.of(dnnl.DNNL_ARG_SRC, dnnl.DNNL_ARG_SCALE, dnnl.DNNL_ARG_SHIFT, dnnl.DNNL_ARG_DST),
                x,
                constant(array(node.operand(1)), Layout.dense(node.operand(1).dim(0)), factor),
                constant(array(node.operand(2)), Layout.dense(node.operand(2).dim(0)), factor),
                target);
        return target;
    }

    /** softmax(q k' / sqrt(size)) v; the result lies so that heads can be joined without a copy. */
    private Value attention(Node node) {
        Value query = plain(value(node.operand(0)));
        Value key = plain(value(node.operand(1)));
        Value content = plain(value(node.operand(2)));
        long batch = node.dim(0);
        long heads = node.dim(1);
        long tokens = node.dim(2);
        long size = node.dim(3);
        Layout scores = Layout.dense(batch, heads, tokens, tokens);
        Layout transposed = key.layout().permuted(0, 1, 3, 2);
        post_ops after = new post_ops();
        after.append_eltwise(dnnl.algorithm.eltwise_linear, (float) (1 / Math.sqrt(size)), 0f);
        primitive_attr scaled = new primitive_attr();
        scaled.set_post_ops(after);
        Value weight = fresh(desc(scores, type), scores);
        product("attention scores", query, seen(key, transposed), weight, scaled);
        softmax_forward.primitive_desc plan = OneDnn.orSay(
                "a softmax in " + type,
                () -> new softmax_forward.primitive_desc(
                        dnn.engine(), INFERENCE, dnnl.algorithm.softmax_accurate, weight.desc(), weight.desc(), 3));
        step("softmax", new softmax_forward(plan), List.of(dnnl.DNNL_ARG_SRC, dnnl.DNNL_ARG_DST), weight, weight);
        Layout mixed = Layout.dense(batch, tokens, heads, size);
        Value target = fresh(desc(mixed, type), mixed);
        Value byHead = seen(target, mixed.permuted(0, 2, 1, 3));
        product("attention values", weight, content, byHead, new primitive_attr());
        return byHead;
    }

    private void product(String name, Value left, Value right, Value target, primitive_attr attributes) {
        matmul.primitive_desc plan = OneDnn.orSay(
                name + " in " + type,
                () -> new matmul.primitive_desc(
                        dnn.engine(), left.desc(), right.desc(), target.desc(), attributes, false));
        step(
                name + " (" + plan.impl_info_str().getString() + ")",
                new matmul(plan),
                List.of(dnnl.DNNL_ARG_SRC, dnnl.DNNL_ARG_WEIGHTS, dnnl.DNNL_ARG_DST),
                left,
                right,
                target);
    }

    private Value elementwise(Node node, dnnl.algorithm algorithm) {
        Value x = value(node.operand(0));
        eltwise_forward.primitive_desc plan = OneDnn.orSay(
                "an activation in " + type,
                () -> new eltwise_forward.primitive_desc(
                        dnn.engine(), INFERENCE, algorithm, x.desc(), x.desc(), 0f, 0f));
        Value target = fresh(x.desc(), x.layout());
        step("activation", new eltwise_forward(plan), List.of(dnnl.DNNL_ARG_SRC, dnnl.DNNL_ARG_DST), x, target);
        return target;
    }

    private Value add(Node node) {
        Value left = plain(value(node.operand(0)));
        Value right = plain(value(node.operand(1)));
        Layout result = Layout.dense(node.sizes());
        Value target = fresh(desc(result, type), result);
        binary.primitive_desc plan = OneDnn.orSay(
                "a sum in " + type,
                () -> new binary.primitive_desc(
                        dnn.engine(), dnnl.algorithm.binary_add, left.desc(), right.desc(), target.desc()));
        step(
                "sum",
                new binary(plan),
                List.of(dnnl.DNNL_ARG_SRC_0, dnnl.DNNL_ARG_SRC_1, dnnl.DNNL_ARG_DST),
                left,
                right,
                target);
        return target;
    }

    private Value pool(Node node, int size, int stride, int padding, boolean largest) {
        Value x = value(node.operand(0));
        long[] window = {size, largest ? size : node.operand(0).dim(3)};
        long[] strides = {stride, stride};
        long[] around = {padding, padding};
        pooling_forward.primitive_desc plan = OneDnn.orSay(
                "a pooling in " + type,
                () -> new pooling_forward.primitive_desc(
                        dnn.engine(),
                        INFERENCE,
                        largest ? dnnl.algorithm.pooling_max : dnnl.algorithm.pooling_avg_exclude_padding,
                        x.desc(),
                        OneDnn.any(node.sizes(), type),
                        strides,
                        window,
                        new long[] {0, 0},
                        around,
                        around));
        Value target = fresh(plan.dst_desc(), null);
        step(
                "pooling (" + plan.impl_info_str().getString() + ")",
                new pooling_forward(plan),
                List.of(dnnl.DNNL_ARG_SRC, dnnl.DNNL_ARG_DST),
                x,
                target);
        return target;
    }

    private Value concatenate(Node node) {
        Layout result = Layout.dense(node.sizes());
        Value target = fresh(desc(result, type), result);
        int dimension = node.number(0);
        long from = 0;
        for (Node part : node.operands()) {
            Value given = value(part);
            Value place = seen(target, result.sliced(dimension, from, part.dim(dimension)));
            copy(given, place);
            from += part.dim(dimension);
        }
        return target;
    }

    private Value reshape(Node node) {
        Value x = plain(value(node.operand(0)));
        Layout seen = x.layout().reshaped(node.sizes());
        return seen == null ? dense(x, node.sizes()) : seen(x, seen);
    }

    private Value view(Node node, java.util.function.UnaryOperator<Layout> change) {
        Value x = plain(value(node.operand(0)));
        return seen(x, change.apply(x.layout()));
    }

    /** A parameter for each picture. */
    private Value repeated(Node node) {
        float[] one = array(node.operand(0));
        int times = Math.toIntExact(node.dim(0));
        float[] all = new float[one.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(one, 0, all, i * one.length, one.length);
        }
        Layout layout = Layout.dense(node.sizes());
        if (layout.count() != all.length) {
            throw new UnsupportedOperationException("only whole parameters can be repeated by this engine");
        }
        return constant(all, layout, desc(layout, type));
    }

    // values

    private Value value(Node node) {
        return values.computeIfAbsent(node, parameter -> {
            Layout layout = Layout.dense(parameter.sizes());
            memory.desc desc = desc(layout, type);
            return constant(array(parameter), layout, desc);
        });
    }

    private float[] array(Node parameter) {
        return weights.array(parameters.get(parameter.index()).name());
    }

    /** Values under the descriptor that a step wants. */
    private Value constant(float[] array, Layout given, memory.desc wanted) {
        memory source = dnn.owned(desc(given, FLOAT));
        new FloatPointer(source.get_data_handle()).put(array);
        memory target = dnn.owned(wanted);
        dnn.copy(source, target);
        source.close();
        return new Value(null, target, wanted, given);
    }

    private Value fresh(memory.desc desc, Layout layout) {
        return new Value(arena.buffer(desc.get_size()), null, desc, layout);
    }

    /** The same memory under another layout. */
    private Value seen(Value x, Layout layout) {
        memory.desc desc = desc(layout, x.desc().get_data_type());
        return new Value(x.buffer(), x.constant(), desc, layout);
    }

    /** In plain strides, whatever the library chose. */
    private Value plain(Value x) {
        return x.layout() != null ? x : dense(x, OneDnn.dims(x.desc()));
    }

    private Value dense(Value x, long... dims) {
        Layout from = x.layout() == null
                ? Layout.dense(OneDnn.dims(x.desc()))
                : Layout.dense(x.layout().dims());
        Value target = fresh(desc(from, type), from);
        copy(x, target);
        return seen(target, from.reshaped(dims));
    }

    private Value in(Value x, memory.desc wanted) {
        if (x.desc().equals(wanted)) {
            return x;
        }
        Value target = fresh(wanted, null);
        copy(x, target);
        return target;
    }

    private void copy(Value from, Value to) {
        step("copy", dnn.reorder(from.desc(), to.desc()), List.of(dnnl.DNNL_ARG_FROM, dnnl.DNNL_ARG_TO), from, to);
    }

    private void answer(Value last) {
        Value plain = plain(last);
        Layout layout = plain.layout();
        output = dnn.owned(desc(layout, FLOAT));
        copy(plain, new Value(null, output, output.get_desc(), layout));
    }

    private void step(String name, primitive primitive, List<Integer> roles, Value... operands) {
        memory[] memories = new memory[operands.length];
        for (int i = 0; i < operands.length; i++) {
            memories[i] = memory(operands[i]);
        }
        steps.add(new Step(name, primitive, OneDnn.arguments(roles, memories)));
    }

    private memory memory(Value value) {
        long offset = value.layout() == null
                ? 0
                : value.layout().offset()
                        * dnnl.dnnl_data_type_size(value.desc().get_data_type().value);
        if (value.constant() != null) {
            if (offset != 0) {
                throw new UnsupportedOperationException("parts of constants are not in this engine");
            }
            return value.constant();
        }
        memory memory = dnn.unbound(value.desc());
        value.buffer().usedBy(steps.size());
        bindings.add(new Binding(memory, value.buffer(), offset));
        return memory;
    }

    private static long[] numbers(Node node) {
        return node.numbers().stream().mapToLong(Long::longValue).toArray();
    }
}
