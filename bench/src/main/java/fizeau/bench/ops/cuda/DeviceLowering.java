// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.cuda;

import fizeau.backend.cuda.DeviceLayers;
import fizeau.backend.cuda.LayerConvolution;
import fizeau.backend.cuda.raw.CublasHandle.Product;
import fizeau.backend.cuda.raw.CudnnConvolution.Geometry;
import fizeau.bench.ops.Computation;
import fizeau.bench.ops.Parameter;
import fizeau.bench.ops.plan.Arena;
import fizeau.bench.ops.plan.FoldedWeights;
import fizeau.bench.ops.plan.Fusion;
import fizeau.bench.ops.plan.Layout;
import fizeau.bench.ops.plan.Node;
import fizeau.bench.ops.plan.Trace;
import fizeau.kernels.CopyStridedParameters;
import fizeau.kernels.DeviceAddress;
import fizeau.kernels.FinishRowsParameters;
import fizeau.kernels.FinishRowsParameters.Activation;
import fizeau.kernels.FourSteps;
import fizeau.kernels.LayerNormParameters;
import fizeau.kernels.MaxPoolParameters;
import fizeau.kernels.MeanRowsParameters;
import fizeau.kernels.SoftmaxRowsParameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Turns a trace into steps on the device. Results lie row-major or are views of such; a step's addresses are known once bound. */
public final class DeviceLowering {

    private final DeviceLayers layers;
    private final DeviceWays ways;
    private final Function<Parameter, float[]> weights;
    private final List<Parameter> parameters;
    private final List<Node> nodes;
    private final Fusion fusion;
    private final Arena arena = new Arena();
    private final Map<Node, Value> values = new HashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<Runnable> atBinding = new ArrayList<>();
    private final Value input;
    private final Value output;
    private DeviceAddress block;

    /**
     * Where a result is.
     *
     * @param buffer place in the arena; null of constants
     * @param constant memory of its own; null in the arena
     */
    private record Value(Arena.Buffer buffer, DeviceAddress constant, Layout layout) {}

    /** One call of a library, or a kernel. */
    public record Step(String name, Runnable work) {}

    /**
     * @param layers takes the weights; borrowed
     * @param parameters of the computation; the first is the input, whose values are loaded later
     * @param ways what is chosen where there is a choice
     * @param weights reads the values of a parameter into an array of its own
     */
    public DeviceLowering(
            DeviceLayers layers,
            Computation computation,
            List<Parameter> parameters,
            DeviceWays ways,
            Function<Parameter, float[]> weights) {
        this.layers = layers;
        this.ways = ways;
        this.weights = weights;
        this.parameters = List.copyOf(parameters);
        this.nodes = Trace.of(computation);
        this.fusion = new Fusion(nodes, false);
        this.input = fresh(nodes.get(0).sizes());
        input.buffer().usedBy(0);
        values.put(nodes.get(0), input);
        for (Node node : nodes) {
            if (fusion.endingAt(node) != null) {
                values.put(node, layer(fusion.endingAt(node)));
            } else if (!fusion.inside(node) && node.kind() != Node.Kind.PARAMETER) {
                values.put(node, single(node));
            }
        }
        this.output = dense(values.get(nodes.get(nodes.size() - 1)));
        input.buffer().usedBy(steps.size()); // the next call may be on the same input
        output.buffer().usedBy(steps.size());
    }

    public List<Step> steps() {
        return steps;
    }

    /** Gives all results their place in one block of device memory. */
    public void bind() {
        block = layers.reserve(arena.plan());
        atBinding.forEach(Runnable::run);
    }

    /** Bytes from the start of the block to the input; known once bound. */
    public long inputOffset() {
        return input.buffer().offset();
    }

    /** Likewise to the answer. */
    public long outputOffset() {
        return output.buffer().offset() + Float.BYTES * output.layout().offset();
    }

    private Value single(Node node) {
        return switch (node.kind()) {
            case MATMUL -> matmul(node);
            case LAYER_NORM -> layerNorm(node);
            case ATTENTION -> attention(node);
            case RELU -> finished(node, null, null, Activation.RELU);
            case GELU -> finished(node, null, null, gelu(node));
            case ADD -> add(node);
            case MAX_POOL -> maxPool(node);
            case MEAN -> mean(node);
            case CONCATENATE -> concatenate(node);
            case RESHAPE -> reshaped(value(node.operand(0)), node.sizes());
            case PERMUTE ->
                seen(value(node.operand(0)), value(node.operand(0)).layout().permuted(numbers(node)));
            case SLICE ->
                seen(
                        value(node.operand(0)),
                        value(node.operand(0))
                                .layout()
                                .sliced(node.number(0), node.numbers().get(1), node.dim(node.number(0))));
            case EXPAND ->
                seen(value(node.operand(0)), value(node.operand(0)).layout().repeated(node.sizes()));
            default -> throw new UnsupportedOperationException(node + " stands where this engine cannot compute it");
        };
    }

