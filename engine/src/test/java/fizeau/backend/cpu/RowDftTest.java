// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.testkit.RandomImages;
import fizeau.testkit.Tolerances;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowDftTest {
    private static final int COLUMNS = 11;

    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "4, false", "8, false", "1, true", "2, true", "4, true", "8, true"})
    void everyColumnIsTransformedByTheDefinition(int radix, boolean inverse) {
        float[][] re = rows(radix, 1);
        float[][] im = rows(radix, 2);
        double[][] expectedRe = new double[radix][COLUMNS];
        double[][] expectedIm = new double[radix][COLUMNS];
        for (int k = 0; k < radix; k++) {
            for (int j = 0; j < radix; j++) {
                double angle = (inverse ? 2 : -2) * Math.PI * j * k / radix;
                for (int i = 0; i < COLUMNS; i++) {
                    expectedRe[k][i] += re[j][i] * Math.cos(angle) - im[j][i] * Math.sin(angle);
                    expectedIm[k][i] += re[j][i] * Math.sin(angle) + im[j][i] * Math.cos(angle);
                }
            }
        }
        new RowDft(radix, inverse).transform(re, im, COLUMNS);
        for (int k = 0; k < radix; k++) {
            Tolerances.assertClose(Arrays.copyOf(re[k], COLUMNS), expectedRe[k], Tolerances.SINGLE);
            Tolerances.assertClose(Arrays.copyOf(im[k], COLUMNS), expectedIm[k], Tolerances.SINGLE);
        }
    }

    private static float[][] rows(int radix, long seed) {
        float[][] rows = new float[radix][];
        for (int r = 0; r < radix; r++) {
            rows[r] = RandomImages.signed(COLUMNS, 10 * seed + r);
        }
        return rows;
    }
}
