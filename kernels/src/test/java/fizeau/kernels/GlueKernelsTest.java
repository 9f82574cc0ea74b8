// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bias, ReLU and its way back, sigmoid and frame. */
@ExtendWith(EmulatorExtension.class)
class GlueKernelsTest {

    private static final double TOLERANCE = 1e-6;

    /** One pixel, less than a block, more than one block; with and without bias and ReLU. */
    @ParameterizedTest
    @CsvSource({"1, 1, true, false", "3, 49, true, false", "5, 900, false, true", "2, 257, true, true"})
    void mapsAreActivatedInPlace(int channels, int pixels, boolean biased, boolean relu, Emulator emulator) {
        float[] maps = Samples.uniform(1, channels * pixels, -1, 1);
        float[] parameters = Samples.uniform(2, channels + 4, -0.5f, 0.5f);
        Emulation emulation = emulator.begin();
        DeviceAddress values = emulation.upload(maps);
        emulation.launch(new ActivateParameters(
                values, emulation.upload(parameters), channels, pixels, biased ? 4 : -1, relu ? 1 : 0));
        emulation.execute();
        double[] bias =
                biased ? Samples.doubles(Arrays.copyOfRange(parameters, 4, parameters.length)) : new double[channels];
        Samples.assertClose(
                "maps", emulation.floats(values), GlueReference.activate(Samples.doubles(maps), bias, relu), TOLERANCE);
    }

    /** Zeros of the ReLU pass nothing, whatever they were before. */
    @Test
    void gradientsPassWhereTheReluDid(Emulator emulator) {
        int count = 1000;
        float[] gradient = Samples.uniform(3, count, -1, 1);
        float[] activated = Samples.uniform(4, count, -1, 1);
        for (int i = 0; i < count; i++) {
            activated[i] = Math.max(0, activated[i]);
        }
        Emulation emulation = emulator.begin();
        DeviceAddress gated = emulation.upload(gradient);
        emulation.launch(new GateGradientParameters(gated, emulation.upload(activated), count));
        emulation.execute();
        Samples.assertClose(
                "gradient",
                emulation.floats(gated),
                GlueReference.gateGradient(Samples.doubles(gradient), Samples.doubles(activated)),
                0);
    }

    /** Images that frame the map, that are as large, and that crop it. */
    @ParameterizedTest
    @CsvSource({"6, 8", "6, 6", "14, 15", "14, 10", "30, 29"})
    void theImageIsTheSigmoidInsideItsWindow(int mapEdge, int imageEdge, Emulator emulator) {
        float[] map = Samples.uniform(5, mapEdge * mapEdge, -4, 4);
        float[] before = new float[imageEdge * imageEdge];
        Arrays.fill(before, 7);
        ImageWindow window = ImageWindow.of(mapEdge, imageEdge);
        Emulation emulation = emulator.begin();
        DeviceAddress image = emulation.upload(before);
        emulation.launch(
                HeadImageParameters.of(emulation.upload(map), emulation.upload(9f, 0.25f), image, 1, mapEdge, window));
        emulation.execute();
        Samples.assertClose(
                "image",
                emulation.floats(image),
                GlueReference.headImage(Samples.doubles(map), 0.25, window, 7),
                TOLERANCE);
    }

    /** Many sizes of numbers, ties on both sides, the ends of the range and what is no number. */
    @Test
    void numbersAreNarrowedToTheNearestAndComeBackAsTheyAre(Emulator emulator) {
        int count = 1000;
        float[] numbers = Samples.uniform(6, count, -1, 1);
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) Math.scalb((double) numbers[i], i % 200 - 100);
        }
        float tie = Float.intBitsToFloat(0x3f808000);
        float nextTie = Float.intBitsToFloat(0x3f818000);
        float[] special = {
            0, -0f, 1, -1, tie, -tie, nextTie, Math.nextUp(tie), Float.MIN_NORMAL, Float.POSITIVE_INFINITY, Float.NaN
        };
        System.arraycopy(special, 0, numbers, 0, special.length);
        Emulation emulation = emulator.begin();
        DeviceAddress narrow = emulation.upload(new float[count]); // half of it is used
        DeviceAddress wide = emulation.upload(new float[count]);
        emulation.launch(new NarrowValuesParameters(emulation.upload(numbers), narrow, count));
        emulation.launch(new WidenValuesParameters(narrow, wide, count));
        emulation.execute();
        float[] found = emulation.floats(wide);
        double[] expected = GlueReference.narrowValues(Samples.doubles(numbers));
        for (int i = 0; i < count; i++) {
            if (i != 9 && i != 10) {
                assertThat((double) found[i]).as("%s", numbers[i]).isEqualTo(expected[i]);
            }
        }
        assertThat(found[9]).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(found[10]).isNaN();
        assertThat(found[4]).as("a tie goes to the even neighbour").isEqualTo(1f);
        assertThat(found[6]).isEqualTo(Float.intBitsToFloat(0x3f820000));
    }

    @Test
    void nothingIsRefused() {
        DeviceAddress none = DeviceAddress.NULL;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ActivateParameters(none, none, 0, 4, -1, 1))
                .withMessageContaining("0 channels");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GateGradientParameters(none, none, 0))
                .withMessageContaining("0 values");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NarrowValuesParameters(none, none, 0))
                .withMessageContaining("narrow 0 values");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WidenValuesParameters(none, none, 0))
                .withMessageContaining("widen 0 values");
    }
}
