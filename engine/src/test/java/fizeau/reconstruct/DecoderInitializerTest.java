// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.reconstruct.DecoderLayout.Layer;
import org.junit.jupiter.api.Test;

class DecoderInitializerTest {

    /** Values that the reference implementation drew; the last ones depend on every draw before them. */
    @Test
    void drawsWhatTheReferenceDraws() {
        float[] seed1234 = parameters(new DecoderSpec(64, 32, true), 1234);
        assertAt(seed1234, 0, -0.111718565);
        assertAt(seed1234, 1, -0.4965901);
        assertAt(seed1234, 8, -0.21525294);
        assertAt(seed1234, 15, -1.0218575);
        assertAt(seed1234, 64, -0.013276167);
        assertAt(seed1234, 32896, 0.04535778);
        assertAt(seed1234, 43780, -0.1673149);
        assertAt(seed1234, 43798, 0.1442753);
        float[] seed77 = parameters(new DecoderSpec(16, 16, true), 77);
        assertAt(seed77, 0, -0.5043088);
        assertAt(seed77, 16, 3.630951e-05);
        assertAt(seed77, 2732, 0.22028118);
        assertAt(seed77, 2750, -0.2051472);
        float[] seed78 = parameters(new DecoderSpec(16, 8, false), 78);
        assertAt(seed78, 0, 0.6726869);
        assertAt(seed78, 2064, -0.07403712);
        assertAt(seed78, 2680, -0.20680565);
    }

    @Test
    void valuesAreDistributedAsTheInitialisationSays() {
        DecoderSpec spec = new DecoderSpec(512, 128, true);
        DecoderLayout layout = DecoderLayout.of(spec);
        float[] parameters = DecoderInitializer.initialParameters(layout, 3);
        assertThat(mean(parameters, 0, 512)).isCloseTo(0, within(0.15));
        assertThat(meanSquare(parameters, 0, 512)).isCloseTo(1, within(0.2));
        for (Layer layer : layout.layers()) {
            double bound = 1 / Math.sqrt(layer.fanIn());
            double largest = 0;
            for (int i = layer.weight(); i < layer.weight() + layer.weightCount(); i++) {
                largest = Math.max(largest, Math.abs(parameters[i]));
            }
            assertThat(largest).isBetween(0.8 * bound, 1.0000001 * bound);
            if (layer.weightCount() > 1000) {
                assertThat(meanSquare(parameters, layer.weight(), layer.weightCount()))
                        .isCloseTo(bound * bound / 3, within(0.1 * bound * bound));
            }
            for (int c = 0; layer.gamma() >= 0 && c < layer.outChannels(); c++) {
                assertThat(parameters[layer.gamma() + c]).isEqualTo(1);
                assertThat(parameters[layer.beta() + c]).isZero();
            }
        }
    }

    @Test
    void anotherSeedGivesOtherValues() {
        DecoderSpec spec = new DecoderSpec(16, 8, true);
        assertThat(parameters(spec, 5)).isEqualTo(parameters(spec, 5)).isNotEqualTo(parameters(spec, 6));
    }

    private static float[] parameters(DecoderSpec spec, long seed) {
        return DecoderInitializer.initialParameters(DecoderLayout.of(spec), seed);
    }

    private static void assertAt(float[] parameters, int index, double expected) {
        assertThat((double) parameters[index]).as("parameter " + index).isCloseTo(expected, within(1e-6));
    }

    private static double mean(float[] values, int from, int count) {
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += values[i];
        }
        return sum / count;
    }

    private static double meanSquare(float[] values, int from, int count) {
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += (double) values[i] * values[i];
        }
        return sum / count;
    }
}
