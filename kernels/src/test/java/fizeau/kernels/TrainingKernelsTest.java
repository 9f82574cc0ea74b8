// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loss slots, optimiser steps and the weights of targets. */
@ExtendWith(EmulatorExtension.class)
class TrainingKernelsTest {

    @Test
    void lossesGoRoundTheRingAndStepsGoOn(Emulator emulator) {
        int rows = 300; // more than the block has threads
        float[] values = Samples.uniform(1, rows, 0, 1);
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        Emulation emulation = emulator.begin();
        DeviceAddress rowLoss = emulation.upload(Samples.doubles(values));
        DeviceAddress losses = emulation.upload(-1.0, -1.0, -1.0);
        DeviceAddress state = emulation.upload(new TrainingState(AdamState.NEW, 1, 2e-3));
        for (int i = 0; i < 2; i++) {
            emulation.launch(new TrainingAdvanceParameters(rowLoss, losses, state, 0.9, 0.999, rows, 3));
        }
        emulation.execute();
        double[] written = emulation.doubles(losses);
        assertThat(written[0]).isEqualTo(-1);
        assertThat(written[1]).isCloseTo(sum, within(1e-9));
        assertThat(written[2]).isEqualTo(written[1]);
        int[] words = emulation.ints(state);
        double[] corrections = OptimizeReference.adamAdvance(2, 2e-3, 0.9, 0.999);
        assertThat(words[0]).isEqualTo(2);
        assertThat(Float.intBitsToFloat(words[1])).isEqualTo((float) corrections[0]);
        assertThat(Float.intBitsToFloat(words[2])).isEqualTo((float) corrections[1]);
        assertThat(words[3]).as("next slot, behind the last").isZero();
    }

    /** Two samples, less than a block, more than one; differences of 0 have no slope. */
    @ParameterizedTest
    @CsvSource({"1, 2", "3, 40", "5, 300"})
    void lossesOfMeasurementsLeaveTheirGradient(int ny, int nx, Emulator emulator) {
        float[] amplitudes = Samples.uniform(3, ny * nx, 0, 1);
        float[] target = Samples.uniform(4, ny * nx, 0, 1);
        target[ny * nx / 2] = amplitudes[ny * nx / 2];
        Emulation emulation = emulator.begin();
        DeviceAddress values = emulation.upload(amplitudes);
        DeviceAddress rowLoss = emulation.upload(new double[ny]);
        emulation.launch(
                new AmplitudeL1Parameters(values, emulation.upload(target), emulation.upload(0.25f), rowLoss, ny, nx));
        emulation.execute();
        double[][] expected =
                TrainingReference.amplitudeL1(Samples.doubles(amplitudes), Samples.doubles(target), 0.25, ny, nx);
        Samples.assertClose("gradient", emulation.floats(values), expected[1], 0);
        double[] found = emulation.doubles(rowLoss);
        for (int row = 0; row < ny; row++) {
            assertThat(found[row]).as("row %d", row).isCloseTo(expected[0][row], within(1e-5));
        }
    }

    @Test
    void targetsWeighByTheirMean(Emulator emulator) {
        float[] target = Samples.uniform(2, 2500, 0, 3);
        Emulation emulation = emulator.begin();
        DeviceAddress weight = emulation.allocateFloats(1);
        DeviceAddress dark = emulation.allocateFloats(1);
        DeviceAddress values = emulation.upload(target);
        emulation.launch(new TargetWeightParameters(values, weight, 2, 1e-8, target.length));
        emulation.launch(new TargetWeightParameters(emulation.upload(new float[7]), dark, 1, 1e-8, 7));
        emulation.execute();
        Samples.assertClose(
                "weight",
                emulation.floats(weight),
                new double[] {TrainingReference.targetWeight(Samples.doubles(target), 2, 1e-8)},
                1e-7);
        Samples.assertClose("dark", emulation.floats(dark), new double[] {1e8 / 7}, 1e-7);
    }

    @Test
    void emptyRingsAreRefused() {
        DeviceAddress none = DeviceAddress.NULL;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TrainingAdvanceParameters(none, none, none, 0.9, 0.999, 3, 0))
                .withMessageContaining("0 slots");
    }
}
