// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.xla;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Reads a function of StableHLO from its text and computes it in double precision as the specification has it, element by
 * element. Every operand must have the type that its line declares, and every result the sizes that follow from them.
 */
final class HloInterpreter {
    private static final Pattern ARGUMENT = Pattern.compile("(%arg\\d+): (tensor<[^>]*>)");
    private static final Pattern STATEMENT =
            Pattern.compile("(%\\d+) = \"?(?:stablehlo|chlo)\\.(\\w+)\"?(.*) : (?:\\((.*)\\) -> )?(tensor<\\S*>)");
    private static final Pattern ERF =
            Pattern.compile("(%\\d+) = chlo\\.erf (%\\d+) : (tensor<\\S*>) -> (tensor<\\S*>)");
    private static final Pattern NAME = Pattern.compile("%(?:arg)?\\d+");
    private static final Pattern TYPE = Pattern.compile("tensor<((?:\\d+x)*)(\\w+)>");
    private static final Pattern LARGEST_OF_WINDOWS = Pattern.compile(
            "\\(\\{ \\^bb0.*stablehlo\\.maximum %left, %right .*stablehlo\\.return %larger .*\\}\\) \\{(.*)\\}");

    /** Row-major values. */
    record Array(int[] dims, String element, double[] values) {

        static Array zeros(String element, int... dims) {
            return new Array(dims, element, new double[Arrays.stream(dims).reduce(1, (a, b) -> a * b)]);
        }

        int[] position(int index) {
            int[] position = new int[dims.length];
            for (int d = dims.length - 1; d >= 0; d--) {
                position[d] = index % dims[d];
                index /= dims[d];
            }
            return position;
        }

        int index(int... position) {
            int index = 0;
            for (int d = 0; d < dims.length; d++) {
                if (position[d] < 0 || position[d] >= dims[d]) {
                    return -1;
                }
                index = index * dims[d] + position[d];
            }
            return index;
        }

        String type() {
            StringBuilder text = new StringBuilder("tensor<");
            Arrays.stream(dims).forEach(size -> text.append(size).append('x'));
            return text.append(element).append('>').toString();
        }
    }

    /** Where an element of a result comes from. */
    private interface Place {
        int[] of(int[] position);
    }

    private final Map<String, Array> values = new HashMap<>();

    private HloInterpreter() {}

    /** The result of the function for these arguments, in their order. */
    static Array run(String module, List<double[]> arguments) {
        HloInterpreter interpreter = new HloInterpreter();
        String[] halves = module.split("\\) -> tensor<", 2);
        Matcher argument = ARGUMENT.matcher(halves[0]);
        int taken = 0;
        while (argument.find()) {
            Array empty = empty(argument.group(2));
            if (empty.values().length != arguments.get(taken).length) {
                throw new AssertionError(argument.group() + " for " + arguments.get(taken).length + " values");
            }
            interpreter.values.put(argument.group(1), new Array(empty.dims(), empty.element(), arguments.get(taken++)));
        }
        if (taken != arguments.size()) {
            throw new AssertionError(taken + " arguments are declared and " + arguments.size() + " given");
        }
        return interpreter.body("tensor<" + halves[1]);
    }

    private Array body(String text) {
        String declared = text.substring(0, text.indexOf(' '));
        StringBuilder statement = new StringBuilder();
        for (String line : text.substring(text.indexOf('\n') + 1).split("\n")) {
            statement.append(statement.isEmpty() ? "" : " ").append(line.strip());
            String whole = statement.toString();
            if (whole.contains("({") && !whole.contains("})")) {
                continue; // a region goes on
            }
            statement.setLength(0);
            if (whole.startsWith("return ")) {
                Array result = values.get(whole.substring(7, whole.indexOf(" : ")));
                same(result.type(), whole.substring(whole.indexOf(" : ") + 3), whole);
                same(result.type(), declared, whole);
                return result;
            }
            statement(whole);
        }
        throw new AssertionError("the function gives nothing back");
    }

