// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.optics.Shape;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimilarityLossTest {

    @ParameterizedTest
    @CsvSource({"6, 6", "11, 8", "17, 24"})
    void agreesWithTheDefinitionEvaluatedWindowByWindow(int ny, int nx) {
        Shape shape = new Shape(ny, nx);
        float[] image = noise(shape.count(), 1);
        float[] target = noise(shape.count(), 2);
        double expected = (1 - meanByDefinition(image, target, shape, false)) / 2;
        assertThat(new SimilarityLoss().value(image, target, shape)).isEqualTo(expected, within(1e-12));
    }

    @Test
    void severalScalesAreTheirWeightedGeometricMean() {
        Shape shape = new Shape(22, 25); // the second scale is 11 x 12, a third would be too small
        Shape half = new Shape(11, 12);
        float[] image = positive(shape.count(), 3);
        float[] target = image.clone();
        target[30] += 0.3f;
        target[200] -= 0.2f;
        double first = meanByDefinition(image, target, shape, true);
        double second = meanByDefinition(halved(image, shape), halved(target, shape), half, true);
        double expected = Math.pow(first, 0.0448 / 0.3304) * Math.pow(second, 0.2856 / 0.3304);
        assertThat(1 - 2 * new MultiScaleSimilarityLoss().value(image, target, shape))
                .isEqualTo(expected, within(1e-9));
    }

    @Test
    void aStackCountsAsTheMeanOfItsImages() {
        Shape shape = new Shape(9, 12);
        float[] images = noise(2 * shape.count(), 4);
        float[] targets = noise(2 * shape.count(), 5);
        SimilarityLoss loss = new SimilarityLoss();
        double mean = 0;
        for (int i = 0; i < 2; i++) {
            mean += loss.value(part(images, i, shape), part(targets, i, shape), shape) / 2;
        }
        assertThat(loss.value(images, targets, shape)).isEqualTo(mean, within(1e-14));
    }

    @Test
    void equalImagesHaveNoLossAndNoGradient() {
        Shape shape = new Shape(12, 13);
        float[] image = noise(shape.count(), 6);
        float[] gradient = new float[image.length];
        assertThat(new SimilarityLoss().gradient(image, image, shape, gradient)).isEqualTo(0, within(1e-12));
        for (float derivative : gradient) {
            assertThat(derivative).isEqualTo(0, within(1e-9f));
        }
    }

    @Test
    void halvingFirstIsTheSameAsTheFastLossOfHalfTheSize() {
        Shape shape = Shape.square(24);
        float[] image = noise(shape.count(), 7);
        float[] target = noise(shape.count(), 8);
        double halves = new SimilarityLoss().value(halved(image, shape), halved(target, shape), Shape.square(12));
        assertThat(new FastSimilarityLoss(12).value(image, target, shape)).isEqualTo(halves, within(1e-6));
        assertThat(new FastSimilarityLoss(24).value(image, target, shape))
                .isEqualTo(new SimilarityLoss().value(image, target, shape));
    }

    @Test
    void imagesTooSmallForTheWindowAreRefused() {
        assertThatThrownBy(() -> new SimilarityLoss().against(new float[5 * 20], new Shape(5, 20)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5 x 20")
                .hasMessageContaining("at least 6");
        assertThatThrownBy(() -> new FastSimilarityLoss(5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5 pixels");
    }

    @Test
    void arraysThatDoNotHoldWholeImagesAreRefused() {
        Shape shape = new Shape(6, 7);
        assertThatThrownBy(() -> new SimilarityLoss().against(new float[43], shape))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("43 pixels");
        TargetedLoss against = new SimilarityLoss().against(new float[42], shape);
        assertThatThrownBy(() -> against.value(new float[84]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("84 pixels");
        assertThatThrownBy(() -> against.gradient(new float[42], new float[41]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("gradient has 41 pixels");
    }

    private static double meanByDefinition(float[] a, float[] b, Shape shape, boolean contrastOnly) {
        double sum = 0;
        for (int y = 0; y < shape.ny(); y++) {
            for (int x = 0; x < shape.nx(); x++) {
                double weights = 0;
                double[] moments = new double[5];
                for (int dy = -5; dy <= 5; dy++) {
                    for (int dx = -5; dx <= 5; dx++) {
                        int i = shape.index(mirror(y + dy, shape.ny()), mirror(x + dx, shape.nx()));
                        double weight = Math.exp(-(dy * dy + dx * dx) / 4.5);
                        weights += weight;
                        moments[0] += weight * a[i];
                        moments[1] += weight * b[i];
                        moments[2] += weight * a[i] * a[i];
                        moments[3] += weight * b[i] * b[i];
                        moments[4] += weight * a[i] * b[i];
                    }
                }
                double ma = moments[0] / weights;
                double mb = moments[1] / weights;
                double va = moments[2] / weights - ma * ma;
                double vb = moments[3] / weights - mb * mb;
                double covariance = moments[4] / weights - ma * mb;
                double luminance = (2 * ma * mb + 1e-4) / (ma * ma + mb * mb + 1e-4);
                double contrast = (2 * covariance + 9e-4) / (va + vb + 9e-4);
                sum += contrastOnly ? contrast : luminance * contrast;
            }
        }
        return sum / shape.count();
    }

    /** The edge is the mirror and stands once. */
    private static int mirror(int index, int length) {
        return index < 0 ? -index : index >= length ? 2 * length - 2 - index : index;
    }

    private static float[] halved(float[] image, Shape shape) {
        Shape half = new Shape(shape.ny() / 2, shape.nx() / 2);
        float[] halved = new float[half.count()];
        for (int i = 0; i < halved.length; i++) {
            int corner = shape.index(2 * (i / half.nx()), 2 * (i % half.nx()));
            halved[i] =
                    (image[corner] + image[corner + 1] + image[corner + shape.nx()] + image[corner + shape.nx() + 1])
                            / 4;
        }
        return halved;
    }

    private static float[] part(float[] stack, int index, Shape shape) {
        return Arrays.copyOfRange(stack, index * shape.count(), (index + 1) * shape.count());
    }

    private static float[] noise(int count, long seed) {
        Random random = new Random(seed);
        float[] image = new float[count];
        for (int i = 0; i < count; i++) {
            image[i] = random.nextFloat();
        }
        return image;
    }

    /** Noise on a multiple of 1/1024, so that sums of four are exact in single precision. */
    private static float[] positive(int count, long seed) {
        Random random = new Random(seed);
        float[] image = new float[count];
        for (int i = 0; i < count; i++) {
            image[i] = random.nextInt(1024) / 1024f;
        }
        return image;
    }
}
