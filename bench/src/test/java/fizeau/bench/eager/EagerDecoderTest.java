// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.eager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EagerDecoderTest {

    /** Padded by one pixel each side, by one pixel after, not at all, cropped; with and without batch norm. */
    static List<DecoderSpec> specs() {
        return List.of(
                new DecoderSpec(16, 8, true),
                new DecoderSpec(16, 8, false),
                new DecoderSpec(32, 15, true),
                new DecoderSpec(32, 14, true),
                new DecoderSpec(32, 13, true),
                new DecoderSpec(48, 10, true),
                new DecoderSpec(48, 10, false));
    }

    @ParameterizedTest
    @MethodSource("specs")
    void outputAndStatisticsAgreeWithTheDefinition(DecoderSpec spec) {
        float[] parameters = EagerFixture.parameters(spec, 3);
        ReferenceDecoder reference = new ReferenceDecoder(DecoderLayout.of(spec));
        float[] output = new float[spec.outputSize() * spec.outputSize()];
        try (EagerDecoder decoder = new EagerDecoder(spec)) {
            decoder.forward(parameters, output);
            decoder.forward(parameters, output);
            reference.forward(EagerFixture.doubles(parameters));
            double[] expected = reference.forward(EagerFixture.doubles(parameters));
            for (int i = 0; i < output.length; i++) {
                assertThat((double) output[i]).as("pixel %d", i).isCloseTo(expected[i], within(3e-6));
            }
            double[] statistics = reference.statistics();
            float[] measured = decoder.runningStatistics();
            assertThat(measured).hasSameSizeAs(statistics);
            for (int i = 0; i < statistics.length; i++) {
                assertThat((double) measured[i]).as("statistic %d", i).isCloseTo(statistics[i], within(1e-5));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("specs")
    void gradientAgreesWithFiniteDifferences(DecoderSpec spec) {
        DecoderLayout layout = DecoderLayout.of(spec);
        float[] parameters = EagerFixture.parameters(spec, 4);
        int pixels = spec.outputSize() * spec.outputSize();
        float[] outputGradient = EagerFixture.random(pixels, 9);
        float[] gradient = new float[layout.parameterCount()];
        try (EagerDecoder decoder = new EagerDecoder(spec)) {
            decoder.forward(parameters, new float[pixels]);
            decoder.backward(outputGradient, gradient);
        }
        ReferenceDecoder reference = new ReferenceDecoder(layout);
        double[] at = EagerFixture.doubles(parameters);
        for (int i : EagerFixture.probes(layout)) {
            double expected = EagerFixture.slope(x -> dot(reference.forward(x), outputGradient), at, i);
            assertThat((double) gradient[i])
                    .as("parameter %d", i)
                    .isCloseTo(expected, within(2e-5 + 1e-3 * Math.abs(expected)));
        }
    }

    private static double dot(double[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < b.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @Test
    void gradientsOfTwoPassesDoNotAddUp() {
        DecoderSpec spec = new DecoderSpec(16, 8, true);
        float[] parameters = EagerFixture.parameters(spec, 1);
        float[] outputGradient = EagerFixture.random(64, 2);
        float[] once = new float[parameters.length];
        float[] again = new float[parameters.length];
        try (EagerDecoder decoder = new EagerDecoder(spec)) {
            decoder.forward(parameters, new float[64]);
            decoder.backward(outputGradient, once);
            decoder.forward(parameters, new float[64]);
            decoder.backward(outputGradient, again);
        }
        assertThat(again).containsExactly(once);
    }

    @Test
    void refusesWhatItCannotDo() {
        DecoderSpec spec = new DecoderSpec(16, 8, true);
        EagerDecoder decoder = new EagerDecoder(spec);
        float[] parameters = EagerFixture.parameters(spec, 1);
        assertThatThrownBy(() -> decoder.backward(new float[64], new float[parameters.length]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("forward");
        assertThatThrownBy(() -> decoder.forward(new float[3], new float[64]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3");
        assertThatThrownBy(() -> decoder.forward(parameters, new float[65]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65");
        decoder.close();
        decoder.close();
        assertThatThrownBy(() -> decoder.forward(parameters, new float[64])).isInstanceOf(IllegalStateException.class);
    }
}
