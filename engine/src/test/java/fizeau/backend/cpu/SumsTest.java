// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SumsTest {

    /** The largest is a frame of 2048 x 2048, whose mean amplitude normalises a loss that is to be right to 1e-5. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 4095, 4096, 4097, 262_144, 4_194_304})
    void aSumIsRightWhateverItsLength(int count) {
        Random random = new Random(1);
        float[] values = new float[count + 5];
        double expected = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
            expected += i >= 3 && i < count + 3 ? values[i] : 0;
        }
        assertThat(Sums.sum(values, 3, count + 3)).isCloseTo(expected, within(1e-6 * expected + 1e-12));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 129, 1023, 1024, 1025, 1152, 2047, 2048, 2049, 4096, 16_512})
    void aProductIsTheSumOfProducts(int count) {
        Random random = new Random(2);
        float[] a = new float[count];
        float[] b = new float[count];
        double expected = 0;
        for (int i = 0; i < count; i++) {
            a[i] = random.nextFloat();
            b[i] = random.nextFloat();
            expected += (double) a[i] * b[i];
        }
        float[] products = new float[count + 1];
        products[count] = 1e9f; // not part of the sum
        assertThat((double) Sums.dot(a, b, products, count)).isCloseTo(expected, within(1e-6 * expected + 1e-12));
    }
}
