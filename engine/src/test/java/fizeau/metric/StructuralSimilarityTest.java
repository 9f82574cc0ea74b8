// SPDX-License-Identifier: Apache-2.0
package fizeau.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.optics.Shape;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StructuralSimilarityTest {

    @ParameterizedTest
    @CsvSource({"3, 3", "4, 4", "5, 9", "6, 6", "7, 12", "24, 17"})
    void agreesWithTheDefinitionEvaluatedWindowByWindow(int ny, int nx) {
        Shape shape = new Shape(ny, nx);
        float[] image = noise(shape, 1);
        float[] reference = noise(shape, 2);
        for (double range : new double[] {1, 0.5}) {
            assertThat(StructuralSimilarity.of(image, reference, shape, range))
                    .isEqualTo(byDefinition(image, reference, shape, range), within(1e-12));
        }
    }

    @Test
    void equalImagesReachOneAndOthersDoNot() {
        Shape shape = new Shape(20, 15);
        float[] image = noise(shape, 3);
        float[] changed = image.clone();
        changed[shape.index(10, 7)] += 0.25f;
        assertThat(StructuralSimilarity.of(image, image, shape)).isEqualTo(1, within(1e-12));
        assertThat(StructuralSimilarity.of(changed, image, shape)).isBetween(0.5, 0.9999);
    }

    @Test
    void wrongSizesAreRefused() {
        Shape shape = new Shape(4, 5);
        assertThatThrownBy(() -> StructuralSimilarity.of(new float[20], new float[19], shape))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("20 pixels");
    }

    private static double byDefinition(float[] a, float[] b, Shape shape, double range) {
        int shorter = Math.min(shape.ny(), shape.nx());
        int border = shorter >= 7 ? 3 : shorter >= 5 ? 2 : 1;
        double c1 = Math.pow(0.01 * range, 2);
        double c2 = Math.pow(0.03 * range, 2);
        double sum = 0;
        int count = 0;
        for (int y = border; y < shape.ny() - border; y++) {
            for (int x = border; x < shape.nx() - border; x++) {
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
                sum += (2 * ma * mb + c1) * (2 * covariance + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2));
                count++;
            }
        }
        return sum / count;
    }

    /** Steps back into the image as often as needed, the edge counted twice. */
    private static int mirror(int index, int length) {
        while (index < 0 || index >= length) {
            index = index < 0 ? -1 - index : 2 * length - 1 - index;
        }
        return index;
    }

    private static float[] noise(Shape shape, long seed) {
        Random random = new Random(seed);
        float[] image = new float[shape.count()];
        for (int i = 0; i < image.length; i++) {
            image[i] = random.nextFloat();
        }
        return image;
    }
}
