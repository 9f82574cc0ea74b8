// SPDX-License-Identifier: Apache-2.0
package fizeau.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.backend.MeasurementOperator;
import fizeau.backend.Plan;
import fizeau.optics.CircularAperture;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The telescope's operator and its adjoint, by every plan, against {@link ReferenceTelescope}. */
public abstract class MeasurementOperatorConformance extends BackendConformance {
    private static final Shape OBJECT = new Shape(7, 8);
    private static final Shape FRAME = new Shape(16, 15);
    private static final Mask DISC = new CircularAperture(3.2).mask(FRAME, new PixelPosition(2, -1));

    /** Objects smaller than their frames and as large, odd, even and rectangular, down to a single sample. */
    static Stream<Arguments> everyGeometryByEveryPlan() {
        return Stream.of(
                        new ReferenceTelescope(Shape.square(1), Shape.square(1)),
                        new ReferenceTelescope(new Shape(1, 3), new Shape(1, 6)),
                        new ReferenceTelescope(new Shape(7, 1), new Shape(7, 1)),
                        new ReferenceTelescope(Shape.square(8), Shape.square(16)),
                        new ReferenceTelescope(Shape.square(16), Shape.square(16)),
                        new ReferenceTelescope(new Shape(5, 6), new Shape(12, 9)),
                        new ReferenceTelescope(new Shape(12, 9), new Shape(12, 9)),
                        new ReferenceTelescope(new Shape(11, 20), new Shape(31, 64)),
                        new ReferenceTelescope(Shape.square(33), Shape.square(33)),
                        new ReferenceTelescope(new Shape(20, 24), new Shape(48, 40)))
                .flatMap(telescope -> Stream.of(Plan.values()).map(plan -> Arguments.of(telescope, plan)));
    }

    @ParameterizedTest
    @MethodSource("everyGeometryByEveryPlan")
    void measuresWhatTheDefinitionSays(ReferenceTelescope telescope, Plan plan) {
        List<Mask> masks = masks(telescope.frame());
        float[] object = RandomImages.amplitudes(telescope.object().count(), 1);
        float[] field = RandomImages.signed(2 * telescope.object().count(), 2);
        try (MeasurementOperator operator = open(telescope, plan)) {
            assertThat(operator.plan()).isEqualTo(plan);
            operator.load(object);
            assertMeasures(operator, telescope, masks, ReferenceDft.complex(object));
            operator.loadComplex(field);
            assertMeasures(operator, telescope, masks, RandomImages.widen(field));
        }
    }

    @ParameterizedTest
    @MethodSource("everyGeometryByEveryPlan")
    void theAdjointIsAddedAndEqualsTheDefinition(ReferenceTelescope telescope, Plan plan) {
        float[] object = RandomImages.amplitudes(telescope.object().count(), 1);
        float[] amplitudeGradient = RandomImages.signed(telescope.frame().count(), 3);
        float[] before = RandomImages.signed(telescope.object().count(), 4);
        try (MeasurementOperator operator = open(telescope, plan)) {
            operator.load(object);
            for (Mask mask : masks(telescope.frame())) {
                float[] gradient = before.clone();
                operator.adjoint(mask, amplitudeGradient, gradient);
                double[] expected =
                        telescope.adjoint(RandomImages.widen(object), mask, RandomImages.widen(amplitudeGradient));
                for (int i = 0; i < expected.length; i++) {
                    expected[i] += before[i];
                }
                Tolerances.assertClose(gradient, expected, Tolerances.PHASES);
            }
        }
    }

