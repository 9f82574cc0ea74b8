// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.backend.DecoderNetwork;
import fizeau.backend.Precision;
import fizeau.backend.TrainingLevel;
import fizeau.reconstruct.DecoderInitializer;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderSpec;
import fizeau.testkit.RandomImages;
import fizeau.testkit.ReferenceDecoder;
import fizeau.testkit.Tolerances;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The decoder at the library level with {@code --precision tf32} beside {@code fp32}, against the double-precision reference:
 * rounded factors give nearly the same, unrounded ones the same to single precision, also right after rounded ones.
 */
abstract class RoundedDecoderConformance {

    /** Relative to the peak: ten layers whose factors have 10 bits of mantissa, and what batch norm makes of it. */
    private static final double ROUNDED = 3e-2;

    private static final DecoderSpec SPEC = new DecoderSpec(64, 32, true);

    private CudaBackend backend;

    /** Opens the device, or skips. */
    abstract CudaBackend open();

    /** Whether products are rounded for certain; a card may have nothing that rounds for a shape. */
    abstract boolean rounds();

    @AfterEach
    void everythingIsGivenBack() {
        if (backend != null) {
            assertThat(backend.deviceBytes()).isZero();
            backend.close();
        }
    }

    private record Passes(float[] output, float[] gradient) {}

    private Passes passes(Precision precision, float[] parameters, float[] outputGradient) {
        float[] output = new float[SPEC.outputSize() * SPEC.outputSize()];
        float[] gradient = new float[parameters.length];
        Arrays.fill(gradient, Float.NaN);
        try (DecoderNetwork decoder = backend.decoder(SPEC, TrainingLevel.LIBRARY, precision)) {
            decoder.forward(parameters, output);
            decoder.backward(outputGradient, gradient);
        }
        return new Passes(output, gradient);
    }

    @ParameterizedTest
    @EnumSource(names = {"TF32", "BF16"})
    void roundingIsAskedForAndStaysWithinItsBounds(Precision precision) {
        double tolerance = ROUNDED * Math.pow(2, Precision.TF32.factorBits() - precision.factorBits());
        backend = open();
        float[] parameters = DecoderInitializer.initialParameters(DecoderLayout.of(SPEC), 1);
        float[] outputGradient = RandomImages.signed(SPEC.outputSize() * SPEC.outputSize(), 2);
        ReferenceDecoder reference = new ReferenceDecoder(SPEC);
        double[] output = reference.forward(RandomImages.widen(parameters));

        Passes rounded = passes(precision, parameters, outputGradient);
        Tolerances.assertClose(rounded.output(), output, tolerance);
        Passes exact = passes(Precision.FP32, parameters, outputGradient);
        Tolerances.assertClose(exact.output(), output, Tolerances.DECODER);
        Tolerances.assertClose(rounded.gradient(), exact.gradient(), 3 * tolerance);
        if (rounds()) {
            assertThat(rounded.output()).isNotEqualTo(exact.output());
            assertThat(rounded.gradient()).isNotEqualTo(exact.gradient());
        }
    }
}
