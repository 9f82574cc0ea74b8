// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {

    @Test
    void linearTicksAreRoundAndCarryTheDecimalsOfTheirStep() {
        assertThat(labels(new Axis(0, 1, false), 5)).containsExactly("0", "0.2", "0.4", "0.6", "0.8", "1.0");
        assertThat(labels(new Axis(-80, 80, false), 4)).containsExactly("\u221250", "0", "50");
        assertThat(labels(new Axis(0, 1000, false), 5)).containsExactly("0", "200", "400", "600", "800", "1000");
    }

    @Test
    void veryLargeAndSmallNumbersShareOnePowerOfTen() {
        assertThat(labels(new Axis(0, 400_000, false), 4))
                .containsExactly("0", "1\u00d710\u2075", "2\u00d710\u2075", "3\u00d710\u2075", "4\u00d710\u2075");
        assertThat(labels(new Axis(0, 4e-6, false), 2))
                .containsExactly("0", "2\u00d710\u207b\u2076", "4\u00d710\u207b\u2076");
    }

    @Test
    void logarithmicTicksAreDecadesAndInShortRangesAlsoTwoAndFive() {
        assertThat(labels(new Axis(1e-5, 10, true), 5))
                .containsExactly("10\u207b\u2075", "10\u207b\u2074", "0.001", "0.01", "0.1", "1", "10");
        assertThat(labels(new Axis(0.09, 2.1, true), 5)).containsExactly("0.1", "0.2", "0.5", "1", "2");
    }

    @Test
    void aLogarithmicAxisWithinAFactorOfThreeHasEvenTicks() {
        assertThat(labels(new Axis(0.121, 0.149, true), 5))
                .containsExactly("0.125", "0.130", "0.135", "0.140", "0.145");
        assertThat(labels(new Axis(1.2, 3.1, true), 5)).containsExactly("1.5", "2.0", "2.5", "3.0");
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "3.1, 97", "-2, 5", "7, 7", "0, 0", "1e-9, 3e-9", "99999, 100001"})
    void aLinearAxisHoldsItsValuesBetweenTicks(double low, double high) {
        Axis axis = Axis.linear(low, high, 6);
        assertThat(axis.low()).isLessThanOrEqualTo(low);
        assertThat(axis.high()).isGreaterThanOrEqualTo(high);
        assertThat(axis.ticks(6)).hasSizeBetween(3, 13);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "0.02, 1.4", "1e-12, 1e12", "5, 5.1"})
    void aLogarithmicAxisHoldsItsValuesAndHasLabels(double low, double high) {
        Axis axis = Axis.logarithmic(low, high);
        assertThat(axis.low()).isLessThan(low);
        assertThat(axis.high()).isGreaterThan(high);
        assertThat(labels(axis, 6)).isNotEmpty();
    }

    @Test
    void sharesRunFromZeroToOneOnEitherScale() {
        assertThat(new Axis(10, 30, false).share(15)).isEqualTo(0.25);
        assertThat(new Axis(1, 10_000, true).share(10)).isCloseTo(0.25, within(1e-12));
    }

    @Test
    void impossibleAxesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Axis(1, 1, false));
        assertThatIllegalArgumentException().isThrownBy(() -> new Axis(0, 1, true));
        assertThatIllegalArgumentException().isThrownBy(() -> new Axis(0, Double.NaN, false));
    }

    private static List<String> labels(Axis axis, int intervals) {
        return axis.ticks(intervals).stream()
                .filter(Axis.Tick::isMajor)
                .map(Axis.Tick::label)
                .toList();
    }
}