    /** The loss is quadratic in the object, so that a central difference over a wide step has no error of its own. */
    @ParameterizedTest
    @EnumSource(Plan.class)
    void theAdjointIsTheDerivativeOfASmoothLoss(Plan plan) {
        float[] object = RandomImages.amplitudes(OBJECT.count(), 1);
        float[] weights = RandomImages.signed(FRAME.count(), 5);
        float[] direction = RandomImages.signed(OBJECT.count(), 7);
        float step = 0.25f;
        try (MeasurementOperator operator = open(OBJECT, FRAME, plan)) {
            operator.load(object);
            float[] amplitudes = new float[FRAME.count()];
            operator.measure(List.of(DISC), amplitudes);
            float[] amplitudeGradient = new float[FRAME.count()];
            for (int i = 0; i < amplitudes.length; i++) {
                amplitudeGradient[i] = 2 * weights[i] * amplitudes[i];
            }
            float[] gradient = new float[OBJECT.count()];
            operator.adjoint(DISC, amplitudeGradient, gradient);
            double slope = 0;
            for (int i = 0; i < gradient.length; i++) {
                slope += gradient[i] * direction[i];
            }
            double above = weightedEnergy(operator, moved(object, direction, step), weights);
            double below = weightedEnergy(operator, moved(object, direction, -step), weights);
            double difference = (above - below) / (2 * step);
            assertThat(Math.abs(difference)).isGreaterThan(0.1); // else the next line would say nothing
            assertThat(slope).isCloseTo(difference, within(1e-4 * Math.abs(difference)));
        }
    }

    @Test
    void allPlansAgreeAtASizeWithManyClassesAndLargeBoxes() {
        Shape object = new Shape(40, 48);
        Shape frame = new Shape(120, 128);
        Mask small = new CircularAperture(9).mask(frame, new PixelPosition(20, -31));
        Mask union = small.union(new CircularAperture(12).mask(frame, new PixelPosition(-30, 25)))
                .union(new CircularAperture(9).mask(frame, PixelPosition.CENTRE));
        float[] amplitudeGradient = RandomImages.signed(frame.count(), 7);
        float[][] images = new float[Plan.values().length][2 * frame.count()];
        float[][] gradients = new float[Plan.values().length][object.count()];
        List<Plan> plans = List.copyOf(backend().plans());
        assertThat(plans).isNotEmpty();
        for (Plan plan : plans) {
            try (MeasurementOperator operator = backend().measurementOperator(object, frame, plan)) {
                operator.load(RandomImages.amplitudes(object.count(), 8));
                operator.measure(List.of(small, union), images[plan.ordinal()]);
                operator.adjoint(small, amplitudeGradient, gradients[plan.ordinal()]);
                operator.adjoint(union, amplitudeGradient, gradients[plan.ordinal()]);
            }
        }
        int first = plans.get(0).ordinal();
        for (Plan plan : plans) {
            Tolerances.assertClose(
                    images[plan.ordinal()], images[first], Tolerances.singlePrecisionTransforms(frame, 2));
            Tolerances.assertClose(gradients[plan.ordinal()], gradients[first], Tolerances.PHASES);
        }
    }

    /** Two forward transforms are the parity about n / 2, reversing both axes is not: even axes come out one pixel early. */
    @ParameterizedTest
    @EnumSource(Plan.class)
    void anOpenMaskShiftsEvenAxesByOnePixel(Plan plan) {
        for (Shape shape : List.of(new Shape(8, 12), new Shape(8, 9), new Shape(7, 6), new Shape(5, 3))) {
            float[] object = RandomImages.amplitudes(shape.count(), 9);
            float[] image = new float[shape.count()];
            try (MeasurementOperator operator = open(shape, shape, plan)) {
                operator.load(object);
                operator.measure(List.of(Mask.open(shape)), image);
            }
            double[] expected = new double[shape.count()];
            for (int y = 0; y < shape.ny(); y++) {
                for (int x = 0; x < shape.nx(); x++) {
                    int fromY = (y + 1 - shape.ny() % 2) % shape.ny();
                    int fromX = (x + 1 - shape.nx() % 2) % shape.nx();
                    expected[shape.index(y, x)] = object[shape.index(fromY, fromX)];
                }
            }
            Tolerances.assertClose(image, expected, Tolerances.singlePrecisionTransforms(shape, 2));
        }
    }

    @ParameterizedTest
    @EnumSource(Plan.class)
    void nothingGivesNothing(Plan plan) {
        float[] image = RandomImages.signed(2 * FRAME.count(), 10);
        float[] gradient = new float[OBJECT.count()];
        float[] amplitudeGradient = RandomImages.signed(FRAME.count(), 11);
        try (MeasurementOperator operator = open(OBJECT, FRAME, plan)) {
            operator.load(new float[OBJECT.count()]);
            operator.measure(List.of(DISC, Mask.closed(FRAME)), image);
            operator.adjoint(DISC, amplitudeGradient, gradient);
            assertThat(image).containsOnly(0);
            assertThat(gradient).containsOnly(0);
            operator.load(RandomImages.amplitudes(OBJECT.count(), 1));
            Arrays.fill(image, 1);
            operator.measure(List.of(Mask.closed(FRAME), Mask.closed(FRAME)), image);
            operator.adjoint(Mask.closed(FRAME), amplitudeGradient, gradient);
            assertThat(image).containsOnly(0);
            assertThat(gradient).containsOnly(0);
            operator.measure(List.of(), new float[0]);
        }
    }

