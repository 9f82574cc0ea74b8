// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import fizeau.kernels.FinishRowsParameters.Activation;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Pooling, norms, softmax, what follows products, and copies. */
@ExtendWith(EmulatorExtension.class)
class LayersKernelsTest {

    private static final double TOLERANCE = 2e-6;

    @ParameterizedTest
    @CsvSource({"3, 8, 3, 2, 1", "1, 5, 3, 2, 1", "2, 7, 2, 2, 0", "5, 9, 1, 1, 0"})
    void windowsGiveTheirLargestValue(int maps, int inEdge, int window, int stride, int padding, Emulator emulator) {
        float[] source = Samples.uniform(1, maps * inEdge * inEdge, -2, -1); // a zero beyond the edge would show
        double[] expected = LayersReference.maxPool(Samples.doubles(source), inEdge, window, stride, padding);
        Emulation emulation = emulator.begin();
        DeviceAddress target = emulation.upload(new float[expected.length]);
        emulation.launch(MaxPoolParameters.of(emulation.upload(source), target, maps, inEdge, window, stride, padding));
        emulation.execute();
        Samples.assertClose("maps", emulation.floats(target), expected, 0);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 49", "5, 33"})
    void rowsGiveTheirMeans(int rows, int columns, Emulator emulator) {
        float[] source = Samples.uniform(2, rows * columns, -1, 2);
        Emulation emulation = emulator.begin();
        DeviceAddress target = emulation.upload(new float[rows]);
        emulation.launch(new MeanRowsParameters(emulation.upload(source), target, rows, columns));
        emulation.execute();
        Samples.assertClose(
                "means",
                emulation.floats(target),
                LayersReference.meanRows(Samples.doubles(source), columns),
                TOLERANCE);
    }

    /** One value, fewer than a block has threads, more; one block for all rows, so that it comes to rows again. */
    @ParameterizedTest
    @CsvSource({"2, 2, true", "3, 21, false", "4, 300, true"})
    void rowsAreNormalised(int rows, int columns, boolean inPlace, Emulator emulator) {
        float[] source = Samples.uniform(3, rows * columns, 4, 6);
        float[] gamma = Samples.uniform(4, columns, 0.5, 2);
        float[] beta = Samples.uniform(5, columns, -1, 1);
        Emulation emulation = emulator.begin();
        DeviceAddress values = emulation.upload(source);
        DeviceAddress target = inPlace ? values : emulation.upload(new float[source.length]);
        emulation.launch(new LayerNormParameters(
                values, emulation.upload(gamma), emulation.upload(beta), target, rows, columns, 1e-6f));
        emulation.execute();
        Samples.assertClose(
                "rows",
                emulation.floats(target),
                LayersReference.layerNorm(Samples.doubles(source), Samples.doubles(gamma), Samples.doubles(beta), 1e-6),
                1e-5);
    }

    /** Values whose exponentials would overflow. */
    @ParameterizedTest
    @CsvSource({"1, 1", "3, 17", "2, 197"})
    void rowsBecomeShares(int rows, int columns, Emulator emulator) {
        float[] source = Samples.uniform(6, rows * columns, 95, 105);
        Emulation emulation = emulator.begin();
        DeviceAddress values = emulation.upload(source);
        emulation.launch(new SoftmaxRowsParameters(values, rows, columns));
        emulation.execute();
        Samples.assertClose(
                "shares",
                emulation.floats(values),
                LayersReference.softmaxRows(Samples.doubles(source), columns),
                TOLERANCE);
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void productsAreFinished(Activation activation, Emulator emulator) {
        int rows = 5;
        int columns = 67;
        float[] source = Samples.uniform(7, rows * columns, -2, 2);
        float[] bias = Samples.uniform(8, columns, -1, 1);
        float[] residual = Samples.uniform(9, rows * columns, -1, 1);
        Emulation emulation = emulator.begin();
        DeviceAddress all = emulation.upload(residual);
        DeviceAddress inPlace = emulation.upload(source);
        emulation.launch(new FinishRowsParameters(
                emulation.upload(source), emulation.upload(bias), all, all, rows, columns, activation));
        emulation.launch(new FinishRowsParameters(
                inPlace, DeviceAddress.NULL, DeviceAddress.NULL, inPlace, rows, columns, activation));
        emulation.execute();
        Samples.assertClose(
                "with bias and residual",
                emulation.floats(all),
                LayersReference.finishRows(
                        Samples.doubles(source), Samples.doubles(bias), Samples.doubles(residual), columns, activation),
                TOLERANCE);
        Samples.assertClose(
                "alone",
                emulation.floats(inPlace),
                LayersReference.finishRows(Samples.doubles(source), null, null, columns, activation),
                TOLERANCE);
    }

    /** Turned, and out of a row that is repeated into a part of a larger array. */
    @Test
    void arraysChangeTheirLayout(Emulator emulator) {
        float[] source = Samples.uniform(10, 2 * 3 * 5, 1, 2);
        float[] before = new float[2 * 7 * 3];
        Arrays.fill(before, 9);
        long[] sizes = {1, 2, 5, 3};
        long[] turned = {0, 15, 1, 5};
        long[] into = {0, 21, 3, 1};
        long[] repeated = {0, 0, 3, 1};
        Emulation emulation = emulator.begin();
        DeviceAddress from = emulation.upload(source);
        DeviceAddress target = emulation.upload(before);
        DeviceAddress other = emulation.upload(before);
        emulation.launch(new CopyStridedParameters(
                from, target, FourSteps.of(sizes, 1), FourSteps.of(turned, 0), FourSteps.of(into, 0)));
        emulation.launch(new CopyStridedParameters(
                from,
                other,
                FourSteps.of(new long[] {2, 5, 3}, 1),
                FourSteps.of(new long[] {0, 3, 1}, 0),
                FourSteps.of(new long[] {21, 3, 1}, 0)));
        emulation.execute();
        Samples.assertClose(
                "turned",
                emulation.floats(target),
                LayersReference.copyStrided(Samples.doubles(source), Samples.doubles(before), sizes, turned, into),
                0);
        Samples.assertClose(
                "repeated",
                emulation.floats(other),
                LayersReference.copyStrided(Samples.doubles(source), Samples.doubles(before), sizes, repeated, into),
                0);
    }

    @Test
    void nothingIsRefused() {
        DeviceAddress none = DeviceAddress.NULL;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SoftmaxRowsParameters(none, 0, 4))
                .withMessageContaining("0 x 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MaxPoolParameters.of(none, none, 1, 4, 3, 2, 3))
                .withMessageContaining("the window has to fit");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FourSteps.of(new long[5], 1))
                .withMessageContaining("at most 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CopyStridedParameters(
                        none, none, new FourSteps(1, 1, 0, 1), new FourSteps(0, 0, 0, 0), new FourSteps(0, 0, 0, 0)))
                .withMessageContaining("at least 1");
    }
}
