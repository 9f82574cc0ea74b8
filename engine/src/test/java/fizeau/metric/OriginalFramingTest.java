// SPDX-License-Identifier: Apache-2.0
package fizeau.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.optics.Shape;
import org.junit.jupiter.api.Test;

class OriginalFramingTest {

    private static final SizedImage RAMP = ramp(new Shape(6, 8));

    @Test
    void croppingStartsOnePixelLateAndRunsOutOfPixels() {
        SizedImage four = OriginalFraming.cropImage(RAMP, 4);
        assertThat(four.shape()).isEqualTo(Shape.square(4));
        assertThat(four.pixels()[0]).isEqualTo(203); // row 2, column 3 instead of 1, 2
        SizedImage six = OriginalFraming.cropImage(RAMP, 6);
        assertThat(six.shape()).isEqualTo(new Shape(5, 6));
        assertThat(six.pixels()[0]).isEqualTo(102);
    }

    @Test
    void paddingPutsTheSmallerHalfBefore() {
        SizedImage padded = OriginalFraming.padImage(RAMP, 9);
        assertThat(padded.shape()).isEqualTo(Shape.square(9));
        assertThat(padded.pixels()[padded.shape().index(1, 0)]).isZero();
        assertThat(padded.pixels()[padded.shape().index(1, 1)]).isEqualTo(1); // ramp row 0, column 1
        assertThat(padded.pixels()[padded.shape().index(6, 7)]).isEqualTo(507);
        assertThat(padded.pixels()[padded.shape().index(7, 4)]).isZero();
    }

    @Test
    void cropOrPadPadsOnlyWhenTheSizeHoldsBothEdges() {
        assertThat(OriginalFraming.cropOrPad(RAMP, 8).shape()).isEqualTo(Shape.square(8));
        assertThat(OriginalFraming.cropOrPad(RAMP, 5).shape()).isEqualTo(Shape.square(5));
    }

    @Test
    void sizesThatCannotBeAreRefused() {
        assertThatThrownBy(() -> OriginalFraming.cropImage(RAMP, 7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("7 pixels")
                .hasMessageContaining("6 x 8");
        assertThatThrownBy(() -> OriginalFraming.cropImage(ramp(Shape.square(1)), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("leaves nothing");
        assertThatThrownBy(() -> OriginalFraming.padImage(RAMP, 7)).isInstanceOf(IllegalArgumentException.class);
    }

    private static SizedImage ramp(Shape shape) {
        float[] pixels = new float[shape.count()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = 100 * (i / shape.nx()) + i % shape.nx();
        }
        return new SizedImage(pixels, shape);
    }
}
