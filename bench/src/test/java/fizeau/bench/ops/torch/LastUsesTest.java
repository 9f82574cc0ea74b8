// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.bench.ops.Algebra;
import fizeau.bench.ops.Computation;
import fizeau.bench.ops.LastUses;
import fizeau.bench.ops.ModelShape.ConvNext;
import fizeau.bench.ops.ModelShape.Lstm;
import fizeau.bench.ops.ModelShape.Transformer;
import fizeau.bench.ops.OperatorShape.ResidualBlock;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Eager libtorch holds no result longer than a Python program would, and computes the same. */
class LastUsesTest {
    private static final long SEED = 5;

    @Test
    void aResidualBlockNeedsEachResultOnce() {
        LastUses uses = LastUses.of(new ResidualBlock(1, 2, 3, 3));
        assertThat(uses.operations()).isEqualTo(7);
        assertThat(uses.endingAt(0)).as("the first convolution").isEmpty();
        for (int operation = 1; operation < 7; operation++) {
            assertThat(uses.endingAt(operation)).containsExactly(operation - 1);
        }
    }

    @Test
    void aSumThatSkipsKeepsItsOperandUntilThen() {
        LastUses uses = LastUses.of(new Transformer(3, 1, 8, 2, 9, 4, true));
        int embedded = 3; // two embeddings, their sum, its reshaping
        int skipping = 0;
        for (int operation = embedded + 2; operation < uses.operations(); operation++) {
            skipping += uses.endingAt(operation).contains(embedded) ? 1 : 0;
        }
        assertThat(skipping).isOne();
        for (int operation = 0; operation < uses.operations(); operation++) {
            assertThat(uses.endingAt(operation)).as("the output").doesNotContain(uses.operations() - 1);
        }
    }

    static Stream<Computation> computations() {
        return Stream.of(
                new ResidualBlock(2, 6, 7, 10),
                new Lstm(3),
                new Transformer(5, 3, 24, 3, 50, 8, false),
                new Transformer(5, 3, 24, 3, 50, 8, true),
                new ConvNext(64));
    }

    @ParameterizedTest
    @MethodSource("computations")
    void lettingGoChangesNoBit(Computation computation) {
        assertThat(values(computation, new EagerAlgebra(LastUses.of(computation)), new LiveTensors()))
                .containsExactly(values(computation, new EagerAlgebra(), new LiveTensors()));
    }

    @Test
    void aDeepModelHoldsNoMoreThanAShallowOne() {
        for (boolean generative : new boolean[] {false, true}) {
            int shallow = most(new Transformer(5, 2, 24, 3, 50, 8, generative));
            assertThat(most(new Transformer(5, 9, 24, 3, 50, 8, generative))).isEqualTo(shallow);
            assertThat(shallow)
                    .as("input, joint projection and its three views")
                    .isLessThanOrEqualTo(6);
        }
        assertThat(most(new ConvNext(64))).isLessThanOrEqualTo(3);
        assertThat(most(new ResidualBlock(1, 4, 5, 5))).isLessThanOrEqualTo(2);
        assertThat(most(new Lstm(2))).isLessThanOrEqualTo(2);
    }

    @Test
    void withoutLastUsesAllResultsStay() {
        Computation block = new ResidualBlock(1, 4, 5, 5);
        LiveTensors live = new LiveTensors();
        values(block, new EagerAlgebra(), live);
        assertThat(live.most()).isEqualTo(7);
    }

    private static int most(Computation computation) {
        LastUses uses = LastUses.of(computation);
        LiveTensors live = new LiveTensors();
        values(computation, new EagerAlgebra(uses), live);
        assertThat(live.made()).isEqualTo(uses.operations());
        return live.most();
    }

    private static float[] values(Computation computation, EagerAlgebra algebra, LiveTensors live) {
        try (NoGradGuard guard = new NoGradGuard();
                Tensors parameters = new Tensors(computation.parameters(SEED));
                PointerScope scope = new PointerScope()) {
            Algebra<Tensor> watched = live.around(algebra);
            List<Tensor> all = parameters.all();
            return Tensors.values(computation.forward(watched, all).contiguous());
        }
    }
}
