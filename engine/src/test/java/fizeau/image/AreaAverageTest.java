// SPDX-License-Identifier: Apache-2.0
package fizeau.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.optics.Shape;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AreaAverageTest {

    @ParameterizedTest
    @CsvSource({"8,8,4", "7,7,3", "5,9,4", "9,5,4", "31,30,17", "30,31,29", "12,12,12", "3,13,1", "1,1,1"})
    void reductionIsTheExactMeanOverEachTargetArea(int ny, int nx, int size) {
        Shape shape = new Shape(ny, nx);
        float[] values = random(shape);
        double[] actual = AreaAverage.toSquare(shape, values, size);
        double[] expected = meanOfReplicas(shape, values, size);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("target pixel %d", i).isCloseTo(expected[i], within(1e-13));
        }
    }

    @ParameterizedTest
    @CsvSource({"40,40,17", "33,20,16", "20,33,7"})
    void reductionKeepsTheMeanOfThePaddedSquare(int ny, int nx, int size) {
        Shape shape = new Shape(ny, nx);
        float[] values = random(shape);
        double total = 0;
        for (float value : values) {
            total += value;
        }
        double edge = Math.max(ny, nx);
        double mean = Arrays.stream(AreaAverage.toSquare(shape, values, size))
                .average()
                .orElseThrow();
        assertThat(mean).isCloseTo(total / (edge * edge), within(1e-14));
    }

    @Test
    void aPictureOfTheRightSizeIsUntouched() {
        Shape shape = Shape.square(11);
        float[] values = random(shape);
        double[] actual = AreaAverage.toSquare(shape, values, 11);
        for (int i = 0; i < values.length; i++) {
            assertThat(actual[i]).isEqualTo(values[i]);
        }
    }

    @Test
    void paddingIsCentredWithTheOddZeroBehind() {
        double[] actual = AreaAverage.toSquare(new Shape(1, 4), new float[] {1, 2, 3, 4}, 4);
        assertThat(actual).containsExactly(0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void enlargementReproducesALinearRampInsideAndClampsAtTheEdges() {
        Shape shape = Shape.square(4);
        float[] ramp = new float[16];
        for (int i = 0; i < 16; i++) {
            ramp[i] = i / 4 + 10 * (i % 4);
        }
        double[] actual = AreaAverage.toSquare(shape, ramp, 10);
        for (int y = 0; y < 10; y++) {
            for (int x = 0; x < 10; x++) {
                double row = Math.min(3, Math.max(0, (y + 0.5) * 0.4 - 0.5));
                double column = Math.min(3, Math.max(0, (x + 0.5) * 0.4 - 0.5));
                assertThat(actual[y * 10 + x]).isCloseTo(row + 10 * column, within(1e-12));
            }
        }
    }

    /** Replicates every padded pixel size x size times: then each target pixel is the plain mean of edge x edge replicas. */
    private static double[] meanOfReplicas(Shape shape, float[] values, int size) {
        int edge = Math.max(shape.ny(), shape.nx());
        int top = (edge - shape.ny()) / 2;
        int left = (edge - shape.nx()) / 2;
        double[] mean = new double[size * size];
        for (int fineY = 0; fineY < edge * size; fineY++) {
            for (int fineX = 0; fineX < edge * size; fineX++) {
                int y = fineY / size - top;
                int x = fineX / size - left;
                if (y >= 0 && y < shape.ny() && x >= 0 && x < shape.nx()) {
                    mean[fineY / edge * size + fineX / edge] += values[shape.index(y, x)];
                }
            }
        }
        for (int i = 0; i < mean.length; i++) {
            mean[i] /= (double) edge * edge;
        }
        return mean;
    }

    private static float[] random(Shape shape) {
        Random random = new Random(7);
        float[] values = new float[shape.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }
}
