// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernels around a cuFFT plan; a direct transform in double precision takes the plan's place. */
@ExtendWith(EmulatorExtension.class)
class FourierKernelsTest {

    private static final double TOLERANCE = 2e-6;

    static Stream<FrameGeometry> frames() {
        return Stream.of(
                FrameGeometry.centred(16, 16, 8, 8, 1, 1),
                FrameGeometry.centred(12, 20, 5, 20, 1, 2),
                FrameGeometry.centred(9, 15, 4, 7, 2, 1),
                FrameGeometry.centred(14, 9, 14, 9, 2, 2),
                new FrameGeometry(7, 70, 3, 40, 4, 1, 1, 3),
                FrameGeometry.centred(1, 1, 1, 1, 1, 1));
    }

    /** The whole operator and its gradient through the full FFT equal the centred formula. */
    @ParameterizedTest
    @MethodSource("frames")
    void measurementAndGradientThroughTheFullTransform(FrameGeometry f, Emulator emulator) {
        int samples = f.ny() * f.nx();
        float[] object = Samples.uniform(1, f.objects() * f.objectNy() * f.objectNx(), 0.1, 1);
        float[] mask = Samples.mask(2, f.entries() * samples);
        float[] target = Samples.uniform(3, f.entries() * samples, 0, 0.5);
        float[] weights = Samples.uniform(4, f.entries(), 0.5, 1.5);

        double[] embedded = embed(emulator, f, object);
        Samples.assertClose("embedded", embedded, FourierReference.embedObject(Samples.doubles(object), f), 0);
        double[] field = maskedField(emulator, f, embedded, mask, true);
        double[] fieldReference = FourierReference.transform(
                FourierReference.maskMultiply(
                        FourierReference.transform(embedded, f.ny(), f.nx()), Samples.doubles(mask), f, true),
                f.ny(),
                f.nx());
        Samples.assertClose("field", field, fieldReference, TOLERANCE);

        Emulation emulation = emulator.begin();
        DeviceAddress fields = emulation.upload(Samples.floats(field));
        DeviceAddress measurement = emulation.allocateFloats(f.entries() * samples);
        DeviceAddress rowLoss = emulation.allocateDoubles(f.entries() * f.ny());
        emulation.launch(new FieldAmplitudeParameters(fields, measurement, f));
        emulation.launch(
                new FieldL1Parameters(fields, emulation.upload(target), emulation.upload(weights), rowLoss, f));
        emulation.execute();
        Samples.assertClose(
                "measurement",
                emulation.floats(measurement),
                FourierReference.fieldAmplitude(fieldReference, f),
                TOLERANCE);
        double[] conjugated = Samples.doubles(emulation.floats(fields));
        Samples.assertClose(
                "conjugated gradient of the field",
                conjugated,
                FourierReference.fieldL1(field, Samples.doubles(target), Samples.doubles(weights), f),
                TOLERANCE);

        double[] back = maskedField(emulator, f, conjugated, mask, false);
        Emulation end = emulator.begin();
        DeviceAddress backFields = end.upload(Samples.floats(back));
        DeviceAddress gradient = end.allocateFloats(object.length);
        DeviceAddress added = end.upload(Samples.floats(Samples.doubles(object)));
        end.launch(new ExtractObjectParameters(backFields, gradient, f, 0));
        end.launch(new ExtractObjectParameters(backFields, added, f, 1));
        end.execute();
        Samples.assertClose("extracted", end.floats(gradient), FourierReference.extractObject(back, f), TOLERANCE);
        double[] sum = Samples.doubles(object);
        for (int i = 0; i < sum.length; i++) {
            sum[i] += end.floats(gradient)[i];
        }
        Samples.assertClose("added", end.floats(added), sum, TOLERANCE);

        // The box form over the whole frame is the same operator by another way.
        BoxGeometry whole = new BoxGeometry(f, f.ny(), f.nx());
        int[] origins = new int[2 * f.entries()];
        double[] masks = Samples.doubles(mask);
        double[] spectrum = MeasureReference.boxProject(Samples.doubles(object), masks, origins, whole);
        Samples.assertClose(
                "measurement, box form",
                emulation.floats(measurement),
                MeasureReference.rowAmplitude(spectrum, origins, whole),
                TOLERANCE);
        MeasureReference.RowL1 rows =
                MeasureReference.rowL1(spectrum, Samples.doubles(target), Samples.doubles(weights), origins, whole);
        Samples.assertClose(
                "loss",
                new double[] {Arrays.stream(emulation.doubles(rowLoss)).sum()},
                new double[] {Arrays.stream(rows.rowLoss()).sum()},
                TOLERANCE);
        Samples.assertClose(
                "gradient, box form",
                end.floats(gradient),
                MeasureReference.objectAdjoint(
                        MeasureReference.boxAdjoint(rows.rowAdjoint(), masks, origins, whole), origins, whole),
                TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("frames")
    void complexObjectsAndGivenGradients(FrameGeometry f, Emulator emulator) {
        float[] object = Samples.uniform(5, 2 * f.objects() * f.objectNy() * f.objectNx(), -1, 1);
        float[] field = Samples.uniform(6, 2 * f.entries() * f.ny() * f.nx(), -1, 1);
        float[] given = Samples.uniform(7, f.entries() * f.ny() * f.nx(), -1, 1);
        Emulation emulation = emulator.begin();
        DeviceAddress embedded = emulation.allocateFloats(2 * f.objects() * f.ny() * f.nx());
        DeviceAddress conjugated = emulation.upload(field);
        emulation.launch(new EmbedFieldParameters(emulation.upload(object), embedded, f));
        emulation.launch(new FieldGradientParameters(conjugated, emulation.upload(given), f));
        emulation.execute();
        double[] parts = new double[embedded(f, object, 0).length];
        for (int part = 0; part < 2; part++) {
            double[] of = embedded(f, object, part);
            for (int i = 0; i < of.length; i += 2) {
                parts[i + part] = of[i];
            }
        }
        Samples.assertClose("embedded", emulation.floats(embedded), parts, 0);
        Samples.assertClose(
                "conjugated gradient",
                emulation.floats(conjugated),
                FourierReference.fieldGradient(Samples.doubles(field), Samples.doubles(given), f),
                TOLERANCE);
    }

    /** Boxes at the corners and in the middle, shared and own fields, in place too; whatever is outside does not matter. */
    @ParameterizedTest
    @MethodSource("frames")
    void masksInBoxesMultiplyAsWholeOnes(FrameGeometry f, Emulator emulator) {
        BoxGeometry box = new BoxGeometry(f, Math.max(1, f.ny() / 3), Math.max(1, f.nx() / 2));
        int[] origins = new int[2 * f.entries()];
        for (int e = 0; e < f.entries(); e++) {
            origins[2 * e] = e % 2 == 0 ? f.ny() - box.boxNy() : 0;
            origins[2 * e + 1] = e % 3 == 0 ? (f.nx() - box.boxNx()) / 2 : 0;
        }
        float[] masks = Samples.uniform(8, f.entries() * box.boxNy() * box.boxNx(), 0, 1);
        for (boolean shared : new boolean[] {true, false}) {
            int images = shared ? f.objects() : f.entries();
            float[] field = Samples.uniform(9, 2 * images * f.ny() * f.nx(), -1, 1);
            Emulation emulation = emulator.begin();
            DeviceAddress from = emulation.upload(field);
            DeviceAddress to = shared ? emulation.allocateFloats(2 * f.entries() * f.ny() * f.nx()) : from;
            emulation.launch(new BoxMultiplyParameters(
                    from, emulation.upload(masks), emulation.upload(origins), to, box, shared ? 1 : 0));
            emulation.execute();
            Samples.assertClose(
                    "masked",
                    emulation.floats(to),
                    FourierReference.boxMultiply(Samples.doubles(field), Samples.doubles(masks), origins, box, shared),
                    TOLERANCE);
        }
    }

    /** The real or imaginary parts of complex objects, embedded. */
    private static double[] embedded(FrameGeometry f, float[] object, int part) {
        double[] parts = new double[object.length / 2];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = object[2 * i + part];
        }
        return FourierReference.embedObject(parts, f);
    }

    private static double[] embed(Emulator emulator, FrameGeometry f, float[] object) {
        Emulation emulation = emulator.begin();
        DeviceAddress field = emulation.allocateFloats(2 * f.objects() * f.ny() * f.nx());
        emulation.launch(new EmbedObjectParameters(emulation.upload(object), field, f));
        emulation.execute();
        return Samples.doubles(emulation.floats(field));
    }

    /** Transform, mask and transform again; in place unless the field is shared. */
    private static double[] maskedField(
            Emulator emulator, FrameGeometry f, double[] field, float[] mask, boolean shared) {
        Emulation emulation = emulator.begin();
        DeviceAddress spectrum = emulation.upload(Samples.floats(FourierReference.transform(field, f.ny(), f.nx())));
        DeviceAddress masked = shared ? emulation.allocateFloats(2 * f.entries() * f.ny() * f.nx()) : spectrum;
        emulation.launch(new MaskMultiplyParameters(spectrum, emulation.upload(mask), masked, f, shared ? 1 : 0));
        emulation.execute();
        return FourierReference.transform(Samples.doubles(emulation.floats(masked)), f.ny(), f.nx());
    }

    static Stream<int[]> evenEdges() {
        return Stream.of(new int[] {8, 8}, new int[] {6, 10}, new int[] {6, 8}, new int[] {2, 12});
    }

    /** Two checkerboards around the plain transform make the centred one, whatever 4 divides. */
    @ParameterizedTest
    @MethodSource("evenEdges")
    void checkerboardsCentreTheTransform(int[] edges, Emulator emulator) {
        int ny = edges[0];
        int nx = edges[1];
        int images = 2;
        float[] field = Samples.uniform(7, 2 * images * ny * nx, -1, 1);
        double[] before = multiply(emulator, field, ny, nx, images, 1);
        Samples.assertClose(
                "checkerboard", before, FourierReference.checkerboardMultiply(Samples.doubles(field), ny, nx, 1), 0);
        float[] transformed = Samples.floats(FourierReference.transform(before, ny, nx));
        double[] after =
                multiply(emulator, transformed, ny, nx, images, CheckerboardMultiplyParameters.centringScale(ny, nx));
        for (int image = 0; image < images; image++) {
            int start = 2 * image * ny * nx;
            int end = start + 2 * ny * nx;
            Samples.assertClose(
                    "centred transform",
                    Arrays.copyOfRange(after, start, end),
                    CentredTransform.of(Arrays.copyOfRange(Samples.doubles(field), start, end), ny, nx),
                    TOLERANCE);
        }
    }

    private static double[] multiply(Emulator emulator, float[] field, int ny, int nx, int images, float scale) {
        Emulation emulation = emulator.begin();
        DeviceAddress address = emulation.upload(field);
        emulation.launch(new CheckerboardMultiplyParameters(address, ny, nx, images, scale));
        emulation.execute();
        return Samples.doubles(emulation.floats(address));
    }

    @Test
    void oddEdgesHaveNoCheckerboard() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CheckerboardMultiplyParameters.centringScale(8, 7))
                .withMessageContaining("8 x 7");
        assertThat(CheckerboardMultiplyParameters.centringScale(4, 4)).isEqualTo(0.25f);
        assertThat(CheckerboardMultiplyParameters.centringScale(4, 2)).isNegative();
    }
}
