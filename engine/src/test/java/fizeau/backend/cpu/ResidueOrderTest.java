// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResidueOrderTest {

    @ParameterizedTest
    @CsvSource({"1, 1", "5, 8", "8, 8", "41, 8", "41, 4", "42, 2", "7, 1", "64, 8"})
    void everyFrequencyHasOnePlaceAmongItsRemainders(int count, int radix) {
        ResidueOrder order = new ResidueOrder(count, radix);
        BitSet seen = new BitSet();
        int place = 0;
        for (int remainder = 0; remainder < radix; remainder++) {
            assertThat(order.start(remainder)).isEqualTo(place);
            for (int index = 0; index < order.size(remainder); index++) {
                int frequency = order.frequency(remainder, index);
                assertThat(frequency % radix).isEqualTo(remainder);
                assertThat(seen.get(frequency)).isFalse();
                seen.set(frequency);
                place++;
            }
        }
        assertThat(place).isEqualTo(count);
        assertThat(seen.length()).isEqualTo(count);
    }

    @Test
    void theRadixDividesTheLengthAndLeavesThickClasses() {
        assertThat(ResidueOrder.fitting(64, 512).radix()).isEqualTo(8);
        assertThat(ResidueOrder.fitting(63, 512).radix()).isEqualTo(4);
        assertThat(ResidueOrder.fitting(16, 512).radix()).isEqualTo(2);
        assertThat(ResidueOrder.fitting(15, 512).radix()).isEqualTo(1);
        assertThat(ResidueOrder.fitting(100, 204).radix()).isEqualTo(4);
        assertThat(ResidueOrder.fitting(100, 201).radix()).isEqualTo(1);
        assertThat(ResidueOrder.fitting(1, 1)).isEqualTo(new ResidueOrder(1, 1));
    }
}
