// SPDX-License-Identifier: Apache-2.0
package fizeau.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.backend.Backend;
import fizeau.backend.DecoderNetwork;
import fizeau.reconstruct.DecoderInitializer;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderLayout.Layer;
import fizeau.reconstruct.DecoderLayout.Segment;
import fizeau.reconstruct.DecoderSpec;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A decoder's two passes and its running statistics against {@link ReferenceDecoder}. */
public abstract class DecoderNetworkConformance extends BackendConformance {
    private static final DecoderSpec SMALL = new DecoderSpec(16, 8, true);

    /** Outputs that are framed, exact and cropped; with and without upsampling; channels that do not halve evenly. */
    static Stream<DecoderSpec> specs() {
        return Stream.of(
                SMALL,
                new DecoderSpec(16, 4, true),
                new DecoderSpec(16, 16, true),
                new DecoderSpec(32, 16, true),
                new DecoderSpec(20, 8, true),
                new DecoderSpec(37, 15, true),
                new DecoderSpec(32, 30, true),
                new DecoderSpec(32, 29, true),
                new DecoderSpec(64, 32, true),
                new DecoderSpec(64, 20, true),
                new DecoderSpec(16, 8, false),
                new DecoderSpec(32, 16, false),
                new DecoderSpec(64, 20, false));
    }

    @ParameterizedTest
    @MethodSource("specs")
    void outputEqualsTheReference(DecoderSpec spec) {
        float[] parameters = parameters(spec, 1);
        try (DecoderNetwork decoder = backend().decoder(spec)) {
            float[] output = dirty(spec);
            decoder.forward(parameters, output);
            double[] expected = new ReferenceDecoder(spec).forward(RandomImages.widen(parameters));
            Tolerances.assertClose(output, expected, Tolerances.DECODER);
        }
    }

    @ParameterizedTest
    @MethodSource("specs")
    void gradientsEqualTheReferenceInEverySegment(DecoderSpec spec) {
        float[] parameters = parameters(spec, 1);
        float[] outputGradient = RandomImages.signed(spec.outputSize() * spec.outputSize(), 2);
        try (DecoderNetwork decoder = backend().decoder(spec)) {
            decoder.forward(parameters, dirty(spec));
            float[] gradient = new float[parameters.length];
            Arrays.fill(gradient, Float.NaN);
            decoder.backward(outputGradient, gradient);
            assertGradient(spec, gradient, parameters, outputGradient);
        }
    }

    /** The passes of an optimisation: parameters change in place, statistics accumulate. */
    @ParameterizedTest
    @MethodSource("specs")
    void severalPassesLeaveTheRunningStatisticsOfTheReference(DecoderSpec spec) {
        float[] parameters = parameters(spec, 3);
        float[] outputGradient = RandomImages.signed(spec.outputSize() * spec.outputSize(), 4);
        float[] gradient = new float[parameters.length];
        ReferenceDecoder reference = new ReferenceDecoder(spec);
        try (DecoderNetwork decoder = backend().decoder(spec)) {
            assertThat(decoder.runningStatistics()).containsExactly(RandomImages.narrow(reference.runningStatistics()));
            for (int pass = 0; pass < 3; pass++) {
                decoder.forward(parameters, dirty(spec));
                reference.forward(RandomImages.widen(parameters));
                decoder.backward(outputGradient, gradient);
                assertGradient(spec, gradient, parameters, outputGradient);
                float[] change = RandomImages.signed(parameters.length, 5 + pass);
                for (int i = 0; i < parameters.length; i++) {
                    parameters[i] += 0.05f * change[i];
                }
            }
            float[] statistics = decoder.runningStatistics();
            double[] expected = reference.runningStatistics();
            assertThat(statistics).hasSameSizeAs(expected);
            for (Layer layer : reference.layout().layers()) {
                if (layer.statistics() >= 0) {
                    int from = layer.statistics();
                    int middle = from + layer.outChannels();
                    int to = middle + layer.outChannels();
                    assertRange("running mean of " + layer, statistics, expected, from, middle, Tolerances.DECODER);
                    assertRange("running variance of " + layer, statistics, expected, middle, to, Tolerances.DECODER);
                }
            }
        }
    }

