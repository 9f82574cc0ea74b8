// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import fizeau.kernels.UnetReference.NormGradient;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Norms, joins and losses of the residual U-Net against double precision. */
@ExtendWith(EmulatorExtension.class)
class UnetKernelsTest {

    private static final float SLOPE = 0.01f;
    private static final int GAMMA = 3; // behind other parameters
    private static final double TOLERANCE = 2e-6;

    /** More voxels than threads, fewer, and a single one, whose deviation is nothing but epsilon. */
    @ParameterizedTest
    @CsvSource({"2, 3, 700, 0.01, true", "1, 2, 5, 1, false", "3, 1, 1, 0.01, true", "2, 2, 33, 0.01, false"})
    void normsAndTheirWayBack(int samples, int channels, int voxels, float slope, boolean added, Emulator emulator) {
        int count = samples * channels * voxels;
        float[] values = Samples.uniform(1, count, -1, 3); // a mean that is not small beside the deviation
        float[] past = Samples.uniform(2, count, -1, 1);
        float[] gradient = Samples.uniform(3, count, -1, 1);
        float[] parameters = Samples.uniform(4, GAMMA + 2 * channels, 0.5, 1.5);
        int beta = GAMMA + channels;
        Emulation emulation = emulator.begin();
        DeviceAddress x = emulation.upload(values);
        DeviceAddress weights = emulation.upload(parameters);
        DeviceAddress result = emulation.allocateFloats(count);
        DeviceAddress applied = emulation.allocateFloats(2 * samples * channels);
        DeviceAddress valueGradient = emulation.upload(gradient); // stepped over in place
        DeviceAddress pastGradient = emulation.allocateFloats(count);
        DeviceAddress sums = emulation.allocateDoubles(2 * samples * channels);
        DeviceAddress totals = emulation.upload(new float[GAMMA + 2 * channels]);
        emulation.launch(new InstanceNormParameters(
                x,
                weights,
                added ? emulation.upload(past) : DeviceAddress.NULL,
                result,
                applied,
                samples,
                channels,
                voxels,
                GAMMA,
                beta,
                slope));
        emulation.launch(new InstanceNormGradientParameters(
                x,
                weights,
                result,
                applied,
                valueGradient,
                valueGradient,
                added ? pastGradient : DeviceAddress.NULL,
                sums,
                samples,
                channels,
                voxels,
                GAMMA,
                slope));
        emulation.launch(new ChannelTotalsParameters(sums, totals, channels, samples, beta, GAMMA));
        emulation.execute();
        double[] gamma = Samples.doubles(Arrays.copyOfRange(parameters, GAMMA, beta));
        double[] shift = Samples.doubles(Arrays.copyOfRange(parameters, beta, beta + channels));
        double[] expected = UnetReference.instanceNorm(
                Samples.doubles(values), gamma, shift, added ? Samples.doubles(past) : null, voxels, slope);
        Samples.assertClose("result", emulation.floats(result), expected, TOLERANCE);
        NormGradient back = UnetReference.instanceNormGradient(
                Samples.doubles(values), gamma, expected, Samples.doubles(gradient), voxels, slope);
        if (voxels > 1) { // of a single voxel nothing but the shift counts
            Samples.assertClose("gradient of values", emulation.floats(valueGradient), back.values(), 1e-5);
            Samples.assertClose(
                    "gradient of the scale",
                    Arrays.copyOfRange(emulation.floats(totals), GAMMA, beta),
                    back.gamma(),
                    1e-5);
        } else {
            assertThat(emulation.floats(valueGradient)).containsOnly(0);
        }
        Samples.assertClose(
                "gradient of the shift",
                Arrays.copyOfRange(emulation.floats(totals), beta, beta + channels),
                back.beta(),
                TOLERANCE);
        assertThat(Arrays.copyOf(emulation.floats(totals), GAMMA)).containsOnly(0);
        if (added) {
            Samples.assertClose("gradient of what was added", emulation.floats(pastGradient), back.past(), TOLERANCE);
        }
    }

