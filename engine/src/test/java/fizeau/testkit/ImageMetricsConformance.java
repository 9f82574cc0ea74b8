// SPDX-License-Identifier: Apache-2.0
package fizeau.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.backend.ImageMetrics;
import fizeau.metric.ImageQuality;
import fizeau.optics.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Image quality where a backend computes it, against {@link ImageQuality} on the host. */
public abstract class ImageMetricsConformance extends BackendConformance {
    private static final double TOLERANCE = 1e-9;

    @ParameterizedTest
    @MethodSource("fizeau.testkit.Shapes#small")
    void everyImageOfABatchIsJudgedAsAlone(Shape shape) {
        int count = 3;
        float[] images = RandomImages.amplitudes(count * shape.count(), 1);
        float[] reference = RandomImages.amplitudes(shape.count(), 2);
        System.arraycopy(reference, 0, images, shape.count(), shape.count()); // the second is perfect
        try (ImageMetrics metrics = backend().imageMetrics(shape)) {
            List<ImageQuality> found = metrics.of(images, count, reference);
            assertThat(found).hasSize(count);
            for (int i = 0; i < count; i++) {
                float[] image = Arrays.copyOfRange(images, i * shape.count(), (i + 1) * shape.count());
                ImageQuality expected = ImageQuality.of(image, reference, shape);
                ImageQuality actual = found.get(i);
                assertClose(actual.ssim(), expected.ssim());
                assertClose(actual.rmse(), expected.rmse());
                assertClose(actual.mse(), expected.mse());
                assertClose(actual.psnr(), expected.psnr());
                assertClose(actual.correlation(), expected.correlation());
            }
        }
    }

    private static void assertClose(double actual, double expected) {
        if (Double.isNaN(expected) || Double.isInfinite(expected)) {
            assertThat(Double.valueOf(actual)).isEqualTo(Double.valueOf(expected)); // boxed: NaN equals NaN
        } else {
            assertThat(actual).isCloseTo(expected, within(TOLERANCE));
        }
    }

    @Test
    void wrongLengthsAndClosedMetricsAreRefused() {
        Shape shape = new Shape(4, 5);
        ImageMetrics metrics = backend().imageMetrics(shape);
        assertThatThrownBy(() -> metrics.of(new float[39], 2, new float[20]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("4 x 5", "40", "39");
        assertThatThrownBy(() -> metrics.of(new float[0], 0, new float[20]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one image");
        metrics.close();
        assertThatThrownBy(() -> metrics.of(new float[20], 1, new float[20]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }
}
