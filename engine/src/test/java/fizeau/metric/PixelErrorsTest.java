// SPDX-License-Identifier: Apache-2.0
package fizeau.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PixelErrorsTest {

    private static final float[] IMAGE = {0.5f, 0.25f, 0, 1};
    private static final float[] REFERENCE = {0.5f, 0.75f, 0.5f, 0.5f};

    @Test
    void errorsOfASmallImageAreThoseWorkedOutByHand() {
        // differences 0, -1/2, -1/2, 1/2; reference power (1 + 9/4 + 1 + 1) / 16
        assertThat(PixelErrors.meanSquaredError(IMAGE, REFERENCE)).isEqualTo(0.1875);
        assertThat(PixelErrors.rootMeanSquareError(IMAGE, REFERENCE)).isEqualTo(Math.sqrt(0.1875));
        assertThat(PixelErrors.rootMeanSquareErrorPercent(IMAGE, REFERENCE))
                .isEqualTo(100 * Math.sqrt(0.1875 / 0.328125), within(1e-12));
        assertThat(PixelErrors.peakSignalToNoise(IMAGE, REFERENCE, 1))
                .isEqualTo(-10 * Math.log10(0.1875), within(1e-12));
        assertThat(PixelErrors.peakSignalToNoise(IMAGE, REFERENCE, 0.5))
                .isEqualTo(-10 * Math.log10(4 * 0.1875), within(1e-12));
    }

    @Test
    void equalImagesHaveInfinitePeakSignalToNoise() {
        assertThat(PixelErrors.peakSignalToNoise(IMAGE, IMAGE, 1)).isInfinite().isPositive();
        assertThat(PixelErrors.rootMeanSquareErrorPercent(IMAGE, IMAGE)).isZero();
    }

    @Test
    void correlationIsBlindToOffsetAndPositiveScale() {
        float[] brighter = {1.5f, 1.25f, 1, 2};
        float[] inverted = {-0.5f, -0.25f, 0, -1};
        assertThat(PixelErrors.correlation(IMAGE, brighter)).isEqualTo(1, within(1e-12));
        assertThat(PixelErrors.correlation(IMAGE, inverted)).isEqualTo(-1, within(1e-12));
        // means 7/16 and 9/16: sum of products -3/64, powers 35/64 and 3/64
        assertThat(PixelErrors.correlation(IMAGE, REFERENCE)).isEqualTo(-3 / Math.sqrt(35.0 * 3), within(1e-12));
        assertThat(PixelErrors.correlation(IMAGE, new float[4])).isNaN();
    }

    @Test
    void imagesOfDifferentSizeAreRefused() {
        assertThatThrownBy(() -> PixelErrors.meanSquaredError(IMAGE, new float[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4 pixels")
                .hasMessageContaining("3");
        assertThatThrownBy(() -> PixelErrors.correlation(new float[0], new float[0]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PixelErrors.peakSignalToNoise(IMAGE, REFERENCE, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("range");
    }
}