    @Test
    void backwardTwiceGivesTheSameGradients() {
        float[] parameters = parameters(SMALL, 1);
        float[] outputGradient = RandomImages.signed(64, 2);
        try (DecoderNetwork decoder = backend().decoder(SMALL)) {
            decoder.forward(parameters, dirty(SMALL));
            decoder.backward(RandomImages.signed(64, 6), new float[parameters.length]);
            float[] gradient = new float[parameters.length];
            decoder.backward(outputGradient, gradient);
            assertGradient(SMALL, gradient, parameters, outputGradient);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void anyNumberOfThreadsGivesTheSameResult(int threads) {
        DecoderSpec spec = new DecoderSpec(32, 16, true);
        float[] parameters = parameters(spec, 7);
        float[] outputGradient = RandomImages.signed(256, 8);
        try (Backend threaded = open(threads);
                DecoderNetwork decoder = threaded.decoder(spec)) {
            float[] output = dirty(spec);
            float[] gradient = new float[parameters.length];
            decoder.forward(parameters, output);
            decoder.backward(outputGradient, gradient);
            double[] expected = new ReferenceDecoder(spec).forward(RandomImages.widen(parameters));
            Tolerances.assertClose(output, expected, Tolerances.DECODER);
            assertGradient(spec, gradient, parameters, outputGradient);
        }
    }

    /** A channel whose pixels are all alike has variance zero: epsilon alone keeps it finite. */
    @Test
    void constantChannelsStayFinite() {
        float[] parameters = parameters(SMALL, 1);
        Arrays.fill(parameters, 0, SMALL.inputSize(), 0);
        float[] outputGradient = RandomImages.signed(64, 2);
        try (DecoderNetwork decoder = backend().decoder(SMALL)) {
            float[] output = dirty(SMALL);
            float[] gradient = new float[parameters.length];
            decoder.forward(parameters, output);
            decoder.backward(outputGradient, gradient);
            ReferenceDecoder reference = new ReferenceDecoder(SMALL);
            Tolerances.assertClose(output, reference.forward(RandomImages.widen(parameters)), Tolerances.DECODER);
            for (float value : gradient) {
                assertThat(value).isFinite();
            }
        }
    }

    @Test
    void backwardWithoutForwardIsRefused() {
        try (DecoderNetwork decoder = backend().decoder(SMALL)) {
            assertThatThrownBy(() -> decoder.backward(new float[64], new float[parameters(SMALL, 1).length]))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("forward");
        }
    }

    @Test
    void wrongLengthsAreRefusedInWords() {
        int count = DecoderLayout.of(SMALL).parameterCount();
        float[] parameters = parameters(SMALL, 1);
        try (DecoderNetwork decoder = backend().decoder(SMALL)) {
            refused(() -> decoder.forward(new float[count - 1], new float[64]), count, count - 1);
            refused(() -> decoder.forward(new float[count + 1], new float[64]), count, count + 1);
            refused(() -> decoder.forward(parameters, new float[63]), 64, 63);
            decoder.forward(parameters, new float[64]);
            refused(() -> decoder.backward(new float[65], new float[count]), 64, 65);
            refused(() -> decoder.backward(new float[64], new float[count - 1]), count, count - 1);
        }
    }

    @Test
    void closingTwiceIsFine() {
        DecoderNetwork decoder = backend().decoder(SMALL);
        decoder.close();
        decoder.close();
    }

    /** Initial weights with batch-norm weights and biases off their neutral values. */
    private static float[] parameters(DecoderSpec spec, long seed) {
        DecoderLayout layout = DecoderLayout.of(spec);
        float[] parameters = DecoderInitializer.initialParameters(layout, seed);
        float[] moves = RandomImages.signed(parameters.length, seed);
        for (Layer layer : layout.layers()) {
            for (int c = 0; layer.gamma() >= 0 && c < layer.outChannels(); c++) {
                parameters[layer.gamma() + c] += 0.5f * moves[layer.gamma() + c];
                parameters[layer.beta() + c] += 0.3f * moves[layer.beta() + c];
            }
        }
        return parameters;
    }

    /** An output buffer that shows what a pass leaves unwritten. */
    private static float[] dirty(DecoderSpec spec) {
        float[] output = new float[spec.outputSize() * spec.outputSize()];
        Arrays.fill(output, Float.NaN);
        return output;
    }

    private static void assertGradient(DecoderSpec spec, float[] gradient, float[] parameters, float[] outputGradient) {
        ReferenceDecoder reference = new ReferenceDecoder(spec);
        reference.forward(RandomImages.widen(parameters));
        double[] expected = reference.backward(RandomImages.widen(outputGradient));
        assertThat(gradient).hasSameSizeAs(expected);
        for (Segment segment : reference.layout().segments()) {
            int to = segment.offset() + segment.count();
            assertRange(segment.name(), gradient, expected, segment.offset(), to, Tolerances.DECODER_GRADIENT);
        }
    }

    private static void assertRange(
            String what, float[] actual, double[] expected, int from, int to, double tolerance) {
        try {
            Tolerances.assertClose(
                    Arrays.copyOfRange(actual, from, to), Arrays.copyOfRange(expected, from, to), tolerance);
        } catch (AssertionError difference) {
            throw new AssertionError(what + ": " + difference.getMessage(), difference);
        }
    }

    private static void refused(Runnable call, int needed, int found) {
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Integer.toString(needed))
                .hasMessageContaining(Integer.toString(found));
    }
}
