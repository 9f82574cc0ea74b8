// SPDX-License-Identifier: Apache-2.0
package fizeau.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.optics.Mask;
import fizeau.optics.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class OriginalScenesTest {

    @Test
    void greyBecomesAmplitudeBetweenItsExtremes() {
        byte[] grey = {10, (byte) 210, 60, 110};
        float[] amplitude =
                OriginalScenes.amplitude(grey, Shape.square(2), 2, false).pixels();
        assertThat(amplitude).containsExactly(new float[] {0, 1, 0.5f, (float) Math.sqrt(0.5)}, within(1e-6f));
    }

    @Test
    void theMinimumIsTakenAfterPadding() {
        byte[] grey = {(byte) 255, 51, 102, (byte) 153};
        SizedImage padded = OriginalScenes.amplitude(grey, Shape.square(2), 4, false);
        assertThat(padded.pixels()[padded.shape().index(1, 2)]).isEqualTo((float) Math.sqrt(0.2), within(1e-6f));
        SizedImage inverted = OriginalScenes.amplitude(grey, Shape.square(2), 4, true);
        assertThat(inverted.pixels()[inverted.shape().index(1, 1)]).isZero();
        assertThat(inverted.pixels()[inverted.shape().index(1, 2)]).isEqualTo(1);
    }

    @Test
    void aFlatPictureBecomesDark() {
        assertThat(OriginalScenes.normalisedRoot(new float[] {0.5f, 0.5f})).containsExactly(0, 0);
    }

    @Test
    void pointSourcesStandAtEqualDistances() {
        Shape shape = Shape.square(40);
        for (int sources = 1; sources <= 4; sources++) {
            List<Mask> masks = OriginalScenes.pointSources(shape, sources, 5, 12);
            assertThat(masks).hasSize(sources);
            for (int i = 0; i < sources; i++) {
                for (int k = 0; k < i; k++) {
                    double distance = distance(centroid(masks.get(i)), centroid(masks.get(k)));
                    double diagonal = sources == 4 && i + k == 3 ? Math.sqrt(2) : 1;
                    assertThat(distance).isEqualTo(12 * diagonal, within(0.4));
                }
            }
        }
        assertThatThrownBy(() -> OriginalScenes.pointSources(shape, 5, 5, 12))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 4");
    }

    private static double[] centroid(Mask mask) {
        double[] centroid = new double[2];
        for (int y = 0; y < mask.shape().ny(); y++) {
            for (int x = 0; x < mask.shape().nx(); x++) {
                if (mask.isOpen(y, x)) {
                    centroid[0] += (double) y / mask.openCount();
                    centroid[1] += (double) x / mask.openCount();
                }
            }
        }
        return centroid;
    }

    private static double distance(double[] a, double[] b) {
        return Math.hypot(a[0] - b[0], a[1] - b[1]);
    }
}