    /** The reference itself: its derivative against differences of its norm. */
    @Test
    void theReferencesWayBackIsTheDerivative() {
        int voxels = 6;
        double[] values = Samples.doubles(Samples.uniform(5, 2 * voxels, -1, 2));
        double[] gamma = {0.7, 1.3};
        double[] beta = {0.2, -0.1};
        double[] gradient = Samples.doubles(Samples.uniform(6, 2 * voxels, -1, 1));
        double[] result = UnetReference.instanceNorm(values, gamma, beta, null, voxels, SLOPE);
        NormGradient back = UnetReference.instanceNormGradient(values, gamma, result, gradient, voxels, SLOPE);
        for (int at = 0; at < values.length; at++) {
            double h = 1e-6;
            double[] moved = values.clone();
            moved[at] += h;
            double above = product(UnetReference.instanceNorm(moved, gamma, beta, null, voxels, SLOPE), gradient);
            moved[at] -= 2 * h;
            double below = product(UnetReference.instanceNorm(moved, gamma, beta, null, voxels, SLOPE), gradient);
            assertThat(back.values()[at]).isCloseTo((above - below) / (2 * h), within(1e-7));
        }
    }

    private static double product(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    @Test
    void mapsAreJoinedSplitAndAdded(Emulator emulator) {
        int samples = 3;
        float[] first = Samples.uniform(7, samples * 300, -1, 1);
        float[] second = Samples.uniform(8, samples * 170, -1, 1);
        float[] total = Samples.uniform(9, samples * 300, -1, 1);
        Emulation emulation = emulator.begin();
        DeviceAddress one = emulation.upload(first);
        DeviceAddress other = emulation.upload(second);
        DeviceAddress joined = emulation.allocateFloats(samples * 470);
        DeviceAddress firstAgain = emulation.allocateFloats(first.length);
        DeviceAddress secondAgain = emulation.allocateFloats(second.length);
        DeviceAddress sum = emulation.upload(total);
        emulation.launch(new JoinMapsParameters(one, other, joined, 300, 170, samples));
        emulation.launch(new SplitMapsParameters(joined, firstAgain, secondAgain, 300, 170, samples));
        // Few blocks, so that threads stride.
        emulation.launch(new AddMapsParameters(sum, one, firstAgain, first.length), new LaunchShape(2, 1, 64, 0));
        emulation.execute();
        double[] expected = UnetReference.joinMaps(Samples.doubles(first), Samples.doubles(second), samples);
        assertThat(emulation.floats(joined)).isEqualTo(Samples.floats(expected));
        assertThat(emulation.floats(firstAgain))
                .isEqualTo(Samples.floats(UnetReference.splitMaps(expected, samples, 300, true)));
        assertThat(emulation.floats(secondAgain))
                .isEqualTo(Samples.floats(UnetReference.splitMaps(expected, samples, 300, false)));
        Samples.assertClose(
                "sum",
                emulation.floats(sum),
                UnetReference.addMaps(Samples.doubles(total), Samples.doubles(first), Samples.doubles(first)),
                1e-7);
    }

    /** Both losses, more than one block of voxels; the second sample's target is empty. */
    @ParameterizedTest
    @CsvSource({"2, 300, 1", "2, 300, 0", "3, 7, 1", "1, 1, 0"})
    void lossesAndTheirWayBack(int samples, int voxels, int overlap, Emulator emulator) {
        int count = samples * voxels;
        float[] output = Samples.uniform(10, count, -4, 4);
        float[] target = Samples.mask(11, count);
        if (samples > 1) {
            Arrays.fill(target, voxels, 2 * voxels, 0);
        }
        int blocks = PatchLossGradientParameters.blocksFor(voxels);
        Emulation emulation = emulator.begin();
        DeviceAddress out = emulation.upload(output);
        DeviceAddress wanted = emulation.upload(target);
        DeviceAddress sums = emulation.allocateDoubles(PatchLossParameters.SUMS * samples);
        DeviceAddress loss = emulation.allocateDoubles(samples);
        DeviceAddress gradient = emulation.allocateFloats(count);
        DeviceAddress parts = emulation.allocateDoubles(2 * samples * blocks);
        DeviceAddress totals = emulation.upload(5f, 5f);
        emulation.launch(new PatchLossParameters(out, wanted, sums, loss, samples, voxels, overlap));
        emulation.launch(
                new PatchLossGradientParameters(out, wanted, sums, gradient, parts, samples, voxels, blocks, overlap));
        emulation.launch(new ChannelTotalsParameters(parts, totals, 1, samples * blocks, 1, -1));
        emulation.execute();
        double[] x = Samples.doubles(output);
        double[] t = Samples.doubles(target);
        Samples.assertClose(
                "loss", emulation.doubles(loss), UnetReference.patchLoss(x, t, samples, overlap == 1), 1e-6);
        float[] back = emulation.floats(gradient);
        double sum = 0;
        double largest = 0;
        double[] expected = new double[count];
        for (int i = 0; i < count; i++) {
            expected[i] = UnetReference.patchLossGradient(x, t, samples, overlap == 1, i);
            largest = Math.max(largest, Math.abs(expected[i]));
            sum += expected[i];
        }
        for (int i = 0; i < count; i++) {
            assertThat((double) back[i]).as("voxel %d", i).isCloseTo(expected[i], within(1e-5 * largest + 1e-9));
        }
        assertThat((double) emulation.floats(totals)[1]).isCloseTo(sum, within(1e-5 * largest * count + 1e-8));
        assertThat(emulation.floats(totals)[0]).isEqualTo(5);
        double[] pairs = emulation.doubles(parts);
        assertThat(UnetReference.channelTotals(pairs, 1, 0)[0]).isCloseTo(sum, within(1e-5 * largest * count + 1e-8));
        assertThat(UnetReference.channelTotals(pairs, 1, 1)).containsOnly(0);
    }

    /** Logits far from zero: no infinity where the naive formula has one. */
    @Test
    void farLogitsStayFinite(Emulator emulator) {
        Emulation emulation = emulator.begin();
        DeviceAddress sums = emulation.allocateDoubles(PatchLossParameters.SUMS);
        DeviceAddress loss = emulation.allocateDoubles(1);
        emulation.launch(
                new PatchLossParameters(emulation.upload(-200f, 200f), emulation.upload(0f, 0f), sums, loss, 1, 2, 1));
        emulation.execute();
        // one voxel is right, the other wrong by all of its 200; nothing overlaps
        assertThat(emulation.doubles(loss)[0]).isCloseTo(100 + 1, within(1e-3));
    }

    @Test
    void weightDecayIsAddedToTheGradient(Emulator emulator) {
        int count = 90;
        double decay = 0.01;
        float[] start = Samples.uniform(12, count, -1, 1);
        float[] gradients = Samples.uniform(13, count, -0.01, 0.01);
        Emulation emulation = emulator.begin();
        DeviceAddress weights = emulation.upload(start);
        DeviceAddress first = emulation.upload(new float[count]);
        DeviceAddress second = emulation.upload(new float[count]);
        DeviceAddress state = emulation.upload(AdamState.NEW);
        DeviceAddress slopes = emulation.upload(gradients);
        double[] expected = Samples.doubles(start);
        double[] firstExpected = new double[count];
        double[] secondExpected = new double[count];
        for (int step = 1; step <= 3; step++) {
            emulation.launch(new AdamAdvanceParameters(state, 1e-3, 0.9, 0.999));
            emulation.launch(
                    new DecayedStepParameters(
                            weights, slopes, first, second, state, count, AdamRule.of(0.9, 0.999, 1e-8), (float) decay),
                    new LaunchShape(2, 1, 32, 0));
            double[] decayed = Samples.doubles(gradients);
            for (int i = 0; i < count; i++) {
                decayed[i] += decay * expected[i];
            }
            OptimizeReference.adamStep(
                    expected,
                    decayed,
                    firstExpected,
                    secondExpected,
                    OptimizeReference.adamAdvance(step, 1e-3, 0.9, 0.999),
                    0.9,
                    0.999,
                    1e-8);
        }
        emulation.execute();
        Samples.assertClose("weights", emulation.floats(weights), expected, 1e-6);
        Samples.assertClose("first moments", emulation.floats(first), firstExpected, 1e-5);
    }

    @Test
    void refusesWhatHasNoShape() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PatchLossParameters(
                        DeviceAddress.NULL, DeviceAddress.NULL, DeviceAddress.NULL, DeviceAddress.NULL, 0, 8, 1))
                .withMessageContaining("0 samples");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AddMapsParameters(DeviceAddress.NULL, DeviceAddress.NULL, DeviceAddress.NULL, 0))
                .withMessageContaining("0 values");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new JoinMapsParameters(DeviceAddress.NULL, DeviceAddress.NULL, DeviceAddress.NULL, 1, 0, 1))
                .withMessageContaining("1 and 0 values");
    }
}