    /** A phase has modulus one and every other step shrinks or keeps energy, however faint the object is. */
    @ParameterizedTest
    @EnumSource(Plan.class)
    void theGradientOfAFaintObjectIsBounded(Plan plan) {
        float[] amplitudeGradient = RandomImages.signed(FRAME.count(), 12);
        double bound = norm(amplitudeGradient) * 1.0001;
        try (MeasurementOperator operator = open(OBJECT, FRAME, plan)) {
            for (float brightness : new float[] {1, 1e-10f, 1e-20f, 1e-23f, 1e-26f, 1e-32f, 1e-38f}) {
                float[] object = RandomImages.amplitudes(OBJECT.count(), 13);
                for (int i = 0; i < object.length; i++) {
                    object[i] *= brightness;
                }
                float[] gradient = new float[OBJECT.count()];
                operator.load(object);
                operator.adjoint(DISC, amplitudeGradient, gradient);
                assertThat(norm(gradient)).as("at brightness " + brightness).isLessThanOrEqualTo(bound);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Plan.class)
    void theLastObjectCountsAndIsCopied(Plan plan) {
        float[] object = RandomImages.amplitudes(OBJECT.count(), 14);
        float[] field = RandomImages.signed(2 * OBJECT.count(), 15);
        double[] expected = new ReferenceTelescope(OBJECT, FRAME).amplitudes(ReferenceDft.complex(object), DISC);
        float[] image = new float[FRAME.count()];
        try (MeasurementOperator operator = open(OBJECT, FRAME, plan)) {
            operator.loadComplex(field);
            operator.measure(List.of(DISC), image);
            operator.load(object);
            Arrays.fill(object, 0);
            operator.measure(List.of(DISC), image);
            Tolerances.assertClose(image, expected, Tolerances.singlePrecisionTransforms(FRAME, 2));
        }
    }

    /** A backend says which plans it has, and refuses the others in words. */
    @ParameterizedTest
    @EnumSource(Plan.class)
    void plansThatDoNotExistAreRefused(Plan plan) {
        assertThat(backend().plans()).isNotEmpty();
        if (backend().plans().contains(plan)) {
            backend().measurementOperator(OBJECT, FRAME, plan).close();
        } else {
            refused(() -> backend().measurementOperator(OBJECT, FRAME, plan), plan.word());
        }
    }

    @Test
    void anObjectLargerThanItsFrameIsRefused() {
        assertThatThrownBy(() -> backend().measurementOperator(new Shape(8, 17), Shape.square(16), Plan.FFT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("8 x 17")
                .hasMessageContaining("16 x 16");
    }

    @ParameterizedTest
    @EnumSource(Plan.class)
    void wrongLengthsAndFramesAreRefusedInWords(Plan plan) {
        float[] image = new float[FRAME.count()];
        float[] gradient = new float[OBJECT.count()];
        try (MeasurementOperator operator = open(OBJECT, FRAME, plan)) {
            refused(() -> operator.load(new float[55]), "56", "55");
            refused(() -> operator.loadComplex(new float[56]), "112", "56");
            operator.load(new float[OBJECT.count()]);
            refused(() -> operator.measure(List.of(DISC, DISC), image), "480", "240");
            refused(() -> operator.adjoint(DISC, new float[241], gradient), "240", "241");
            refused(() -> operator.adjoint(DISC, image, new float[57]), "56", "57");
            Mask foreign = Mask.open(new Shape(15, 16));
            refused(() -> operator.measure(List.of(foreign), image), "15 x 16", "16 x 15");
            refused(() -> operator.adjoint(foreign, image, gradient), "15 x 16", "16 x 15");
        }
    }

    @ParameterizedTest
    @EnumSource(Plan.class)
    void callsOutOfOrderAreRefused(Plan plan) {
        float[] image = new float[FRAME.count()];
        float[] gradient = new float[OBJECT.count()];
        MeasurementOperator operator = open(OBJECT, FRAME, plan);
        try (operator) {
            for (Mask mask : List.of(DISC, Mask.closed(FRAME))) {
                outOfOrder(() -> operator.measure(List.of(mask), image), "object");
                outOfOrder(() -> operator.adjoint(mask, image, gradient), "object");
            }
            operator.loadComplex(RandomImages.signed(2 * OBJECT.count(), 16));
            outOfOrder(() -> operator.adjoint(DISC, image, gradient), "real object");
            operator.load(new float[OBJECT.count()]);
        }
        operator.close();
        outOfOrder(() -> operator.measure(List.of(DISC), image), "closed");
        outOfOrder(() -> operator.adjoint(DISC, image, gradient), "closed");
        outOfOrder(() -> operator.load(new float[OBJECT.count()]), "closed");
    }

    /** What a mask can look like: a disc on and off axis, cut by the border, a union, scattered samples, one, all, none. */
    private static List<Mask> masks(Shape frame) {
        double ny = frame.ny();
        double nx = frame.nx();
        double radius = Math.max(1, Math.min(ny, nx) / 6);
        CircularAperture disc = new CircularAperture(radius);
        Mask offAxis = disc.mask(frame, new PixelPosition(ny / 5, -nx / 6));
        Mask border = disc.mask(frame, new PixelPosition(-ny / 2, nx / 2 - 1));
        Mask union = disc.mask(frame, PixelPosition.CENTRE)
                .union(offAxis)
                .union(disc.mask(frame, new PixelPosition(-ny / 4, nx / 3)));
        boolean[] scattered = new boolean[frame.count()];
        Random random = new Random(17);
        for (int i = 0; i < scattered.length; i++) {
            scattered[i] = random.nextInt(3) == 0;
        }
        return List.of(
                disc.mask(frame, PixelPosition.CENTRE),
                offAxis,
                border,
                union,
                Mask.of(frame, scattered),
                single(frame, frame.ny() / 3, 2 * frame.nx() / 3),
                single(frame, 0, frame.nx() - 1),
                Mask.open(frame),
                Mask.closed(frame));
    }

    private static Mask single(Shape frame, int y, int x) {
        boolean[] open = new boolean[frame.count()];
        open[frame.index(y, x)] = true;
        return Mask.of(frame, open);
    }

    private MeasurementOperator open(ReferenceTelescope telescope, Plan plan) {
        return open(telescope.object(), telescope.frame(), plan);
    }

    /** A backend need not have every plan; that it has one is asked elsewhere. */
    private MeasurementOperator open(Shape object, Shape frame, Plan plan) {
        Assumptions.assumeTrue(
                backend().plans().contains(plan),
                () -> "plan " + plan.word() + " does not exist on " + backend().name());
        return backend().measurementOperator(object, frame, plan);
    }

    /** Measures through all masks at once and compares image by image. */
    private static void assertMeasures(
            MeasurementOperator operator, ReferenceTelescope telescope, List<Mask> masks, double[] field) {
        int pixels = telescope.frame().count();
        float[] images = new float[masks.size() * pixels];
        Arrays.fill(images, Float.NaN);
        operator.measure(masks, images);
        for (int m = 0; m < masks.size(); m++) {
            Tolerances.assertClose(
                    Arrays.copyOfRange(images, m * pixels, (m + 1) * pixels),
                    telescope.amplitudes(field, masks.get(m)),
                    Tolerances.singlePrecisionTransforms(telescope.frame(), 2));
        }
    }

    private static double weightedEnergy(MeasurementOperator operator, float[] object, float[] weights) {
        float[] image = new float[weights.length];
        operator.load(object);
        operator.measure(List.of(DISC), image);
        double sum = 0;
        for (int i = 0; i < image.length; i++) {
            sum += weights[i] * (double) image[i] * image[i];
        }
        return sum;
    }

    private static float[] moved(float[] object, float[] direction, float step) {
        float[] result = object.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] += step * direction[i];
        }
        return result;
    }

    private static double norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    private static void refused(Runnable call, String... words) {
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(words);
    }

    private static void outOfOrder(Runnable call, String word) {
        assertThatThrownBy(call::run).isInstanceOf(IllegalStateException.class).hasMessageContaining(word);
    }
}
