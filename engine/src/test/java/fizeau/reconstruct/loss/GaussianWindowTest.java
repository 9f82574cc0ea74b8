// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.optics.Shape;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GaussianWindowTest {

    private static final Shape SHAPE = new Shape(7, 19);

    @Test
    void weightsSumToOneAndFallFromTheMiddle() {
        double[] window = GaussianWindow.SIMILARITY.toImage();
        assertThat(window).hasSize(121);
        assertThat(Arrays.stream(window).sum()).isEqualTo(1, within(1e-14));
        assertThat(window[60] / window[59]).isEqualTo(Math.exp(1 / 4.5), within(1e-12));
        assertThat(window[0]).isEqualTo(window[120]).isEqualTo(window[10]);
    }

    @Test
    void aFlatImageStaysFlat() {
        double[] flat = new double[SHAPE.count()];
        Arrays.fill(flat, 0.7);
        double[] blurred = new double[flat.length];
        GaussianWindow.SIMILARITY.blur(flat, blurred, new double[flat.length], SHAPE);
        for (double value : blurred) {
            assertThat(value).isEqualTo(0.7, within(1e-14));
        }
    }

    @Test
    void spreadingIsTheAdjointOfBlurring() {
        double[] a = noise(1);
        double[] b = noise(2);
        double[] blurred = new double[a.length];
        double[] spread = new double[a.length];
        double[] scratch = new double[a.length];
        GaussianWindow.SIMILARITY.blur(a, blurred, scratch, SHAPE);
        GaussianWindow.SIMILARITY.spread(b, spread, scratch, SHAPE);
        assertThat(dot(blurred, b)).isEqualTo(dot(a, spread), within(1e-12));
    }

    @Test
    void windowsThatHaveNoMiddleAreRefused() {
        assertThatThrownBy(() -> new GaussianWindow(10, 1.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10 pixels");
        assertThatThrownBy(() -> new GaussianWindow(11, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[] noise(long seed) {
        return new Random(seed).doubles(SHAPE.count()).toArray();
    }
}
