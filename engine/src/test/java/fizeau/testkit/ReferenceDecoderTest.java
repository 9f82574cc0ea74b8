// SPDX-License-Identifier: Apache-2.0
package fizeau.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.reconstruct.DecoderInitializer;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderLayout.Segment;
import fizeau.reconstruct.DecoderSpec;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceDecoderTest {

    /** Central differences at a few parameters of every segment: the backward pass is checked against the forward pass. */
    @ParameterizedTest
    @CsvSource({"16, 8, true", "16, 8, false", "16, 16, true", "32, 13, true", "16, 4, false"})
    void backwardIsTheDerivativeOfForward(int latent, int output, boolean batchNorm) {
        ReferenceDecoder decoder = new ReferenceDecoder(new DecoderSpec(latent, output, batchNorm));
        double[] parameters = RandomImages.widen(DecoderInitializer.initialParameters(decoder.layout(), 5));
        double[] weights = RandomImages.widen(RandomImages.signed(output * output, 6));
        decoder.forward(parameters);
        double[] gradient = decoder.backward(weights);
        Random random = new Random(7);
        double step = 1e-6;
        for (Segment segment : decoder.layout().segments()) {
            for (int trial = 0; trial < 6; trial++) {
                int i = segment.offset() + random.nextInt(segment.count());
                double[] moved = parameters.clone();
                moved[i] += step;
                double above = dot(decoder.forward(moved), weights);
                moved[i] -= 2 * step;
                double slope = (above - dot(decoder.forward(moved), weights)) / (2 * step);
                assertThat(gradient[i]).as(segment.name()).isCloseTo(slope, within(1e-7 + 1e-6 * Math.abs(slope)));
            }
        }
    }

    @Test
    void convolutionsAndFrameAreThoseOfTheDefinition() {
        // No upsampling: 4 x 4 from the latent, one 3 x 3 to two channels, one to a single channel, zero frame of one
        // pixel.
        DecoderSpec spec = new DecoderSpec(16, 4, false);
        ReferenceDecoder decoder = new ReferenceDecoder(spec);
        DecoderLayout layout = decoder.layout();
        double[] parameters = new double[layout.parameterCount()];
        parameters[3] = 2; // latent channel 3 -> channel 0, row 1, column 2
        DecoderLayout.Layer first = layout.layers().get(0);
        parameters[first.weight() + 3 * 8 * 16 + 6] = 0.5;
        DecoderLayout.Layer second = layout.layers().get(1);
        parameters[second.weight() + 5] = 3; // out 0, in 0, tap (1, 2): reads the pixel to the right
        DecoderLayout.Layer third = layout.layers().get(2);
        parameters[third.weight() + 1] = 1; // in 0, tap (0, 1)
        assertThat(third.outChannels()).isEqualTo(2);
        DecoderLayout.Layer last = layout.layers().get(3);
        parameters[last.weight()] = 1; // tap (0, 0)
        parameters[last.bias()] = -1;
        double[] output = decoder.forward(parameters);
        // 1 at (1, 2); x 3 seen one pixel to the left, at (1, 1); one row down, at (2, 1); the last starts at (0, 0)
        double background = 1 / (1 + Math.exp(1));
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                boolean frame = y == 0 || y == 3 || x == 0 || x == 3;
                assertThat(output[4 * y + x]).isCloseTo(frame ? 0 : background, within(1e-12));
            }
        }
        parameters[last.weight()] = 0;
        parameters[last.weight() + 3] =
                1; // tap (1, 0): row 1 + 1, column 1 + 0 of the map is pixel (1, 1) of the inside
        assertThat(decoder.forward(parameters)[4 * 2 + 2]).isCloseTo(1 / (1 + Math.exp(-2)), within(1e-12));
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
