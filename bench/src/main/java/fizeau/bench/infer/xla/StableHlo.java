// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.xla;

import fizeau.bench.infer.Network;
import fizeau.bench.infer.NumberFormat;
import fizeau.bench.infer.xla.Instructions.Value;
import fizeau.bench.ops.Parameter;
import fizeau.bench.ops.plan.Node;
import fizeau.bench.ops.plan.Node.Kind;
import fizeau.bench.ops.plan.Trace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Writes a network as one function of StableHLO: pictures and weights in, scores in float32 out. Nothing is folded or fused
 * here, which is XLA's work. Values with channels lie pixel by pixel and weights of convolutions {@code [y][x][in][out]}, as
 * usual with JAX and as XLA's convolutions on a CPU want them. Statistics and exponentials are computed in float32.
 */
public final class StableHlo {
    private static final int[] CHANNELS_LAST = {0, 2, 3, 1};
    private static final int[] CHANNELS_FIRST = {0, 3, 1, 2};

    /** How a weight of a convolution, {@code [out][in][y][x]} in files, becomes an argument. */
    private static final List<Integer> WEIGHT_ORDER = List.of(2, 3, 1, 0);

    /**
     * An argument of the function.
     *
     * @param name of the parameter
     * @param dims sizes of the parameter in files
     * @param order which of those dimensions each one of the argument is; the identity but for weights of convolutions
     */
    public record Argument(String name, List<Long> dims, List<Integer> order) {
        /** Sizes of the argument. */
        public List<Long> orderedDims() {
            return order.stream().map(dims::get).toList();
        }

        /** Whether it is laid out otherwise than in files. */
        public boolean reordered() {
            return !order.equals(identity(dims.size()));
        }
    }

    /**
     * A module with the function {@code main}.
     *
     * @param arguments pictures first
     */
    public record Program(String text, List<Argument> arguments) {}

    private final Instructions out = new Instructions();
    private final Map<Node, Value> values = new HashMap<>();
    private final Set<Node> pixelByPixel = new HashSet<>(); // nodes whose value has its channels last
    private final List<Argument> arguments = new ArrayList<>();
    private final String element;

    private StableHlo(NumberFormat format) {
        this.element = element(format);
    }

    /** Writes a network for its number of pictures, with weights and pictures in {@code format}. */
    public static Program of(Network network, NumberFormat format) {
        return new StableHlo(format).write(network);
    }

    private Program write(Network network) {
        List<Node> nodes = Trace.of(network);
        Set<Node> kernels = new HashSet<>();
        nodes.stream().filter(node -> node.kind() == Kind.CONVOLUTION).forEach(node -> kernels.add(node.operand(1)));
        List<Parameter> parameters = network.parameters(0);
        StringBuilder head = new StringBuilder("module @network {\n  func.func public @main(\n");
        for (int i = 0; i < parameters.size(); i++) {
            Node node = nodes.get(i);
            boolean kernel = kernels.contains(node);
            Argument argument = new Argument(
                    parameters.get(i).name(),
                    node.dims(),
                    kernel ? WEIGHT_ORDER : identity(node.dims().size()));
            arguments.add(argument);
            Value value = new Value("%arg" + i, argument.orderedDims(), element);
            values.put(node, value);
            String comma = i + 1 < parameters.size() ? "," : "";
            head.append("      %s: %s%s // %s\n".formatted(value.name(), value.type(), comma, argument.name()));
        }
        Node last = nodes.get(nodes.size() - 1);
        head.append("  ) -> ")
                .append(Instructions.type(last.dims(), Instructions.WIDE))
                .append(" {\n");
        nodes.stream().filter(node -> node.kind() != Kind.PARAMETER).forEach(this::write);
        out.giveBack(out.convert(plain(last), Instructions.WIDE));
        return new Program(head + out.text() + "  }\n}\n", List.copyOf(arguments));
    }

    private void write(Node node) {
        values.put(
                node,
                switch (node.kind()) {
                    case PARAMETER -> throw new IllegalStateException("parameters are arguments");
                    case MATMUL -> throw new IllegalStateException("no network here multiplies two of its results");
                    case CONVOLUTION -> convolution(node);
                    case BATCH_NORM -> batchNorm(node);
                    case LAYER_NORM -> layerNorm(node);
                    case LINEAR -> linear(node);
                    case ATTENTION -> attention(node);
                    case RELU -> {
                        follow(node, node.operand(0));
                        yield out.binary("maximum", value(node.operand(0)), 0);
                    }
                    case GELU -> gelu(node);
                    case ADD -> add(node);
                    case MAX_POOL -> {
                        pixelByPixel.add(node);
                        yield out.largestOfWindows(
                                channelsLast(node.operand(0)), node.number(0), node.number(1), node.number(2));
                    }
                    case MEAN -> meanOfPixels(node);
                    case CONCATENATE ->
                        out.concatenate(
                                node.operands().stream().map(this::plain).toList(), node.number(0));
                    case RESHAPE -> out.reshape(plain(node.operand(0)), node.dims());
                    case PERMUTE ->
                        out.transpose(
                                plain(node.operand(0)),
                                node.numbers().stream()
                                        .mapToInt(Math::toIntExact)
                                        .toArray());
                    case SLICE ->
                        out.slice(
                                plain(node.operand(0)),
                                node.number(0),
                                node.number(1),
                                node.number(1) + node.dim(node.number(0)));
                    case EXPAND -> spread(plain(node.operand(0)), node.dims());
                });
    }

