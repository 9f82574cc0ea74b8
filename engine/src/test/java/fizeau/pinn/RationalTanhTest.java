// SPDX-License-Identifier: Apache-2.0
package fizeau.pinn;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Against the JDK's tangent in double precision. */
class RationalTanhTest {

    @Test
    void errorStaysBelowItsBoundEverywhere() {
        double absolute = 0;
        double relative = 0;
        for (float x = 1e-7f; x < 12; x = Math.max(x * 1.00001f, Math.nextUp(x))) {
            double exact = Math.tanh(x);
            double error = Math.abs(RationalTanh.of(x) - exact);
            absolute = Math.max(absolute, error);
            relative = Math.max(relative, error / exact);
        }
        assertThat(absolute).isLessThan(RationalTanh.LARGEST_ERROR).isGreaterThan(1e-8);
        assertThat(relative).isLessThan(RationalTanh.LARGEST_ERROR);
    }

    @Test
    void isOddAndFlatFarOut() {
        for (float x : new float[] {0, 0.3f, 1, 5, 8.99f, 9, 50, 1e30f, Float.POSITIVE_INFINITY}) {
            assertThat(RationalTanh.of(-x)).isEqualTo(-RationalTanh.of(x));
        }
        assertThat(RationalTanh.of(1e30f)).isCloseTo(1f, Offset.offset(5e-7f));
        assertThat(RationalTanh.of(Float.NaN)).isNaN();
    }
}
