// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.backend.cuda.raw.LiveObjects;
import fizeau.bench.ops.Agreement;
import fizeau.bench.ops.OperatorShape;
import fizeau.bench.ops.Reference;
import fizeau.kernels.PretendCuda;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Operators of few values on the pretend device, done in every way, against the textbook formula in double precision. */
@ExtendWith(PretendCudaExtension.class)
class DeviceOperatorTest {
    private static final long SEED = 3;

    private final PretendCuda machine;

    DeviceOperatorTest(PretendCuda machine) {
        this.machine = machine;
    }

    /** With the ways that the pretend cuDNN has: of its forward algorithms 0, 1 and 6, without activation 1 in one call. */
    static Stream<Arguments> operators() {
        return Stream.of(
                Arguments.of(
                        new OperatorShape.Convolution(2, 3, 4, 7, 7),
                        List.of("cudnn-fused", "cudnn-fused-1", "cudnn-plain-1", "cudnn-plain-0", "cudnn-plain-6")),
                Arguments.of(
                        new OperatorShape.ResidualBlock(2, 3, 6, 6),
                        List.of("cudnn-fused", "cudnn-fused-1", "cudnn-fused-0", "cudnn-fused-6")),
                Arguments.of(new OperatorShape.Linear(5, 7, 3), List.of("cublas", "cublas-transposed")),
                Arguments.of(new OperatorShape.MatMul(4, 6, 5), List.of("cublas", "cublas-transposed")));
    }

    @ParameterizedTest
    @MethodSource("operators")
    void everyWayGivesTheAnswerOfTheFormula(OperatorShape shape, List<String> possible) {
        Reference reference = Reference.of(shape, SEED);
        List<String> done = new ArrayList<>();
        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0)) {
            for (DeviceWays ways : DeviceWays.of(shape)) {
                String word = ways.word(shape);
                assertThat(DeviceWays.named(shape, word)).isEqualTo(ways);
                try (DeviceOperator operator = new DeviceOperator(backend, shape, SEED, ways, reference)) {
                    operator.run();
                    operator.run();
                    Agreement agreement = operator.check();
                    assertThat(agreement.passed())
                            .as("%s: %s", word, agreement.sentence())
                            .isTrue();
                    assertThat(agreement.worstAbsolute() / agreement.largestReference())
                            .isLessThan(1e-6);
                    done.add(word);
                } catch (UnsupportedOperationException impossible) {
                    assertThat(impossible).hasMessageContaining("cannot compute this convolution");
                }
            }
        }
        assertThat(LiveObjects.count()).isZero();
        List<String> wanted = new ArrayList<>(possible);
        possible.forEach(word -> wanted.add(word + "/calls"));
        assertThat(done).containsExactlyInAnyOrderElementsOf(wanted);
    }

    @Test
    void schedulesOfOtherSearchesAreRefused() {
        assertThatThrownBy(() -> DeviceWays.named(new OperatorShape.Linear(1, 1, 1), "cudnn-fused"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("schedule cudnn-fused is unknown", "search again");
    }
}
