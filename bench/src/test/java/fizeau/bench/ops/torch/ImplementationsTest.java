// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.bench.ops.Computation;
import fizeau.bench.ops.DoubleReference;
import fizeau.bench.ops.ModelShape.ConvNext;
import fizeau.bench.ops.ModelShape.Lstm;
import fizeau.bench.ops.ModelShape.Transformer;
import fizeau.bench.ops.OperatorShape;
import fizeau.bench.ops.OperatorShape.Convolution;
import fizeau.bench.ops.OperatorShape.Linear;
import fizeau.bench.ops.OperatorShape.MatMul;
import fizeau.bench.ops.OperatorShape.ResidualBlock;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every implementation of every operator gives the textbook formula's values, at sizes that divide nothing. */
class ImplementationsTest {
    private static final long SEED = 7;

    static Stream<Arguments> everyImplementation() {
        List<OperatorShape> shapes = List.of(
                new MatMul(5, 8, 3),
                new Linear(4, 6, 9),
                new Convolution(2, 5, 7, 9, 11),
                new Convolution(3, 1, 2, 4, 4),
                new Convolution(1, 3, 4, 1, 2),
                new ResidualBlock(2, 6, 7, 10),
                new ResidualBlock(1, 16, 13, 5));
        return shapes.stream()
                .flatMap(shape -> Implementations.of(shape).stream().map(name -> Arguments.of(name, shape)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("everyImplementation")
    void agreesWithTheTextbookFormula(String name, OperatorShape shape) {
        DoubleReference reference = new DoubleReference(shape, SEED);
        try (NoGradGuard guard = new NoGradGuard();
                Tensors parameters = new Tensors(shape.parameters(SEED));
                Kernel kernel = Implementations.open(name, shape, parameters, 2)) {
            for (int call = 0; call < 3; call++) { // a script is optimised after its first calls; scratch is used again
                kernel.run();
                float[] values = Tensors.values(kernel.output());
                assertThat(values).hasSize((int) shape.outputCount());
                for (int i = 0; i < values.length; i++) {
                    assertThat((double) values[i])
                            .as("call %d, position %d", call, i)
                            .isCloseTo(reference.at(i), org.assertj.core.data.Offset.offset(2e-5));
                }
            }
        }
    }

    static Stream<Computation> smallModels() {
        return Stream.of(
                new Lstm(3),
                new Transformer(5, 2, 24, 3, 50, 8, false),
                new Transformer(5, 2, 24, 3, 50, 8, true),
                new ConvNext(64));
    }

    @ParameterizedTest
    @MethodSource("smallModels")
    void scriptAndEagerModelsAgreeWithDoublePrecision(Computation model) {
        try (NoGradGuard guard = new NoGradGuard();
                Tensors parameters = new Tensors(model.parameters(SEED));
                DoubleModel reference = new DoubleModel(model, parameters)) {
            for (String name : Implementations.of(model)) {
                try (Kernel kernel = Implementations.open(name, model, parameters, 1)) {
                    kernel.run();
                    kernel.run();
                    float[] values = Tensors.values(kernel.output());
                    assertThat(values).hasSize((int) model.outputCount());
                    double largest = 0;
                    for (int i = 0; i < values.length; i++) {
                        largest = Math.max(largest, Math.abs(reference.at(i)));
                    }
                    assertThat(largest).isPositive();
                    for (int i = 0; i < values.length; i++) {
                        assertThat((double) values[i])
                                .isCloseTo(reference.at(i), org.assertj.core.data.Offset.offset(2e-5 * largest));
                    }
                }
            }
        }
    }

    @Test
    void anUnknownImplementationIsRefused() {
        MatMul shape = new MatMul(2, 2, 2);
        try (Tensors parameters = new Tensors(shape.parameters(SEED))) {
            assertThatThrownBy(() -> Implementations.open("magic", shape, parameters, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("magic");
        }
        assertThat(torch.get_num_threads()).isPositive();
    }
}