    // layers with weights

    private Value layer(Fusion.Group group) {
        return group.layer().kind() == Node.Kind.CONVOLUTION ? convolution(group) : linear(group);
    }

    private Value convolution(Fusion.Group group) {
        Node node = group.layer();
        Node weight = node.operand(1);
        if (node.operand(0).dim(2) != node.operand(0).dim(3) || weight.dim(2) != weight.dim(3)) {
            throw new UnsupportedOperationException("maps and windows have to be square in this engine: " + node);
        }
        Value source = dense(value(node.operand(0)));
        Value residual = group.residual() == null ? null : dense(value(group.residual()));
        Geometry geometry = new Geometry(
                whole(node.dim(0)),
                whole(weight.dim(1)),
                whole(node.operand(0).dim(2)),
                whole(weight.dim(0)),
                whole(weight.dim(2)),
                node.number(0),
                node.number(1));
        FoldedWeights folded = FoldedWeights.of(group, this::array);
        LayerConvolution layer = layer(geometry, folded, residual != null, group.activation() != null);
        Value target = fresh(node.sizes());
        step(
                group.label("convolution", "cuDNN " + layer.algorithm()),
                () -> layers.convolve(
                        layer, at(source), residual == null ? DeviceAddress.NULL : at(residual), at(target)),
                source,
                residual,
                target);
        return target;
    }

    private LayerConvolution layer(Geometry geometry, FoldedWeights folded, boolean residual, boolean rectified) {
        if (ways.algorithm() == null) {
            return layers.convolution(geometry, folded.taps(), folded.shift(), residual, rectified);
        }
        if (ways.fused()) {
            return layers.convolution(geometry, folded.taps(), folded.shift(), residual, rectified, ways.algorithm());
        }
        if (residual) {
            throw new UnsupportedOperationException("a sum is added by the fused call only");
        }
        return layers.plainConvolution(geometry, folded.taps(), folded.shift(), rectified, ways.algorithm());
    }

    private Value linear(Fusion.Group group) {
        Node node = group.layer();
        Node weight = node.operand(1);
        int in = whole(weight.dim(1));
        int out = whole(weight.dim(0));
        Value x = value(node.operand(0));
        Layout rows = x.layout().reshaped(x.layout().count() / in, in);
        Value flat = rows == null || in > 1 && rows.strides()[1] != 1
                ? reshaped(dense(x), new long[] {x.layout().count() / in, in})
                : seen(x, rows);
        int count = whole(flat.layout().dims()[0]);
        int pitch = count == 1 ? in : whole(flat.layout().strides()[0]);
        float[] given = array(weight);
        DeviceAddress matrix =
                layers.constant(ways.transposed() ? transposed(given, out, in) : given, "a linear layer's weights");
        Product product = new Product(count, in, out, pitch, ways.transposed() ? out : in, !ways.transposed(), out, 1);
        Value target = fresh(node.sizes());
        step("linear (cuBLAS)", () -> layers.multiply(product, at(flat), matrix, at(target)), flat, target);
        Value bias = node.operands().size() > 2 ? value(node.operand(2)) : null;
        Value residual = group.residual() == null ? null : dense(value(group.residual()));
        if (bias != null || residual != null || group.activation() != null) {
            Activation activation = group.activation() == null ? Activation.NONE : gelu(group.activation());
            finish(target, bias, residual, target, out, activation);
        }
        return target;
    }

    private Value matmul(Node node) {
        Value left = dense(value(node.operand(0)));
        Node weight = node.operand(1);
        int inner = whole(node.operand(0).dim(1));
        int columns = whole(node.dim(1));
        boolean turned = ways.transposed() && weight.kind() == Node.Kind.PARAMETER;
        Value right = turned
                ? new Value(
                        null,
                        layers.constant(transposed(array(weight), inner, columns), "a turned matrix"),
                        Layout.dense(columns, inner))
                : dense(value(weight));
        Value target = fresh(node.sizes());
        Product product =
                new Product(whole(node.dim(0)), inner, columns, inner, turned ? inner : columns, turned, columns, 1);
        step(
                "matrix product (cuBLAS)",
                () -> layers.multiply(product, at(left), at(right), at(target)),
                left,
                right,
                target);
        return target;
    }