    private Value convolution(Node node) {
        pixelByPixel.add(node);
        Value sums =
                out.convolution(channelsLast(node.operand(0)), value(node.operand(1)), node.number(0), node.number(1));
        return node.operands().size() < 3
                ? sums
                : out.binary("add", sums, out.spread(value(node.operand(2)), sums.dims(), 3));
    }

    private Value batchNorm(Node node) {
        Node source = node.operand(0);
        follow(node, source);
        Value x = wide(value(source));
        int channel = pixelByPixel.contains(source) ? x.rank() - 1 : 1;
        Value variance = out.binary("add", wide(value(node.operand(4))), node.epsilon());
        Value factor = out.binary("multiply", wide(value(node.operand(1))), out.unary("rsqrt", variance));
        Value moved = out.binary("multiply", wide(value(node.operand(3))), factor);
        Value shift = out.binary("subtract", wide(value(node.operand(2))), moved);
        Value scaled = out.binary("multiply", x, out.spread(factor, x.dims(), channel));
        return narrow(out.binary("add", scaled, out.spread(shift, x.dims(), channel)));
    }

    private Value layerNorm(Node node) {
        Value x = wide(plain(node.operand(0)));
        int last = x.rank() - 1;
        Value deviation = out.binary("subtract", x, alongLast(meanOfLast(x), x.dims()));
        Value variance = meanOfLast(out.binary("multiply", deviation, deviation));
        Value factor = out.unary("rsqrt", out.binary("add", variance, node.epsilon()));
        Value normal = out.binary("multiply", deviation, alongLast(factor, x.dims()));
        Value scaled = out.binary("multiply", normal, out.spread(wide(value(node.operand(1))), x.dims(), last));
        return narrow(out.binary("add", scaled, out.spread(wide(value(node.operand(2))), x.dims(), last)));
    }

    private Value linear(Node node) {
        Value x = plain(node.operand(0));
        Value products = out.dot(x, value(node.operand(1)), 0, x.rank() - 1, 1);
        return out.binary("add", products, out.spread(value(node.operand(2)), products.dims(), products.rank() - 1));
    }

    /** Softmax as usual: less the largest, so that no exponential overflows. */
    private Value attention(Node node) {
        Value query = plain(node.operand(0));
        int last = query.rank() - 1;
        int batch = query.rank() - 2;
        double scale = 1 / Math.sqrt(query.dims().get(last));
        Value products = wide(out.dot(query, plain(node.operand(1)), batch, last, last));
        Value scores = out.binary("multiply", products, scale);
        Value largest = alongLast(out.largest(scores, last), scores.dims());
        Value powers = out.unary("exponential", out.binary("subtract", scores, largest));
        Value shares = out.binary("divide", powers, alongLast(out.sum(powers, last), scores.dims()));
        return out.dot(narrow(shares), plain(node.operand(2)), batch, last, batch);
    }

    private Value gelu(Node node) {
        if (node.number(0) != 0) {
            throw new UnsupportedOperationException("the approximation of GELU by a tangent is not written for XLA");
        }
        follow(node, node.operand(0));
        Value x = wide(value(node.operand(0)));
        Value error = out.erf(out.binary("multiply", x, Math.sqrt(0.5)));
        return narrow(out.binary("multiply", out.binary("multiply", x, 0.5), out.binary("add", error, 1)));
    }

    private Value add(Node node) {
        Node left = node.operand(0);
        Node right = node.operand(1);
        if (pixelByPixel.contains(left) && left.dims().equals(right.dims())) {
            pixelByPixel.add(node);
            return out.binary("add", value(left), channelsLast(right));
        }
        Value x = plain(left);
        return out.binary("add", x, spread(plain(right), x.dims()));
    }

    private Value meanOfPixels(Node node) {
        Value x = wide(channelsLast(node.operand(0)));
        double pixels = x.dims().get(1) * x.dims().get(2);
        Value mean = out.binary("multiply", out.sum(x, 1, 2), 1 / pixels);
        return out.reshape(narrow(mean), node.dims());
    }

    private Value meanOfLast(Value x) {
        int last = x.rank() - 1;
        return out.binary("multiply", out.sum(x, last), 1.0 / x.dims().get(last));
    }

    private Value alongLast(Value x, List<Long> dims) {
        return out.spread(x, dims, places(dims.size() - 1));
    }

    /** Repeats dimensions of size 1. */
    private Value spread(Value x, List<Long> dims) {
        return x.dims().equals(dims) ? x : out.spread(x, dims, places(dims.size()));
    }

    private Value value(Node node) {
        return values.get(node);
    }

    /** With its dimensions in the order of the network. */
    private Value plain(Node node) {
        return pixelByPixel.contains(node) ? out.transpose(value(node), CHANNELS_FIRST) : value(node);
    }

    private Value channelsLast(Node node) {
        return pixelByPixel.contains(node) ? value(node) : out.transpose(value(node), CHANNELS_LAST);
    }

    /** The result lies as the operand does. */
    private void follow(Node node, Node operand) {
        if (pixelByPixel.contains(operand)) {
            pixelByPixel.add(node);
        }
    }

    private Value wide(Value x) {
        return out.convert(x, Instructions.WIDE);
    }

    private Value narrow(Value x) {
        return out.convert(x, element);
    }

    private static int[] places(int count) {
        return IntStream.range(0, count).toArray();
    }

    private static List<Integer> identity(int rank) {
        return IntStream.range(0, rank).boxed().toList();
    }

    private static String element(NumberFormat format) {
        return switch (format) {
            case FLOAT32 -> "f32";
            case FLOAT16 -> "f16";
            case BFLOAT16 -> "bf16";
        };
    }
}
