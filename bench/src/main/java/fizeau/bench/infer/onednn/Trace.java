// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.onednn;

import fizeau.bench.infer.Network;
import fizeau.bench.infer.onednn.Node.Kind;
import fizeau.bench.ops.Algebra;
import fizeau.bench.ops.Parameter;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a network computes instead of computing it. */
public final class Trace implements Algebra<Node> {
    private final List<Node> nodes = new ArrayList<>();

    private Trace() {}

    /** All operations in order; the first are the parameters, pictures before all, the last is the answer. */
    public static List<Node> of(Network network) {
        Trace trace = new Trace();
        List<Node> parameters = new ArrayList<>();
        for (Parameter parameter : network.parameters(0)) {
            parameters.add(trace.node(Kind.PARAMETER, parameter.dims(), List.of()));
        }
        network.forward(trace, parameters);
        return List.copyOf(trace.nodes);
    }

    @Override
    public Node convolution(Node x, Node weight, Node bias, int stride, int padding, int groups) {
        if (groups != 1) {
            throw new UnsupportedOperationException("convolutions in " + groups + " groups are not in this engine");
        }
        List<Node> operands = bias == null ? List.of(x, weight) : List.of(x, weight, bias);
        return node(
                Kind.CONVOLUTION,
                List.of(
                        x.dim(0),
                        weight.dim(0),
                        windows(x.dim(2), weight.dim(2), stride, padding),
                        windows(x.dim(3), weight.dim(3), stride, padding)),
                operands,
                stride,
                padding);
    }

    @Override
    public Node batchNorm(Node x, Node gamma, Node beta, Node mean, Node variance, double epsilon) {
        return norm(Kind.BATCH_NORM, x.dims(), List.of(x, gamma, beta, mean, variance), epsilon);
    }

    @Override
    public Node layerNorm(Node x, long size, Node gamma, Node beta, double epsilon) {
        return norm(Kind.LAYER_NORM, x.dims(), List.of(x, gamma, beta), epsilon);
    }

    @Override
    public Node linear(Node x, Node weight, Node bias) {
        List<Long> dims = new ArrayList<>(x.dims());
        dims.set(dims.size() - 1, weight.dim(0));
        return node(Kind.LINEAR, dims, List.of(x, weight, bias));
    }

    @Override
    public Node attention(Node query, Node key, Node value, boolean causal) {
        if (causal) {
            throw new UnsupportedOperationException("causal attention is not in this engine");
        }
        return node(Kind.ATTENTION, query.dims(), List.of(query, key, value));
    }

    @Override
    public Node relu(Node x) {
        return node(Kind.RELU, x.dims(), List.of(x));
    }

    @Override
    public Node gelu(Node x, boolean tanh) {
        return node(Kind.GELU, x.dims(), List.of(x), tanh ? 1 : 0);
    }

    @Override
    public Node add(Node left, Node right) {
        return node(Kind.ADD, left.dims(), List.of(left, right));
    }

    @Override
    public Node maxPool(Node x, int size, int stride, int padding) {
        return node(
                Kind.MAX_POOL,
                List.of(
                        x.dim(0),
                        x.dim(1),
                        windows(x.dim(2), size, stride, padding),
                        windows(x.dim(3), size, stride, padding)),
                List.of(x),
                size,
                stride,
                padding);
    }

    @Override
    public Node meanOfPixels(Node x) {
        return node(Kind.MEAN, List.of(x.dim(0), x.dim(1), 1L, 1L), List.of(x));
    }

    @Override
    public Node concatenate(List<Node> parts, int dimension) {
        List<Long> dims = new ArrayList<>(parts.get(0).dims());
        dims.set(
                dimension, parts.stream().mapToLong(part -> part.dim(dimension)).sum());
        return node(Kind.CONCATENATE, dims, parts, dimension);
    }

    @Override
    public Node reshape(Node x, long... sizes) {
        return node(Kind.RESHAPE, boxed(sizes), List.of(x));
    }

    @Override
    public Node permute(Node x, long... dimensions) {
        List<Long> dims = new ArrayList<>();
        for (long dimension : dimensions) {
            dims.add(x.dim((int) dimension));
        }
        return node(Kind.PERMUTE, dims, List.of(x), dimensions);
    }

    @Override
    public Node slice(Node x, int dimension, long from, long to) {
        List<Long> dims = new ArrayList<>(x.dims());
        dims.set(dimension, to - from);
        return node(Kind.SLICE, dims, List.of(x), dimension, from);
    }

    @Override
    public Node expand(Node x, long... sizes) {
        return node(Kind.EXPAND, boxed(sizes), List.of(x));
    }

    @Override
    public Node matmul(Node left, Node right) {
        throw foreign("matmul");
    }

    @Override
    public Node multiply(Node left, Node right) {
        throw foreign("multiply");
    }

    @Override
    public Node embedding(Node table, Node positions) {
        throw foreign("embedding");
    }

    @Override
    public Node lstm(Node x, Node zeroState, List<Node> weights, int layers) {
        throw foreign("lstm");
    }

    private static UnsupportedOperationException foreign(String operation) {
        return new UnsupportedOperationException("operation " + operation + " is not in this engine");
    }

    private Node node(Kind kind, List<Long> dims, List<Node> operands, long... numbers) {
        Node node = new Node(nodes.size(), kind, List.copyOf(operands), List.copyOf(dims), boxed(numbers), 0);
        nodes.add(node);
        return node;
    }

    private Node norm(Kind kind, List<Long> dims, List<Node> operands, double epsilon) {
        Node node = new Node(nodes.size(), kind, List.copyOf(operands), List.copyOf(dims), List.of(), epsilon);
        nodes.add(node);
        return node;
    }

    private static long windows(long size, long window, int stride, int padding) {
        return (size + 2L * padding - window) / stride + 1;
    }

    private static List<Long> boxed(long... values) {
        List<Long> list = new ArrayList<>();
        for (long value : values) {
            list.add(value);
        }
        return List.copyOf(list);
    }
}
