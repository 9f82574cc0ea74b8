// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.xla;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The instructions of a function in StableHLO, in the notation in which JAX prints them; every result is named once. */
final class Instructions {
    /** Element type of sums and statistics. */
    static final String WIDE = "f32";

    /**
     * A result or an argument.
     *
     * @param dims sizes, slowest first
     * @param element such as {@code f32}
     */
    record Value(String name, List<Long> dims, String element) {
        Value {
            dims = List.copyOf(dims);
        }

        String type() {
            return Instructions.type(dims, element);
        }

        int rank() {
            return dims.size();
        }
    }

    private final StringBuilder text = new StringBuilder();
    private int results;

    /** The lines so far. */
    String text() {
        return text.toString();
    }

    static String type(List<Long> dims, String element) {
        return dims.stream().map(size -> size + "x").collect(Collectors.joining("", "tensor<", element + ">"));
    }

    /** A number without dimensions. */
    Value constant(double value, String element) {
        return constant(Double.toString(value), element);
    }

    Value unary(String operation, Value x) {
        return result(operation + " " + x.name() + " : " + x.type(), x.dims(), x.element());
    }

    /** The error function, which is of the dialect above. */
    Value erf(Value x) {
        Value made = new Value("%" + results++, x.dims(), x.element());
        text.append("    %s = chlo.erf %s : %s -> %s\n".formatted(made.name(), x.name(), x.type(), x.type()));
        return made;
    }

    /** Element by element. */
    Value binary(String operation, Value left, Value right) {
        if (!left.type().equals(right.type())) {
            throw new IllegalArgumentException(
                    "cannot " + operation + " " + left.type() + " and " + right.type() + ": both must be the same");
        }
        return result(
                operation + " " + left.name() + ", " + right.name() + " : " + left.type(), left.dims(), left.element());
    }

    /** Element by element with one number. */
    Value binary(String operation, Value left, double right) {
        return binary(operation, left, spread(constant(right, left.element()), left.dims()));
    }

    /** @param places which dimension of the result each dimension of {@code x} becomes */
    Value spread(Value x, List<Long> dims, int... places) {
        return mapped("broadcast_in_dim " + x.name() + ", dims = " + list(places), x, dims);
    }

    Value reshape(Value x, List<Long> dims) {
        return x.dims().equals(dims) ? x : mapped("reshape " + x.name(), x, dims);
    }

    Value transpose(Value x, int... order) {
        List<Long> dims = Arrays.stream(order).mapToObj(x.dims()::get).toList();
        return mapped("transpose " + x.name() + ", dims = " + list(order), x, dims);
    }

    Value slice(Value x, int dimension, long from, long to) {
        List<Long> dims = new ArrayList<>(x.dims());
        dims.set(dimension, to - from);
        String ranges = IntStream.range(0, x.rank())
                .mapToObj(
                        d -> d == dimension ? from + ":" + to : "0:" + x.dims().get(d))
                .collect(Collectors.joining(", ", "[", "]"));
        return mapped("slice " + x.name() + " " + ranges, x, dims);
    }

    Value concatenate(List<Value> parts, int dimension) {
        List<Long> dims = new ArrayList<>(parts.get(0).dims());
        dims.set(
                dimension,
                parts.stream().mapToLong(part -> part.dims().get(dimension)).sum());
        String names = parts.stream().map(Value::name).collect(Collectors.joining(", "));
        String types = parts.stream().map(Value::type).collect(Collectors.joining(", "));
        String element = parts.get(0).element();
        return result(
                "concatenate " + names + ", dim = " + dimension + " : (" + types + ") -> " + type(dims, element),
                dims,
                element);
    }

    Value convert(Value x, String element) {
        return x.element().equals(element)
                ? x
                : result(
                        "convert " + x.name() + " : (" + x.type() + ") -> " + type(x.dims(), element),
                        x.dims(),
                        element);
    }

    /** Sum over dimensions, which go. */
    Value sum(Value x, int... dimensions) {
        return reduce("add", x, constant(0, x.element()), dimensions);
    }

    /** Largest over dimensions, which go. */
    Value largest(Value x, int... dimensions) {
        return reduce("maximum", x, least(x.element()), dimensions);
    }

