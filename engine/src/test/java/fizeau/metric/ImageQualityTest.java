// SPDX-License-Identifier: Apache-2.0
package fizeau.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.optics.Shape;
import org.junit.jupiter.api.Test;

class ImageQualityTest {

    @Test
    void theCentredCropIsWhereAnObjectIsEmbedded() {
        Shape frame = new Shape(9, 12);
        Shape object = new Shape(4, 5);
        float[] image = ramp(frame);
        float[] crop = ImageQuality.centredCrop(image, frame, object);
        assertThat(crop).hasSize(20);
        assertThat(crop[0]).isEqualTo(image[frame.index(frame.rowOffset(object), frame.columnOffset(object))]);
        assertThat(crop[19]).isEqualTo(image[frame.index(frame.rowOffset(object) + 3, frame.columnOffset(object) + 4)]);
    }

    @Test
    void whatHappensOutsideTheCropDoesNotCount() {
        Shape frame = new Shape(12, 12);
        Shape object = new Shape(8, 7);
        float[] reference = ramp(frame);
        float[] image = reference.clone();
        image[0] += 5;
        ImageQuality outside = ImageQuality.ofCentredCrop(image, reference, frame, object);
        assertThat(outside.mse()).isZero();
        assertThat(outside.psnr()).isInfinite();
        image[frame.index(2, 2)] += 0.5f; // first row and column of the crop
        ImageQuality inside = ImageQuality.ofCentredCrop(image, reference, frame, object);
        assertThat(inside.mse()).isEqualTo(0.25 / 56);
        assertThat(inside.rmse()).isEqualTo(Math.sqrt(0.25 / 56));
        assertThat(inside.psnr())
                .isEqualTo(PixelErrors.peakSignalToNoise(
                        ImageQuality.centredCrop(image, frame, object),
                        ImageQuality.centredCrop(reference, frame, object),
                        1));
        assertThat(inside.ssim()).isLessThan(1);
        assertThat(inside.correlation()).isBetween(0.9, 1.0);
    }

    @Test
    void aCropLargerThanTheFrameIsRefused() {
        assertThatThrownBy(() -> ImageQuality.centredCrop(new float[16], Shape.square(4), new Shape(5, 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5 x 4")
                .hasMessageContaining("4 x 4");
    }

    private static float[] ramp(Shape shape) {
        float[] ramp = new float[shape.count()];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = (i * 37 % 101) / 100f;
        }
        return ramp;
    }
}
