// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.bench.ops.OperatorShape.Convolution;
import fizeau.bench.ops.OperatorShape.MatMul;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ShapesTest {

    @Test
    void theCodesOperatorsHaveThePublishedWork() {
        List<OperatorCase> cases = OperatorCase.all(ShapeSet.CODE);
        assertThat(cases)
                .extracting(OperatorCase::name)
                .containsExactly(
                        "matmul_small",
                        "matmul_medium",
                        "matmul_large",
                        "conv2d_small",
                        "conv2d_medium",
                        "conv2d_large",
                        "resnet_block",
                        "linear_small",
                        "linear_large");
        double[] published = {0.0336, 0.268, 2.147, 0.925, 29.6, 947, 14.8};
        for (int i = 0; i < published.length; i++) {
            assertThat(cases.get(i).shape().gigaflop()).isCloseTo(published[i], within(0.005 * published[i]));
        }
    }

    @Test
    void bothShapeSetsHaveTheSameNamesAndDifferentConvolutions() {
        List<OperatorCase> code = OperatorCase.all(ShapeSet.CODE);
        List<OperatorCase> doc = OperatorCase.all(ShapeSet.DOC);
        assertThat(doc)
                .extracting(OperatorCase::name)
                .isEqualTo(code.stream().map(OperatorCase::name).toList());
        assertThat(doc.get(3).shape()).isEqualTo(new Convolution(8, 32, 32, 56, 56));
        assertThat(doc.get(3).shape()).isNotEqualTo(code.get(3).shape());
        assertThat(doc.get(0).shape()).isEqualTo(code.get(0).shape());
    }

    @Test
    void modelsHaveTheWeightsOfTheirNamesakes() {
        List<OperatorCase> models = OperatorCase.models();
        assertThat(models).extracting(OperatorCase::name).containsExactly("lstm", "distilbert", "gpt-2", "convnext");
        assertThat(weights(models.get(0)))
                .isEqualTo(18_506_240); // nn.LSTM(512, 768, 2), nn.LSTM(768, 768, 2), nn.Linear(768, 512)
        assertThat(weights(models.get(1))).isEqualTo(66_362_880);
        assertThat(weights(models.get(2))).isEqualTo(354_823_168);
        assertThat(weights(models.get(3))).isEqualTo(28_589_128);
    }

    private static long weights(OperatorCase model) {
        return ((ModelShape) model.shape()).weightCount();
    }

    @Test
    void unknownOperatorsAndShapeSetsAreRefusedInOneSentence() {
        List<OperatorCase> all = OperatorCase.all(ShapeSet.CODE);
        assertThat(OperatorCase.named(all, List.of("Linear_Large", "matmul_small")))
                .extracting(OperatorCase::name)
                .containsExactly("matmul_small", "linear_large");
        assertThatThrownBy(() -> OperatorCase.named(all, List.of("conv3d")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("conv3d")
                .hasMessageContaining("matmul_small")
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> ShapeSet.parse("paper"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("paper");
    }

    @Test
    void seededValuesRepeatAndAreUniform() {
        SeededValues values = new SeededValues(3, 0, 1);
        float[] part = new float[100];
        values.fill(part, 50, 100);
        double sum = 0;
        double squares = 0;
        int count = 100_000;
        for (int i = 0; i < count; i++) {
            assertThat(values.at(i)).isBetween(-1f, 1f);
            sum += values.at(i);
            squares += values.at(i) * (double) values.at(i);
        }
        assertThat(part[7]).isEqualTo(values.at(57));
        assertThat(sum / count).isCloseTo(0, within(0.01));
        assertThat(squares / count).isCloseTo(1 / 3.0, within(0.005));
        assertThat(new SeededValues(4, 0, 1).at(57)).isNotEqualTo(values.at(57));
    }

    /** A product small enough to be done by hand. */
    @Test
    void theReferenceMultipliesRowsWithColumns() {
        MatMul shape = new MatMul(2, 3, 2);
        SeededValues x = shape.parameters(1).get(0).values();
        SeededValues w = shape.parameters(1).get(1).values();
        double expected = (double) x.at(3) * w.at(1) + (double) x.at(4) * w.at(3) + (double) x.at(5) * w.at(5);
        assertThat(new DoubleReference(shape, 1).at(3)).isEqualTo(expected);
    }

    @Test
    void positionsMeetBothEndsAndAreSpread() {
        Convolution shape = new Convolution(4, 3, 8, 28, 28);
        long[] positions = Reference.positions(shape.outputCount(), 100);
        assertThat(positions).contains(0, shape.outputCount() - 1).doesNotHaveDuplicates();
        assertThat(positions.length).isBetween(100, 102);
        for (int image = 0; image < 4; image++) {
            long from = image * shape.outputCount() / 4;
            assertThat(LongStream.of(positions)).anyMatch(at -> at >= from && at < from + shape.outputCount() / 4);
        }
        assertThat(Reference.positions(4, 100)).containsExactly(0, 1, 2, 3);
    }
}