    private void statement(String line) {
        Matcher erf = ERF.matcher(line);
        if (erf.matches()) {
            same(values.get(erf.group(2)).type(), erf.group(3), line);
            put(erf.group(1), each(values.get(erf.group(2)), HloInterpreter::erf), erf.group(4), line);
            return;
        }
        Matcher parts = STATEMENT.matcher(line);
        if (!parts.matches()) {
            throw new AssertionError("not understood: " + line);
        }
        String what = parts.group(3);
        List<Array> operands = new ArrayList<>();
        Matcher name = NAME.matcher(what);
        while (name.find()) {
            operands.add(values.get(name.group()));
        }
        if (parts.group(4) != null) {
            same(String.join(", ", operands.stream().map(Array::type).toList()), parts.group(4), line);
        } else {
            operands.forEach(operand -> same(operand.type(), parts.group(5), line));
        }
        put(parts.group(1), compute(parts.group(2), what, operands, parts.group(5)), parts.group(5), line);
    }

    private void put(String name, Array value, String declared, String line) {
        same(value.type(), declared, line);
        if (values.put(name, value) != null) {
            throw new AssertionError(name + " has two meanings");
        }
    }

    private static Array compute(String operation, String what, List<Array> x, String type) {
        return switch (operation) {
            case "constant" -> constant(what, type);
            case "add" -> both(x, Double::sum);
            case "subtract" -> both(x, (a, b) -> a - b);
            case "multiply" -> both(x, (a, b) -> a * b);
            case "divide" -> both(x, (a, b) -> a / b);
            case "maximum" -> both(x, Math::max);
            case "rsqrt" -> each(x.get(0), v -> 1 / Math.sqrt(v));
            case "exponential" -> each(x.get(0), Math::exp);
            case "convert" ->
                new Array(x.get(0).dims(), empty(type).element(), x.get(0).values());
            case "broadcast_in_dim" -> {
                int[] places = numbers(what, "dims = \\[(.*)\\]");
                yield picked(
                        x.get(0),
                        empty(type).dims(),
                        p -> IntStream.range(0, places.length)
                                .map(d -> x.get(0).dims()[d] == 1 ? 0 : p[places[d]])
                                .toArray());
            }
            case "reshape" ->
                new Array(empty(type).dims(), x.get(0).element(), x.get(0).values());
            case "transpose" -> {
                int[] order = numbers(what, "dims = \\[(.*)\\]");
                int[] dims = Arrays.stream(order).map(d -> x.get(0).dims()[d]).toArray();
                yield picked(x.get(0), dims, p -> {
                    int[] from = new int[order.length];
                    IntStream.range(0, order.length).forEach(d -> from[order[d]] = p[d]);
                    return from;
                });
            }
            case "slice" -> {
                int[] ranges = numbers(what.replace(':', ','), "\\[(.*)\\]");
                int[] dims = IntStream.range(0, ranges.length / 2)
                        .map(d -> ranges[2 * d + 1] - ranges[2 * d])
                        .toArray();
                yield picked(
                        x.get(0),
                        dims,
                        p -> IntStream.range(0, p.length)
                                .map(d -> p[d] + ranges[2 * d])
                                .toArray());
            }
            case "concatenate" -> joined(x, numbers(what, "dim = (\\d+)")[0]);
            case "dot_general" -> dot(x.get(0), x.get(1), what);
            case "convolution" -> convolution(x.get(0), x.get(1), what);
            case "reduce" ->
                reduced(
                        x.get(0),
                        x.get(1).values()[0],
                        what.contains("applies stablehlo.add ") ? Double::sum : Math::max,
                        numbers(what, "dimensions = \\[(.*)\\]"));
            case "reduce_window" -> largestOfWindows(x.get(0), x.get(1).values()[0], what);
            default -> throw new AssertionError("operation " + operation);
        };
    }

    private static Array constant(String what, String type) {
        String value = what.substring(what.indexOf('<') + 1, what.lastIndexOf('>'));
        double number = switch (value) {
            case "0xFF800000", "0xFC00", "0xFF80" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(value);
        };
        Array result = empty(type);
        Arrays.fill(result.values(), number);
        return result;
    }

