// SPDX-License-Identifier: Apache-2.0
package fizeau.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.optics.Shape;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReferenceDftTest {

    @ParameterizedTest
    @MethodSource("fizeau.testkit.Shapes#small")
    void equalsTheDoubleSumOfTheDefinition(Shape shape) {
        double[] field = randomField(shape);
        double[] expected = new double[field.length];
        for (int v = 0; v < shape.ny(); v++) {
            for (int u = 0; u < shape.nx(); u++) {
                for (int y = 0; y < shape.ny(); y++) {
                    for (int x = 0; x < shape.nx(); x++) {
                        double phase = -2
                                * Math.PI
                                * ((double) (v - shape.ny() / 2) * (y - shape.ny() / 2) / shape.ny()
                                        + (double) (u - shape.nx() / 2) * (x - shape.nx() / 2) / shape.nx());
                        double real = field[2 * shape.index(y, x)];
                        double imaginary = field[2 * shape.index(y, x) + 1];
                        double norm = Math.sqrt(shape.count());
                        int to = 2 * shape.index(v, u);
                        expected[to] += (real * Math.cos(phase) - imaginary * Math.sin(phase)) / norm;
                        expected[to + 1] += (real * Math.sin(phase) + imaginary * Math.cos(phase)) / norm;
                    }
                }
            }
        }
        Tolerances.assertClose(ReferenceDft.forward(field, shape), expected, Tolerances.DOUBLE);
    }

    @ParameterizedTest
    @MethodSource("fizeau.testkit.Shapes#all")
    void inverseUndoesForwardAndEnergyIsConserved(Shape shape) {
        double[] field = randomField(shape);
        double[] spectrum = ReferenceDft.forward(field, shape);
        Tolerances.assertClose(ReferenceDft.inverse(spectrum, shape), field, Tolerances.DOUBLE);
        assertThat(energy(spectrum)).isCloseTo(energy(field), within(1e-10 * energy(field)));
    }

    @Test
    void aPointAtTheOriginBecomesAConstantWithoutPhase() {
        Shape shape = new Shape(6, 5);
        double[] point = new double[2 * shape.count()];
        point[2 * shape.index(shape.centreRow(), shape.centreColumn())] = 1;
        double[] expected = new double[point.length];
        for (int i = 0; i < shape.count(); i++) {
            expected[2 * i] = 1 / Math.sqrt(30);
        }
        Tolerances.assertClose(ReferenceDft.forward(point, shape), expected, Tolerances.DOUBLE);
    }

    @Test
    void complexAndMagnitudeAreTheFieldAndItsAbsoluteValue() {
        assertThat(ReferenceDft.complex(new double[] {3, -4})).containsExactly(3, 0, -4, 0);
        assertThat(ReferenceDft.complex(new float[] {3, -4})).containsExactly(3, 0, -4, 0);
        assertThat(ReferenceDft.magnitude(new double[] {3, -4, 0, 2})).containsExactly(5, 2);
    }

    @Test
    void aFieldOfAnotherSizeIsRefused() {
        assertThatThrownBy(() -> ReferenceDft.forward(new double[5], new Shape(2, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 x 3 needs 12");
    }

    @Test
    void closenessNamesTheWorstEntryAndCatchesNan() {
        double[] expected = {1, 2, 4};
        Tolerances.assertClose(new double[] {1 + 3.9e-6, 2, 4}, expected, 1e-6);
        assertThatThrownBy(() -> Tolerances.assertClose(new double[] {1.1, 2, 4.5}, expected, 1e-6))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("at index 2: got 4.5, expected 4.0");
        assertThatThrownBy(() -> Tolerances.assertClose(new double[] {1, Double.NaN, 4.5}, expected, 1e-6))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("at index 1: got NaN");
        assertThatThrownBy(() -> Tolerances.assertClose(new float[] {1}, expected, 1e-6))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("got 1 values, expected 3");
    }

    private static double[] randomField(Shape shape) {
        Random random = new Random(7);
        return random.doubles(2L * shape.count(), -1, 1).toArray();
    }

    private static double energy(double[] field) {
        double sum = 0;
        for (double value : field) {
            sum += value * value;
        }
        return sum;
    }
}