    /**
     * Sums of products.
     *
     * @param batch how many leading dimensions run along in both
     * @param left dimension that is summed over
     * @param right dimension that is summed over
     */
    Value dot(Value x, Value y, int batch, int left, int right) {
        List<Long> dims = new ArrayList<>(x.dims().subList(0, batch));
        IntStream.range(batch, x.rank())
                .filter(d -> d != left)
                .mapToObj(x.dims()::get)
                .forEach(dims::add);
        IntStream.range(batch, y.rank())
                .filter(d -> d != right)
                .mapToObj(y.dims()::get)
                .forEach(dims::add);
        String along = list(IntStream.range(0, batch).toArray());
        String batching = batch == 0 ? "" : ", batching_dims = " + along + " x " + along;
        String operands = x.name() + ", " + y.name() + batching;
        return result(
                "dot_general %s, contracting_dims = [%d] x [%d] : (%s, %s) -> %s"
                        .formatted(operands, left, right, x.type(), y.type(), type(dims, x.element())),
                dims,
                x.element());
    }

    /**
     * The same in y and x.
     *
     * @param x {@code [batch][y][x][channel]}
     * @param weight {@code [y][x][in][out]}
     */
    Value convolution(Value x, Value weight, int stride, int padding) {
        List<Long> dims = List.of(
                x.dims().get(0),
                windows(x.dims().get(1), weight.dims().get(0), stride, padding),
                windows(x.dims().get(2), weight.dims().get(1), stride, padding),
                weight.dims().get(3));
        return result(
                ("convolution(%s, %s) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],"
                                + " window = {stride = [%d, %d], pad = [[%d, %d], [%d, %d]]}"
                                + " {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (%s, %s) -> %s")
                        .formatted(
                                x.name(),
                                weight.name(),
                                stride,
                                stride,
                                padding,
                                padding,
                                padding,
                                padding,
                                x.type(),
                                weight.type(),
                                type(dims, x.element())),
                dims,
                x.element());
    }

    /** Largest of windows; {@code x} is {@code [batch][y][x][channel]}. */
    Value largestOfWindows(Value x, int size, int stride, int padding) {
        List<Long> dims = List.of(
                x.dims().get(0),
                windows(x.dims().get(1), size, stride, padding),
                windows(x.dims().get(2), size, stride, padding),
                x.dims().get(3));
        Value from = least(x.element());
        Value made = new Value("%" + results++, dims, x.element());
        String one = type(List.of(), x.element());
        text.append("""
                    %s = "stablehlo.reduce_window"(%s, %s) ({
                    ^bb0(%%left: %s, %%right: %s):
                      %%larger = stablehlo.maximum %%left, %%right : %s
                      stablehlo.return %%larger : %s
                    }) {padding = dense<[[0, 0], [%d, %d], [%d, %d], [0, 0]]> : tensor<4x2xi64>, \
                window_dimensions = array<i64: 1, %d, %d, 1>, window_strides = array<i64: 1, %d, %d, 1>} : (%s, %s) -> %s
                """.formatted(
                        made.name(),
                        x.name(),
                        from.name(),
                        one,
                        one,
                        one,
                        one,
                        padding,
                        padding,
                        padding,
                        padding,
                        size,
                        size,
                        stride,
                        stride,
                        x.type(),
                        one,
                        made.type()));
        return made;
    }

    void giveBack(Value value) {
        text.append("    return ")
                .append(value.name())
                .append(" : ")
                .append(value.type())
                .append('\n');
    }

    private Value reduce(String operation, Value x, Value from, int... dimensions) {
        List<Long> dims = new ArrayList<>(x.dims());
        Arrays.stream(dimensions).boxed().sorted(Collections.reverseOrder()).forEach(d -> dims.remove((int) d));
        return result(
                "reduce(%s init: %s) applies stablehlo.%s across dimensions = %s : (%s, %s) -> %s"
                        .formatted(
                                x.name(),
                                from.name(),
                                operation,
                                list(dimensions),
                                x.type(),
                                from.type(),
                                type(dims, x.element())),
                dims,
                x.element());
    }

    /** Minus infinity, by its bits. */
    private Value least(String element) {
        return constant(
                switch (element) {
                    case "f32" -> "0xFF800000";
                    case "f16" -> "0xFC00";
                    case "bf16" -> "0xFF80";
                    default -> throw new IllegalArgumentException("no minus infinity of " + element);
                },
                element);
    }

    private Value constant(String value, String element) {
        return result("constant dense<" + value + "> : " + type(List.of(), element), List.of(), element);
    }

    private Value mapped(String what, Value x, List<Long> dims) {
        return result(what + " : (" + x.type() + ") -> " + type(dims, x.element()), dims, x.element());
    }

    private Value result(String what, List<Long> dims, String element) {
        Value made = new Value("%" + results++, dims, element);
        text.append("    ")
                .append(made.name())
                .append(" = stablehlo.")
                .append(what)
                .append('\n');
        return made;
    }

    private static long windows(long size, long window, int stride, int padding) {
        return (size + 2L * padding - window) / stride + 1;
    }

    private static String list(int... values) {
        return Arrays.toString(values);
    }
}
