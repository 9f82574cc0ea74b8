// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.testkit.RandomImages;
import fizeau.testkit.Tolerances;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectorFactorsTest {
    private final long bytesBefore = NativeFloats.liveBytes();

    @AfterEach
    void nothingIsLeft() {
        assertThat(NativeFloats.liveBytes()).isEqualTo(bytesBefore);
    }

    /** The products of all classes, joined by a DFT over the classes, are the transform to every position. */
    @ParameterizedTest
    @CsvSource({"16, 5, 1", "16, 5, 2", "16, 5, 4", "16, 9, 8", "24, 24, 8", "15, 4, 1", "1, 1, 1"})
    void classesJoinedByADftGiveEveryPosition(int length, int count, int radix) {
        float[] re = RandomImages.signed(count, 1);
        float[] im = RandomImages.signed(count, 2);
        double[] expected = new double[2 * length];
        double[] actual = new double[2 * length];
        for (int j = 0; j < length; j++) {
            for (int k = 0; k < count; k++) {
                double angle = -2 * Math.PI * j * k / length;
                expected[2 * j] += (re[k] * Math.cos(angle) - im[k] * Math.sin(angle)) / Math.sqrt(length);
                expected[2 * j + 1] += (re[k] * Math.sin(angle) + im[k] * Math.cos(angle)) / Math.sqrt(length);
            }
        }
        ResidueOrder order = new ResidueOrder(count, radix);
        try (DetectorFactors factors = new DetectorFactors(length, order)) {
            assertThat(factors.positions()).isEqualTo(length / radix);
            assertThat(factors.bytes()).isEqualTo(2 * 4L * 2 * (length / radix) * 2 * count);
            for (int p = 0; p < factors.positions(); p++) {
                for (int r = 0; r < radix; r++) {
                    double partRe = 0;
                    double partIm = 0;
                    int size = order.size(r);
                    for (int q = 0; q < size; q++) {
                        float a = re[order.frequency(r, q)];
                        float b = im[order.frequency(r, q)];
                        long row = 2L * size * p;
                        partRe += factors.matrix(r, 0).get(row + q) * a
                                + factors.matrix(r, 0).get(row + size + q) * b;
                        partIm += factors.matrix(r, 1).get(row + q) * a
                                + factors.matrix(r, 1).get(row + size + q) * b;
                    }
                    for (int c = 0; c < radix; c++) {
                        double angle = -2 * Math.PI * r * c / radix;
                        int at = 2 * (p + c * factors.positions());
                        actual[at] += partRe * Math.cos(angle) - partIm * Math.sin(angle);
                        actual[at + 1] += partRe * Math.sin(angle) + partIm * Math.cos(angle);
                    }
                }
            }
        }
        Tolerances.assertClose(actual, expected, Tolerances.SINGLE);
    }

    @ParameterizedTest
    @CsvSource({"16, 5, 4", "24, 24, 8", "15, 4, 1"})
    void theTransposedFormHoldsTheSameNumbers(int length, int count, int radix) {
        ResidueOrder order = new ResidueOrder(count, radix);
        try (DetectorFactors factors = new DetectorFactors(length, order)) {
            int positions = factors.positions();
            for (int r = 0; r < radix; r++) {
                int columns = 2 * order.size(r);
                for (int part = 0; part < 2; part++) {
                    for (int i = 0; i < positions * columns; i++) {
                        assertThat(factors.transposed(r, part).get(2L * positions * (i % columns) + i / columns))
                                .isEqualTo(factors.matrix(r, part).get(i));
                    }
                }
            }
        }
    }
}
