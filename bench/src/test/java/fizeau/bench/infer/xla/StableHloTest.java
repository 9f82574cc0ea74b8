// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.xla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.bench.infer.ImageModel;
import fizeau.bench.infer.Network;
import fizeau.bench.infer.NumberFormat;
import fizeau.bench.infer.Pictures;
import fizeau.bench.infer.ResNet;
import fizeau.bench.infer.VisionTransformer;
import fizeau.bench.infer.run.PlainAlgebra;
import fizeau.bench.infer.xla.StableHlo.Argument;
import fizeau.bench.infer.xla.StableHlo.Program;
import fizeau.bench.ops.Parameter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The text of networks: what it says, and by an interpreter in double precision, what it means. */
class StableHloTest {

    static Stream<Network> networks() {
        return Stream.of(
                ImageModel.RESNET_TINY.network(2),
                ImageModel.VIT_TINY.network(2),
                new ResNet(1, 37, 5, List.of(2, 1, 1), 7),
                new VisionTransformer(3, 15, 5, 1, 21, 3, 40, 3));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void theTextMeansTheNetwork(Network network) {
        float[] pictures = Pictures.synthetic(network.batch(), network.edge(), false);
        List<PlainAlgebra.Values> parameters = new ArrayList<>();
        for (Parameter parameter : network.parameters(1)) {
            PlainAlgebra.Values values = PlainAlgebra.Values.zeros(
                    parameter.dims().stream().mapToLong(Long::longValue).toArray());
            boolean first = parameters.isEmpty();
            Arrays.setAll(
                    values.all(), i -> first ? pictures[i] : parameter.values().at(i));
            parameters.add(values);
        }
        double[] expected = network.forward(new PlainAlgebra(), parameters).all();
        for (NumberFormat format : NumberFormat.values()) { // conversions change neither sizes nor order
            Program program = StableHlo.of(network, format);
            List<double[]> arguments = new ArrayList<>();
            for (int i = 0; i < parameters.size(); i++) {
                arguments.add(ordered(program.arguments().get(i), parameters.get(i)));
            }
            HloInterpreter.Array scores = HloInterpreter.run(program.text(), arguments);
            assertThat(scores.dims()).containsExactly(network.batch(), network.classes());
            assertThat(scores.element()).isEqualTo("f32");
            assertThat(scores.values()).containsExactly(expected, within(1e-10));
        }
    }

    /** A network of one block, line by line. */
    @Test
    void aSmallNetworkIsWrittenLikeThis() throws IOException {
        try (var golden = StableHloTest.class.getResourceAsStream("resnet.mlir")) {
            assertThat(golden).isNotNull();
            String expected = new String(golden.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(StableHlo.of(new ResNet(1, 16, 2, List.of(1), 3), NumberFormat.BFLOAT16)
                            .text())
                    .isEqualTo(expected);
        }
    }

    /** Pictures are turned once, when they come in, and never again: nothing but convolutions moves values. */
    @Test
    void resnet50StaysInOneLayout() {
        Program program = StableHlo.of(ImageModel.RESNET50.network(8), NumberFormat.FLOAT32);
        assertThat(program.arguments()).hasSize(1 + 53 * 5 + 2);
        assertThat(count(program, "stablehlo.convolution")).isEqualTo(53);
        assertThat(count(program, "stablehlo.rsqrt")).isEqualTo(53);
        assertThat(count(program, "stablehlo.transpose")).isEqualTo(1);
        assertThat(count(program, "stablehlo.reduce_window")).isEqualTo(1);
        assertThat(count(program, "stablehlo.dot_general")).isEqualTo(1);
        assertThat(count(program, "stablehlo.convert")).isZero();
        assertThat(program.text())
                .contains("tensor<8x112x112x64xf32>", "tensor<8x7x7x2048xf32>", ") -> tensor<8x1000xf32> {");
        Argument stem = program.arguments().get(1);
        assertThat(stem.name()).isEqualTo("conv1.weight");
        assertThat(stem.dims()).containsExactly(64L, 3L, 7L, 7L);
        assertThat(stem.orderedDims()).containsExactly(7L, 7L, 3L, 64L);
    }

    /** Each layer has four linear layers and two products of attention; the 25th norm is the last. */
    @Test
    void theTransformerHasItsProducts() {
        Program program = StableHlo.of(ImageModel.VIT_B_16.network(1), NumberFormat.FLOAT16);
        assertThat(count(program, "stablehlo.dot_general")).isEqualTo(12 * 6 + 1);
        assertThat(count(program, "chlo.erf")).isEqualTo(12);
        assertThat(count(program, "stablehlo.rsqrt")).isEqualTo(25);
        assertThat(count(program, "stablehlo.exponential")).isEqualTo(12);
        assertThat(program.text()).contains("tensor<1x12x197x197xf16>", "tensor<768x768xf16>");
    }

    private static int count(Program program, String operation) {
        Matcher found = Pattern.compile(Pattern.quote(operation) + "\\b").matcher(program.text());
        int count = 0;
        while (found.find()) {
            count++;
        }
        return count;
    }

    /** The values of a parameter in the order of its argument. */
    private static double[] ordered(Argument argument, PlainAlgebra.Values values) {
        HloInterpreter.Array source = new HloInterpreter.Array(
                argument.dims().stream().mapToInt(Math::toIntExact).toArray(), "", values.all());
        HloInterpreter.Array target = HloInterpreter.Array.zeros(
                "", argument.orderedDims().stream().mapToInt(Math::toIntExact).toArray());
        for (int i = 0; i < target.values().length; i++) {
            int[] position = target.position(i);
            int[] from = new int[position.length];
            for (int d = 0; d < from.length; d++) {
                from[argument.order().get(d)] = position[d];
            }
            target.values()[i] = source.values()[source.index(from)];
        }
        return target.values();
    }
}