    private static float[] transposed(float[] matrix, int rows, int columns) {
        float[] turned = new float[matrix.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                turned[column * rows + row] = matrix[row * columns + column];
            }
        }
        return turned;
    }

    private static Activation gelu(Node node) {
        return node.number(0) == 1 ? Activation.GELU_BY_TANH : Activation.GELU;
    }

    // operations without weights of their own

    private Value layerNorm(Node node) {
        Value x = dense(value(node.operand(0)));
        Value gamma = value(node.operand(1));
        Value beta = value(node.operand(2));
        int columns = whole(node.operand(1).dim(0));
        int rows = whole(x.layout().count() / columns);
        Value target = fresh(node.sizes());
        step(
                "layer normalisation",
                () -> layers.launch(new LayerNormParameters(
                        at(x), at(gamma), at(beta), at(target), rows, columns, (float) node.epsilon())),
                x,
                target);
        return target;
    }

    /** softmax(q k' / sqrt(size)) v; the result lies so that heads can be joined without a copy. */
    private Value attention(Node node) {
        Value query = inRows(value(node.operand(0)));
        Value key = inRows(value(node.operand(1)));
        Value content = inRows(value(node.operand(2)));
        long batch = node.dim(0);
        long heads = node.dim(1);
        int tokens = whole(node.dim(2));
        int size = whole(node.dim(3));
        int others = whole(node.operand(1).dim(2));
        Value scores = fresh(batch, heads, tokens, others);
        Value mixed = fresh(batch, tokens, heads, size);
        Value byHead = seen(mixed, mixed.layout().permuted(0, 2, 1, 3));
        float factor = (float) (1 / Math.sqrt(size));
        products(
                "attention scores",
                new Product(tokens, size, others, pitch(query), pitch(key), true, others, factor),
                query,
                key,
                scores);
        step(
                "softmax",
                () -> layers.launch(new SoftmaxRowsParameters(at(scores), whole(batch * heads * tokens), others)),
                scores);
        products(
                "attention values",
                new Product(tokens, others, size, others, pitch(content), false, pitch(byHead), 1),
                scores,
                content,
                byHead);
        return byHead;
    }

    /** A product for each of the first two dimensions; where the matrices lie is written down on the device. */
    private void products(String name, Product product, Value left, Value right, Value result) {
        DeviceAddress[] lists = new DeviceAddress[3];
        int count = whole(result.layout().dims()[0] * result.layout().dims()[1]);
        atBinding.add(() -> {
            lists[0] = layers.addresses(matrices(left), name);
            lists[1] = layers.addresses(matrices(right), name);
            lists[2] = layers.addresses(matrices(result), name);
        });
        step(
                name + " (cuBLAS)",
                () -> layers.multiplyEach(product, lists[0], lists[1], lists[2], count),
                left,
                right,
                result);
    }

    private long[] matrices(Value value) {
        Layout layout = value.layout();
        int inner = whole(layout.dims()[1]);
        long[] addresses = new long[whole(layout.dims()[0] * inner)];
        for (int i = 0; i < addresses.length; i++) {
            long step = i / inner * layout.strides()[0] + i % inner * layout.strides()[1];
            addresses[i] = at(value).plusBytes(Float.BYTES * step).value();
        }
        return addresses;
    }

    /** With neighbours along the last dimension side by side. */
    private Value inRows(Value x) {
        long[] strides = x.layout().strides();
        return x.layout().dims()[3] == 1 || strides[3] == 1 ? x : dense(x);
    }

    private static int pitch(Value x) {
        long[] dims = x.layout().dims();
        return dims[2] == 1 ? whole(dims[3]) : whole(x.layout().strides()[2]);
    }

    private Value add(Node node) {
        Node left = node.operand(0);
        Node right = node.operand(1);
        if (left.dims().equals(right.dims())) {
            return finished(node, null, dense(value(right)), Activation.NONE);
        }
        Value row = dense(value(right)); // of the last dimensions, for each of the first
        int at = left.dims().size() - 1;
        int own = right.dims().size() - 1;
        long columns = row.layout().count();
        long seen = 1;
        while (seen < columns && at >= 0 && own >= 0 && left.dim(at) == right.dim(own)) {
            seen *= left.dim(at);
            at--;
            own--;
        }
        if (seen != columns) {
            throw new UnsupportedOperationException("sum of " + left + " and " + right + " is not in this engine");
        }
        return finished(node, row, null, Activation.NONE);
    }

    /** @param row added to each row, which is as long */
    private Value finished(Node node, Value row, Value residual, Activation activation) {
        Value x = dense(value(node.operand(0)));
        Value target = fresh(node.sizes());
        long columns =
                row == null ? node.dim(node.dims().size() - 1) : row.layout().count();
        finish(x, row, residual, target, whole(columns), activation);
        return target;
    }

    private void finish(Value source, Value bias, Value residual, Value target, int columns, Activation activation) {
        long rows = source.layout().count() / columns;
        String name = (bias == null ? "" : "bias ")
                + (residual == null ? "" : "sum ")
                + (activation == Activation.NONE ? "" : "activation");
        step(
                name.strip(),
                () -> layers.launch(new FinishRowsParameters(
                        at(source),
                        bias == null ? DeviceAddress.NULL : at(bias),
                        residual == null ? DeviceAddress.NULL : at(residual),
                        at(target),
                        rows,
                        columns,
                        activation)),
                source,
                bias,
                residual,
                target);
    }

    private Value maxPool(Node node) {
        if (node.operand(0).dim(2) != node.operand(0).dim(3)) {
            throw new UnsupportedOperationException("maps have to be square in this engine: " + node);
        }
        Value x = dense(value(node.operand(0)));
        Value target = fresh(node.sizes());
        int maps = whole(node.dim(0) * node.dim(1));
        int edge = whole(node.operand(0).dim(2));
        step(
                "pooling",
                () -> layers.launch(MaxPoolParameters.of(
                        at(x), at(target), maps, edge, node.number(0), node.number(1), node.number(2))),
                x,
                target);
        return target;
    }

    private Value mean(Node node) {
        Value x = dense(value(node.operand(0)));
        Value target = fresh(node.sizes());
        int rows = whole(node.dim(0) * node.dim(1));
        int columns = whole(node.operand(0).dim(2) * node.operand(0).dim(3));
        step("mean", () -> layers.launch(new MeanRowsParameters(at(x), at(target), rows, columns)), x, target);
        return target;
    }

    private Value concatenate(Node node) {
        Value target = fresh(node.sizes());
        int dimension = node.number(0);
        long from = 0;
        for (Node part : node.operands()) {
            copy(value(part), seen(target, target.layout().sliced(dimension, from, part.dim(dimension))));
            from += part.dim(dimension);
        }
        return target;
    }

    private Value reshaped(Value x, long[] sizes) {
        Layout seen = x.layout().reshaped(sizes);
        return seen == null ? seen(dense(x), Layout.dense(sizes)) : seen(x, seen);
    }

    // values

    private Value value(Node node) {
        return values.computeIfAbsent(
                node,
                parameter -> new Value(
                        null,
                        layers.constant(
                                array(parameter),
                                parameters.get(parameter.index()).name()),
                        Layout.dense(parameter.sizes())));
    }

    private float[] array(Node parameter) {
        return weights.apply(parameters.get(parameter.index()));
    }

    private Value fresh(long... sizes) {
        Layout layout = Layout.dense(sizes);
        return new Value(arena.buffer(Math.multiplyExact(Float.BYTES, layout.count())), null, layout);
    }

    /** The same memory under another layout. */
    private static Value seen(Value x, Layout layout) {
        return new Value(x.buffer(), x.constant(), layout);
    }

    private Value dense(Value x) {
        if (x.layout().isDense()) {
            return x;
        }
        Value target = fresh(x.layout().dims());
        copy(x, target);
        return target;
    }

    private void copy(Value from, Value to) {
        FourSteps sizes = FourSteps.of(from.layout().dims(), 1);
        FourSteps fromSteps = FourSteps.of(from.layout().strides(), 0);
        FourSteps toSteps = FourSteps.of(to.layout().strides(), 0);
        step(
                "copy",
                () -> layers.launch(new CopyStridedParameters(at(from), at(to), sizes, fromSteps, toSteps)),
                from,
                to);
    }

    /** @param touched what is read or written; null where there is none */
    private void step(String name, Runnable work, Value... touched) {
        Arrays.stream(touched)
                .filter(value -> value != null && value.buffer() != null)
                .forEach(value -> value.buffer().usedBy(steps.size()));
        steps.add(new Step(name, work));
    }

    private DeviceAddress at(Value value) {
        DeviceAddress start = value.buffer() == null
                ? value.constant()
                : block.plusBytes(value.buffer().offset());
        return start.plusBytes(Float.BYTES * value.layout().offset());
    }

    private static int whole(long value) {
        return Math.toIntExact(value);
    }

    private static long[] numbers(Node node) {
        return node.numbers().stream().mapToLong(Long::longValue).toArray();
    }
}
