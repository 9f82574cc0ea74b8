// SPDX-License-Identifier: Apache-2.0
package fizeau.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.fourier.Direction;
import fizeau.fourier.Normalization;
import fizeau.optics.Shape;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Centred transforms against the direct sum in double precision. */
public abstract class FourierTransformConformance extends BackendConformance {

    static Stream<Arguments> everyTransform() {
        return Shapes.all()
                .flatMap(shape -> Stream.of(Direction.values())
                        .flatMap(direction -> Stream.of(Normalization.values())
                                .map(normalization -> Arguments.of(shape, direction, normalization))));
    }

    @ParameterizedTest
    @MethodSource("everyTransform")
    void equalsTheDirectSum(Shape shape, Direction direction, Normalization normalization) {
        float[] field = RandomImages.signed(2 * shape.count(), 1);
        double[] wide = RandomImages.widen(field);
        double[] expected =
                direction == Direction.FORWARD ? ReferenceDft.forward(wide, shape) : ReferenceDft.inverse(wide, shape);
        double scale = relativeToOrthonormal(shape, direction, normalization);
        for (int i = 0; i < expected.length; i++) {
            expected[i] *= scale;
        }
        backend().fourierTransform().transform(field, 1, shape, direction, normalization);
        Tolerances.assertClose(field, expected, Tolerances.singlePrecisionTransforms(shape, 1));
    }

    @ParameterizedTest
    @MethodSource("fizeau.testkit.Shapes#all")
    void aBatchIsItsImagesOneByOne(Shape shape) {
        int length = 2 * shape.count();
        float[] batch = RandomImages.signed(3 * length, 2);
        float[][] single = new float[3][];
        for (int b = 0; b < 3; b++) {
            single[b] = Arrays.copyOfRange(batch, b * length, (b + 1) * length);
            backend().fourierTransform().transform(single[b], 1, shape, Direction.FORWARD, Normalization.ORTHO);
        }
        backend().fourierTransform().transform(batch, 3, shape, Direction.FORWARD, Normalization.ORTHO);
        for (int b = 0; b < 3; b++) {
            Tolerances.assertClose(
                    Arrays.copyOfRange(batch, b * length, (b + 1) * length), single[b], Tolerances.SINGLE);
        }
    }

    @ParameterizedTest
    @MethodSource("fizeau.testkit.Shapes#all")
    void everyNormalizationReturnsToTheStart(Shape shape) {
        for (Normalization normalization : Normalization.values()) {
            float[] field = RandomImages.signed(2 * shape.count(), 3);
            float[] start = field.clone();
            backend().fourierTransform().transform(field, 1, shape, Direction.FORWARD, normalization);
            backend().fourierTransform().transform(field, 1, shape, Direction.INVERSE, normalization);
            Tolerances.assertClose(field, start, Tolerances.singlePrecisionTransforms(shape, 2));
        }
    }

    @ParameterizedTest
    @MethodSource("fizeau.testkit.Shapes#all")
    void orthonormalTransformsKeepTheEnergy(Shape shape) {
        for (Direction direction : Direction.values()) {
            float[] field = RandomImages.signed(2 * shape.count(), 4);
            double before = energy(field);
            backend().fourierTransform().transform(field, 1, shape, direction, Normalization.ORTHO);
            assertThat(energy(field)).isCloseTo(before, within(1e-5 * before));
        }
    }

    @Test
    void anEmptyBatchChangesNothing() {
        backend()
                .fourierTransform()
                .transform(new float[0], 0, new Shape(3, 4), Direction.FORWARD, Normalization.ORTHO);
    }

    @Test
    void aFieldOfAnotherLengthIsRefused() {
        assertThatThrownBy(() -> backend()
                        .fourierTransform()
                        .transform(new float[23], 1, new Shape(3, 4), Direction.FORWARD, Normalization.ORTHO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 x 4")
                .hasMessageContaining("24")
                .hasMessageContaining("23");
        assertThatThrownBy(() -> backend()
                        .fourierTransform()
                        .transform(new float[24], -1, new Shape(3, 4), Direction.FORWARD, Normalization.ORTHO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1 images");
    }

    private static double relativeToOrthonormal(Shape shape, Direction direction, Normalization normalization) {
        double root = Math.sqrt(shape.count());
        boolean forward = direction == Direction.FORWARD;
        return switch (normalization) {
            case ORTHO -> 1;
            case BACKWARD -> forward ? root : 1 / root;
            case FORWARD -> forward ? 1 / root : root;
        };
    }

    private static double energy(float[] field) {
        double sum = 0;
        for (float value : field) {
            sum += (double) value * value;
        }
        return sum;
    }
}
