// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.random.NormalGenerator;
import java.util.Arrays;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NoiseModelTest {
    private static final float[] IMAGE = {0.25f, 1, 4, 0.5f};

    static Stream<NoiseModel> models() {
        return Stream.of(
                new ShotNoise(20),
                new DetectorNoise(20),
                new DetectorComponents(100, 0.02, 0.01),
                new ReadoutNoise(0.1));
    }

    /** Each model against its formula, with normals that are told. */
    @Test
    void formulasHold() {
        double[] g = {1, -2, 0.5, -1, 2, 1, -1, 0, 3, 0, 1, -4};
        assertThat(new ShotNoise(20).applyToIntensity(IMAGE, supply(g)))
                .containsExactly(new float[] {0.25f + 0.05f, 1 - 0.2f, 4 + 0.1f, 0.5f - 0.0707107f}, within(1e-6f));
        assertThat(new DetectorNoise(20).applyToIntensity(IMAGE, supply(g)))
                .containsExactly(new float[] {0.25f + 0.4f, 1 - 0.8f, 4 + 0.2f, 0.5f - 0.4f}, within(1e-6f));
        assertThat(new ReadoutNoise(0.3).applyToIntensity(IMAGE, supply(g)))
                .containsExactly(new float[] {0.55f, 0.4f, 4.15f, 0.2f}, within(1e-6f));
        float[] expected = new float[4];
        for (int i = 0; i < 4; i++) {
            expected[i] = (float) Math.max(
                    IMAGE[i] + g[i] * Math.sqrt(IMAGE[i] * 100 + 1) / 100 + g[4 + i] * 0.02 * 4 + g[8 + i] * 0.01 * 4,
                    0);
        }
        assertThat(new DetectorComponents(100, 0.02, 0.01).applyToIntensity(IMAGE, supply(g)))
                .containsExactly(expected, within(1e-6f));
    }

    @Test
    void onlyReadoutNoiseMayGoBelowZero() {
        double[] dark = {-1e3, -1e3, -1e3, -1e3, -1, -1, -1, -1, -1, -1, -1, -1};
        assertThat(new ShotNoise(20).applyToIntensity(IMAGE, supply(dark))).containsOnly(0);
        assertThat(new DetectorNoise(20).applyToIntensity(IMAGE, supply(dark))).containsOnly(0);
        assertThat(new DetectorComponents(100, 0.02, 0.01).applyToIntensity(IMAGE, supply(dark)))
                .containsOnly(0);
        assertThat(new ReadoutNoise(1).applyToIntensity(IMAGE, supply(dark))[0]).isEqualTo(-999.75f);
        assertThat(new ReadoutNoise(1).applyToAmplitude(IMAGE, supply(dark))).containsOnly(0);
    }

    @ParameterizedTest
    @MethodSource("models")
    void aNoisyAmplitudeIsTheRootOfTheNoisyIntensity(NoiseModel model) {
        float[] amplitude = {0.1f, 0.7f, 1.3f, 0.4f, 0.9f, 0};
        float[] intensity = new float[amplitude.length];
        for (int i = 0; i < intensity.length; i++) {
            intensity[i] = amplitude[i] * amplitude[i];
        }
        float[] noisyAmplitude = model.applyToAmplitude(amplitude, new NormalGenerator(4)::nextNormal);
        float[] noisyIntensity = model.applyToIntensity(intensity, new NormalGenerator(4)::nextNormal);
        for (int i = 0; i < intensity.length; i++) {
            assertThat(noisyAmplitude[i] * noisyAmplitude[i]).isCloseTo(Math.max(noisyIntensity[i], 0), within(1e-6f));
        }
        assertThat(noisyAmplitude).isNotEqualTo(amplitude);
        assertThat(amplitude).as("the input stays").startsWith(0.1f, 0.7f);
    }

    @Test
    void shotNoiseHasTheStatedRatioAtUnitIntensity() {
        float[] ones = new float[100_000];
        Arrays.fill(ones, 1);
        float[] noisy = new ShotNoise(40).applyToIntensity(ones, new NormalGenerator(8)::nextNormal);
        double squares = 0;
        for (float value : noisy) {
            squares += (value - 1) * (value - 1);
        }
        assertThat(Math.sqrt(squares / noisy.length)).isCloseTo(0.01, within(0.0001));
    }

    @Test
    void theOriginalsShotNoiseSquaresAndScalesItsNormals() {
        // Normals of mean 0 and deviation sqrt(10 / 3) over n - 1.
        double[] g = {1, -2, 2, -1};
        double scale = 0.1 / Math.sqrt(10 / 3.0);
        float[] amplitude = {0.5f, 1, 2, 0};
        assertThat(new ShotNoise(20).intensityOfOriginal(amplitude, supply(g)))
                .containsExactly(
                        new float[] {(float) (0.25 + 0.5 * scale), (float) (1 - 2 * scale), (float) (4 + 4 * scale), 0},
                        within(1e-6f));
        assertThatThrownBy(() -> new ShotNoise(20).intensityOfOriginal(new float[1], supply(g)))
                .hasMessageContaining("at least 2");
    }

    @Test
    void impossibleNoiseIsRefused() {
        assertThatThrownBy(() -> new ShotNoise(Double.NaN)).hasMessageContaining("signal-to-noise ratio NaN dB");
        assertThatThrownBy(() -> new DetectorNoise(Double.POSITIVE_INFINITY)).hasMessageContaining("must be finite");
        assertThatThrownBy(() -> new DetectorComponents(0, 0, 0)).hasMessageContaining("photon scale 0.0 photons");
        assertThatThrownBy(() -> new ReadoutNoise(-1)).hasMessageContaining("readout noise -1.0");
    }

    private static DoubleSupplier supply(double[] values) {
        int[] next = new int[1];
        return () -> values[next[0]++];
    }
}
