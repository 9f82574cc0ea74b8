// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The yardstick computes something, so that no compiler can leave it out. */
@ExtendWith(EmulatorExtension.class)
class RatesKernelsTest {

    @Test
    void everyThreadTakesItsNumbersThroughAllRounds(Emulator emulator) {
        int blocks = 2;
        int rounds = 3;
        Emulation emulation = emulator.begin();
        DeviceAddress results = emulation.allocateFloats(blocks * MultiplyAddRateParameters.THREADS);
        MultiplyAddRateParameters launch = new MultiplyAddRateParameters(results, 0.5f, 2, rounds, blocks);
        emulation.launch(launch);
        emulation.execute();
        float[] found = emulation.floats(results);
        for (int i = 0; i < found.length; i++) {
            float sum = 0;
            for (int chain = 0; chain < 8; chain++) {
                float value = i % MultiplyAddRateParameters.THREADS + chain;
                for (int round = 0; round < rounds; round++) {
                    value = value * 0.5f + 2; // exact: few bits
                }
                sum += value;
            }
            assertThat(found[i]).isEqualTo(sum);
        }
        assertThat(launch.flops()).isEqualTo(2.0 * 8 * 3 * 256 * 2);
    }

    @Test
    void nothingToDoIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MultiplyAddRateParameters(DeviceAddress.NULL, 1, 1, 0, 1))
                .withMessageContaining("0 rounds");
    }
}
