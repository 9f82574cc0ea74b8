// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import fizeau.bench.ops.Algebra;
import fizeau.bench.ops.Computation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes a computation as TorchScript source: values are names, operations are lines. */
final class ScriptAlgebra implements Algebra<String> {
    private final StringBuilder lines = new StringBuilder();
    private int values;

    private ScriptAlgebra() {}

    /** A function {@code forward} that takes the parameters in order and returns the output. */
    static String source(Computation computation) {
        int count = computation.parameters(0).size();
        List<String> names =
                IntStream.range(0, count).mapToObj(i -> "p" + i).collect(Collectors.toCollection(ArrayList::new));
        ScriptAlgebra script = new ScriptAlgebra();
        String result = computation.forward(script, names);
        return "def forward(" + String.join(", ", names) + "):\n" + script.lines + "    return " + result + "\n";
    }

    @Override
    public String matmul(String left, String right) {
        return line("torch.matmul(%s, %s)", left, right);
    }

    @Override
    public String linear(String x, String weight, String bias) {
        return line("torch.linear(%s, %s, %s)", x, weight, none(bias));
    }

    @Override
    public String convolution(String x, String weight, String bias, int stride, int padding, int groups) {
        return line(
                "torch.conv2d(%s, %s, %s, [%d, %d], [%d, %d], [1, 1], %d)",
                x, weight, none(bias), stride, stride, padding, padding, groups);
    }

    @Override
    public String batchNorm(String x, String gamma, String beta, String mean, String variance, double epsilon) {
        return line(
                "torch.batch_norm(%s, %s, %s, %s, %s, False, 0.1, %s, False)", x, gamma, beta, mean, variance, epsilon);
    }

    @Override
    public String layerNorm(String x, long size, String gamma, String beta, double epsilon) {
        return line("torch.layer_norm(%s, [%d], %s, %s, %s, False)", x, size, gamma, beta, epsilon);
    }

    @Override
    public String relu(String x) {
        return line("torch.relu(%s)", x);
    }

    @Override
    public String gelu(String x, boolean tanh) {
        return line("torch.gelu(%s, approximate=\"%s\")", x, tanh ? "tanh" : "none");
    }

    @Override
    public String add(String left, String right) {
        return line("torch.add(%s, %s)", left, right);
    }

    @Override
    public String multiply(String left, String right) {
        return line("torch.mul(%s, %s)", left, right);
    }

    @Override
    public String embedding(String table, String positions) {
        return line("torch.embedding(%s, torch._cast_Long(%s, False))", table, positions);
    }

    @Override
    public String attention(String query, String key, String value, boolean causal) {
        return line(
                "torch.scaled_dot_product_attention(%s, %s, %s, None, 0.0, %s)",
                query, key, value, causal ? "True" : "False");
    }

    @Override
    public String lstm(String x, String zeroState, List<String> weights, int layers) {
        String name = "v" + values++;
        lines.append(String.format(
                Locale.ROOT,
                "    %s, %s_h, %s_c = torch.lstm(%s, [%s, %s], [%s], True, %d, 0.0, False, False, True)\n",
                name,
                name,
                name,
                x,
                zeroState,
                zeroState,
                String.join(", ", weights),
                layers));
        return name;
    }

    @Override
    public String reshape(String x, long... sizes) {
        return line("torch.reshape(%s, %s)", x, Arrays.toString(sizes));
    }

    @Override
    public String permute(String x, long... dimensions) {
        return line("torch.permute(%s, %s)", x, Arrays.toString(dimensions));
    }

    @Override
    public String slice(String x, int dimension, long from, long to) {
        return line("torch.narrow(%s, %d, %d, %d)", x, dimension, from, to - from);
    }

    @Override
    public String meanOfPixels(String x) {
        return line("torch.adaptive_avg_pool2d(%s, [1, 1])", x);
    }

    private String line(String format, Object... arguments) {
        String name = "v" + values++;
        lines.append("    ")
                .append(name)
                .append(" = ")
                .append(String.format(Locale.ROOT, format, arguments))
                .append('\n');
        return name;
    }

    private static String none(String name) {
        return name == null ? "None" : name;
    }
}