    private static Array picked(Array x, int[] dims, Place place) {
        Array result = Array.zeros(x.element(), dims);
        for (int i = 0; i < result.values().length; i++) {
            result.values()[i] = x.values()[x.index(place.of(result.position(i)))];
        }
        return result;
    }

    private static Array joined(List<Array> parts, int dimension) {
        int[] dims = parts.get(0).dims().clone();
        dims[dimension] =
                parts.stream().mapToInt(part -> part.dims()[dimension]).sum();
        Array result = Array.zeros(parts.get(0).element(), dims);
        for (int i = 0; i < result.values().length; i++) {
            int[] position = result.position(i);
            int part = 0;
            while (position[dimension] >= parts.get(part).dims()[dimension]) {
                position[dimension] -= parts.get(part++).dims()[dimension];
            }
            result.values()[i] = parts.get(part).values()[parts.get(part).index(position)];
        }
        return result;
    }

    /** Result: batching dimensions, then what is left of the first operand, then of the second. */
    private static Array dot(Array x, Array y, String what) {
        int[] batch = what.contains("batching_dims") ? numbers(what, "batching_dims = \\[(.*?)\\] x") : new int[0];
        int left = numbers(what, "contracting_dims = \\[(\\d+)\\]")[0];
        int right = numbers(what, "contracting_dims = \\[\\d+\\] x \\[(\\d+)\\]")[0];
        int[] freeLeft = free(x, batch.length, left);
        int[] freeRight = free(y, batch.length, right);
        int[] dims = IntStream.concat(
                        IntStream.concat(
                                Arrays.stream(batch).map(d -> x.dims()[d]),
                                Arrays.stream(freeLeft).map(d -> x.dims()[d])),
                        Arrays.stream(freeRight).map(d -> y.dims()[d]))
                .toArray();
        Array result = Array.zeros(x.element(), dims);
        int[] at = new int[x.dims().length];
        int[] bt = new int[y.dims().length];
        for (int i = 0; i < result.values().length; i++) {
            int[] position = result.position(i);
            for (int d : batch) {
                at[d] = position[d];
                bt[d] = position[d];
            }
            for (int d = 0; d < freeLeft.length; d++) {
                at[freeLeft[d]] = position[batch.length + d];
            }
            for (int d = 0; d < freeRight.length; d++) {
                bt[freeRight[d]] = position[batch.length + freeLeft.length + d];
            }
            double sum = 0;
            for (int k = 0; k < x.dims()[left]; k++) {
                at[left] = k;
                bt[right] = k;
                sum += x.values()[x.index(at)] * y.values()[y.index(bt)];
            }
            result.values()[i] = sum;
        }
        return result;
    }

    private static int[] free(Array x, int batch, int contracted) {
        return IntStream.range(batch, x.dims().length)
                .filter(d -> d != contracted)
                .toArray();
    }

    private static Array convolution(Array x, Array weight, String what) {
        if (!what.contains("dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],")
                || !what.contains("{batch_group_count = 1 : i64, feature_group_count = 1 : i64}")) {
            throw new AssertionError("not understood: " + what);
        }
        int[] stride = numbers(what, "stride = \\[(.*?)\\]");
        int[] pad = numbers(what, "pad = \\[\\[(.*?)\\]\\]");
        int[] window = weight.dims();
        int rows = (x.dims()[1] + pad[0] + pad[1] - window[0]) / stride[0] + 1;
        int columns = (x.dims()[2] + pad[2] + pad[3] - window[1]) / stride[1] + 1;
        Array result = Array.zeros(x.element(), x.dims()[0], rows, columns, window[3]);
        for (int i = 0; i < result.values().length; i++) {
            int[] p = result.position(i);
            double sum = 0;
            for (int a = 0; a < window[0]; a++) {
                for (int b = 0; b < window[1]; b++) {
                    for (int c = 0; c < window[2]; c++) {
                        int at = x.index(p[0], p[1] * stride[0] + a - pad[0], p[2] * stride[1] + b - pad[2], c);
                        sum += at < 0 ? 0 : x.values()[at] * weight.values()[weight.index(a, b, c, p[3])];
                    }
                }
            }
            result.values()[i] = sum;
        }
        return result;
    }

