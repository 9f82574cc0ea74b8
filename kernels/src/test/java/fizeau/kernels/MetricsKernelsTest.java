// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums over cropped images and the finish of partial sums. */
@ExtendWith(EmulatorExtension.class)
class MetricsKernelsTest {

    private static final double TOLERANCE = 1e-14; // double precision throughout

    /** The middle of three larger estimates against one small reference. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 40})
    void croppedImagesAgainstOneReference(int blocks, Emulator emulator) {
        int images = 3;
        int frame = 101;
        int ny = 20;
        int nx = 77; // more than two warps have work
        int offset = 6 * frame + 8;
        float[] estimates = Samples.uniform(1, images * frame * frame, 0, 1);
        float[] reference = Samples.uniform(2, ny * nx, 0, 1);
        Emulation emulation = emulator.begin();
        DeviceAddress partials = emulation.allocateDoubles(images * ImageSumsParameters.SUMS * blocks);
        DeviceAddress totals = emulation.allocateDoubles(images * ImageSumsParameters.SUMS);
        emulation.launch(new ImageSumsParameters(
                emulation.upload(estimates).plusBytes((long) offset * Float.BYTES),
                emulation.upload(reference),
                partials,
                (long) frame * frame,
                0,
                ny,
                nx,
                frame,
                nx,
                images,
                blocks));
        emulation.launch(
                new SumRowsParameters(partials, totals, DeviceAddress.NULL, images * ImageSumsParameters.SUMS, blocks));
        emulation.execute();
        double[] actual = emulation.doubles(totals);
        for (int image = 0; image < images; image++) {
            int first = image * ImageSumsParameters.SUMS;
            Samples.assertClose(
                    "sums of image " + image,
                    Arrays.copyOfRange(actual, first, first + ImageSumsParameters.SUMS),
                    MetricsReference.imageSums(
                            estimates, image * frame * frame + offset, frame, reference, 0, nx, ny, nx),
                    TOLERANCE);
        }
    }

    /** Images wider than a block, and images smaller than the window. */
    @ParameterizedTest
    @CsvSource({"9, 140, 3, 2", "4, 3, 5, 1", "1, 1, 5, 0", "20, 20, 5, 3"})
    void similarityOfTwoImagesWithOneReference(int ny, int nx, int radius, int border, Emulator emulator) {
        int images = 2;
        float[] estimates = Samples.uniform(4, images * ny * nx, 0, 1);
        float[] reference = Samples.uniform(5, ny * nx, 0, 1);
        double[] window = Samples.doubles(Samples.uniform(6, 2 * radius + 1, 0.5, 1));
        double sum = Arrays.stream(window).sum();
        Arrays.setAll(window, k -> window[k] / sum);
        int rows = ny - 2 * border;
        Emulation emulation = emulator.begin();
        DeviceAddress sums = emulation.allocateDoubles(images * rows);
        emulation.launch(new SimilarityParameters(
                emulation.upload(estimates),
                emulation.upload(reference),
                emulation.upload(window),
                sums,
                (long) ny * nx,
                0,
                1e-4,
                9e-4,
                ny,
                nx,
                images,
                radius,
                border));
        emulation.execute();
        for (int image = 0; image < images; image++) {
            Samples.assertClose(
                    "similarity of image " + image,
                    Arrays.copyOfRange(emulation.doubles(sums), image * rows, (image + 1) * rows),
                    MetricsReference.similarity(
                            estimates, image * ny * nx, reference, ny, nx, window, border, 1e-4, 9e-4),
                    1e-12); // variances are differences here
        }
    }

    @Test
    void totalsGoToTheSlotThatTheDeviceNames(Emulator emulator) {
        int rows = 4;
        int count = 1000;
        double[] values = Samples.doubles(Samples.uniform(3, rows * count, -1, 1));
        Emulation emulation = emulator.begin();
        DeviceAddress totals = emulation.allocateDoubles(3 * rows);
        emulation.launch(new SumRowsParameters(emulation.upload(values), totals, emulation.upload(2), rows, count));
        emulation.execute();
        double[] actual = emulation.doubles(totals);
        assertThat(Arrays.copyOf(actual, 2 * rows)).containsOnly(Double.NaN);
        Samples.assertClose(
                "totals",
                Arrays.copyOfRange(actual, 2 * rows, 3 * rows),
                MetricsReference.sumRows(values, rows, count),
                TOLERANCE);
    }

    @Test
    void refusesPartsWiderThanTheirRows() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ImageSumsParameters(
                        DeviceAddress.NULL, DeviceAddress.NULL, DeviceAddress.NULL, 1, 1, 4, 9, 8, 9, 1, 1))
                .withMessageContaining("4 x 9");
    }
}
