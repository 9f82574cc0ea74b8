// SPDX-License-Identifier: Apache-2.0
package fizeau.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.optics.Shape;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuiltInSceneTest {

    /** The scene enters published numbers: a change of one bit must be a decision. */
    @Test
    void theStandardSceneIsBitReproducible() {
        assertThat(digest(BuiltInScene.amplitude(128))).isEqualTo("90f0bc381fe552f3");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 64, 128, 257})
    void everySizeHasMaximumOne(int size) {
        float brightest = 0;
        for (float value : BuiltInScene.amplitude(size).toArray()) {
            brightest = Math.max(brightest, value);
        }
        assertThat(brightest).isEqualTo(1f);
    }

    @Test
    void theSkyAroundTheBodyIsBlack() {
        AmplitudeImage scene = BuiltInScene.amplitude(128);
        for (int i = 0; i < 128; i++) {
            for (int border = 0; border < 6; border++) {
                assertThat(scene.at(border, i)).isZero();
                assertThat(scene.at(127 - border, i)).isZero();
                assertThat(scene.at(i, border)).isZero();
                assertThat(scene.at(i, 127 - border)).isZero();
            }
        }
    }

    @Test
    void skyNightAndDayHaveTheSharesOfAPlanetaryPhotograph() {
        AmplitudeImage scene = BuiltInScene.amplitude(128);
        int sky = 0;
        int night = 0;
        int day = 0;
        for (float value : scene.toArray()) {
            sky += value == 0 ? 1 : 0;
            night += value > 0.05 && value < 0.25 ? 1 : 0;
            day += value > 0.5 ? 1 : 0;
        }
        double all = scene.shape().count();
        assertThat(sky / all).isBetween(0.25, 0.45);
        assertThat(night / all).isBetween(0.1, 0.3);
        assertThat(day / all).isBetween(0.3, 0.6);
    }

    @Test
    void sizesShowTheSameScene() {
        float[] fine = BuiltInScene.amplitude(256).toIntensity();
        float[] coarse = BuiltInScene.amplitude(128).toIntensity();
        double[] reduced = AreaAverage.toSquare(Shape.square(256), fine, 128);
        double covariance = 0;
        double coarseSquare = 0;
        double fineSquare = 0;
        for (int i = 0; i < reduced.length; i++) {
            covariance += coarse[i] * reduced[i];
            coarseSquare += coarse[i] * coarse[i];
            fineSquare += reduced[i] * reduced[i];
        }
        assertThat(covariance / Math.sqrt(coarseSquare * fineSquare)).isCloseTo(1, within(0.002));
    }

    private static String digest(AmplitudeImage image) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * image.shape().count());
        for (float value : image.toArray()) {
            bytes.putFloat(value);
        }
        try {
            byte[] sha = MessageDigest.getInstance("SHA-256").digest(bytes.array());
            return HexFormat.of().formatHex(sha, 0, 8);
        } catch (NoSuchAlgorithmException absent) {
            throw new AssertionError(absent);
        }
    }
}