    private static Array reduced(Array x, double from, DoubleBinaryOperator operator, int[] dimensions) {
        int[] kept = IntStream.range(0, x.dims().length)
                .filter(d -> Arrays.stream(dimensions).noneMatch(gone -> gone == d))
                .toArray();
        Array result = Array.zeros(
                x.element(), Arrays.stream(kept).map(d -> x.dims()[d]).toArray());
        Arrays.fill(result.values(), from);
        for (int i = 0; i < x.values().length; i++) {
            int[] position = x.position(i);
            int to = result.index(Arrays.stream(kept).map(d -> position[d]).toArray());
            result.values()[to] = operator.applyAsDouble(result.values()[to], x.values()[i]);
        }
        return result;
    }

    private static Array largestOfWindows(Array x, double from, String what) {
        Matcher region = LARGEST_OF_WINDOWS.matcher(what);
        if (!region.find()) {
            throw new AssertionError("not understood: " + what);
        }
        int[] pad = numbers(region.group(1), "padding = dense<\\[\\[(.*?)\\]\\]>");
        int[] window = numbers(region.group(1), "window_dimensions = array<i64: (.*?)>");
        int[] stride = numbers(region.group(1), "window_strides = array<i64: (.*?)>");
        int[] dims = IntStream.range(0, 4)
                .map(d -> (x.dims()[d] + pad[2 * d] + pad[2 * d + 1] - window[d]) / stride[d] + 1)
                .toArray();
        Array places = Array.zeros("", window);
        Array result = Array.zeros(x.element(), dims);
        for (int i = 0; i < result.values().length; i++) {
            int[] p = result.position(i);
            double most = from;
            for (int w = 0; w < places.values().length; w++) {
                int[] q = places.position(w);
                int at = x.index(IntStream.range(0, 4)
                        .map(d -> p[d] * stride[d] + q[d] - pad[2 * d])
                        .toArray());
                most = at < 0 ? most : Math.max(most, x.values()[at]);
            }
            result.values()[i] = most;
        }
        return result;
    }

    private static Array both(List<Array> x, DoubleBinaryOperator operator) {
        Array result = Array.zeros(x.get(0).element(), x.get(0).dims());
        Arrays.setAll(
                result.values(),
                i -> operator.applyAsDouble(x.get(0).values()[i], x.get(1).values()[i]));
        return result;
    }

    private static Array each(Array x, DoubleUnaryOperator operator) {
        return new Array(
                x.dims(), x.element(), Arrays.stream(x.values()).map(operator).toArray());
    }

    /** Simpson's rule. */
    private static double erf(double x) {
        int steps = 400;
        double sum = 1 + Math.exp(-x * x);
        for (int i = 1; i < steps; i++) {
            double t = x * i / steps;
            sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-t * t);
        }
        return 2 / Math.sqrt(Math.PI) * sum * x / (3 * steps);
    }

    private static Array empty(String type) {
        Matcher parts = TYPE.matcher(type);
        if (!parts.matches()) {
            throw new AssertionError("no type: " + type);
        }
        int[] dims = Arrays.stream(parts.group(1).split("x"))
                .filter(size -> !size.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
        return Array.zeros(parts.group(2), dims);
    }

    private static int[] numbers(String text, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        if (!found.find()) {
            throw new AssertionError("no " + pattern + " in " + text);
        }
        return Arrays.stream(found.group(1).split("[^0-9]+"))
                .filter(number -> !number.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private static void same(String found, String declared, String line) {
        if (!found.equals(declared)) {
            throw new AssertionError(found + " where " + declared + " is declared: " + line);
        }
    }
}
