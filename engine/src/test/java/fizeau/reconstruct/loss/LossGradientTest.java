// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.optics.Shape;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every hand-written gradient against central differences of the loss itself. */
class LossGradientTest {

    /** Pixels are multiples of it and it is the step, so single-precision pixels move exactly. */
    private static final float STEP = 0x1p-12f;

    static Stream<Arguments> losses() {
        Shape odd = new Shape(13, 17);
        Shape small = new Shape(7, 6);
        Shape twoScales = new Shape(23, 26);
        ImageLoss composite = new CompositeLoss(List.of(
                new CompositeLoss.Term(0.7, new AbsoluteLoss(false)),
                new CompositeLoss.Term(0.3, new SimilarityLoss())));
        return Stream.of(
                Arguments.of(new AbsoluteLoss(false), odd, 1),
                Arguments.of(new AbsoluteLoss(true), odd, 2),
                Arguments.of(new SquaredLoss(false), odd, 1),
                Arguments.of(new SquaredLoss(true), odd, 2),
                Arguments.of(new SimilarityLoss(), odd, 1),
                Arguments.of(new SimilarityLoss(), small, 3),
                Arguments.of(new MultiScaleSimilarityLoss(), odd, 1),
                Arguments.of(new MultiScaleSimilarityLoss(), twoScales, 2),
                Arguments.of(new FastSimilarityLoss(8), odd, 1),
                Arguments.of(new FastSimilarityLoss(13), twoScales, 2),
                Arguments.of(new FastSimilarityLoss(40), odd, 1),
                Arguments.of(composite, odd, 1));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void gradientAgreesWithCentralDifferences(ImageLoss loss, Shape shape, int images) {
        float[] target = image(shape.count() * images, 5);
        float[] prediction = image(target.length, 6);
        for (int i = 0; i < target.length; i++) {
            target[i] += 2 * STEP; // no difference is zero or changes sign within a step
        }
        TargetedLoss against = loss.against(target, shape);
        float[] gradient = new float[target.length];
        double value = against.gradient(prediction, gradient);

        assertThat(value).isEqualTo(against.value(prediction)).isEqualTo(loss.value(prediction, target, shape));
        double largest = 0;
        for (float derivative : gradient) {
            largest = Math.max(largest, Math.abs(derivative));
        }
        assertThat(largest).isPositive();
        for (int i = 0; i < target.length; i += 1 + i % 3) {
            float kept = prediction[i];
            prediction[i] = kept + STEP;
            double above = against.value(prediction);
            prediction[i] = kept - STEP;
            double below = against.value(prediction);
            prediction[i] = kept;
            // the reduced image is kept in single precision, which limits the differences of that loss
            double tolerance = loss instanceof FastSimilarityLoss ? 1e-2 : 1e-4;
            assertThat((above - below) / (2 * STEP))
                    .as("pixel %d", i)
                    .isEqualTo(gradient[i], within(tolerance * largest));
        }
    }

    private static float[] image(int count, long seed) {
        Random random = new Random(seed);
        float[] image = new float[count];
        for (int i = 0; i < count; i++) {
            image[i] = random.nextInt(1 << 10) * 4 * STEP;
        }
        return image;
    }
}
