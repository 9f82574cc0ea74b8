// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
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
