// SPDX-License-Identifier: Apache-2.0
package fizeau.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.backend.Backend;
import fizeau.backend.Plan;
import fizeau.backend.cpu.CpuBackend;
import fizeau.optics.CircularAperture;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import fizeau.optics.Telescope;
import fizeau.testkit.RandomImages;
import fizeau.testkit.ReferenceTelescope;
import fizeau.testkit.Tolerances;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MeasurementSystemTest {
    private static final Shape OBJECT = new Shape(7, 8);
    private static final Shape FRAME = new Shape(20, 17);
    private static final Telescope TELESCOPE = Telescope.of(FRAME, new CircularAperture(3));
    private static final ReferenceTelescope REFERENCE = new ReferenceTelescope(OBJECT, FRAME);
    private static final PixelPosition FIRST = PixelPosition.CENTRE;
    private static final PixelPosition SECOND = new PixelPosition(3, -2);
    private static final PixelPosition THIRD = new PixelPosition(-4, 1);

    private final float[] object = RandomImages.amplitudes(OBJECT.count(), 1);
    private final float[] estimate = RandomImages.amplitudes(OBJECT.count(), 2);
    private final Backend backend = CpuBackend.open(1);
    private final MeasurementSystem system = MeasurementSystem.open(backend, TELESCOPE, OBJECT, Plan.MATRIX);

    @AfterEach
    void close() {
        system.close();
        backend.close();
    }

    @Test
    void startsWithNothingSeen() {
        assertThat(system.sampleCount()).isZero();
        assertThat(system.coverage()).isZero();
        assertThat(system.cumulativeMask()).isEqualTo(Mask.closed(FRAME));
        assertThat(system.throughCumulativeMask(object)).containsOnly(0);
    }

    @Test
    void theCumulativeMaskIsTheUnionAndEveryApertureCounts() {
        system.add(List.of(FIRST));
        system.add(List.of(SECOND, SECOND));
        Mask union = TELESCOPE.mask(FIRST).union(TELESCOPE.mask(SECOND));
        assertThat(system.sampleCount()).isEqualTo(3);
        assertThat(system.cumulativeMask()).isEqualTo(union);
        assertThat(system.coverage()).isEqualTo(union.openCount() / 340.0);
    }

    @Test
    void theFirstMeasurementIsTheObjectTwice() {
        float[][] dual = system.measure(object, estimate, SECOND);
        double[] expected = seen(object, TELESCOPE.mask(SECOND));
        assertImage(dual[0], expected);
        assertImage(dual[1], expected);
        assertThat(dual[0]).isNotSameAs(dual[1]);
        assertImage(system.predict(estimate, SECOND)[0], seen(estimate, TELESCOPE.mask(SECOND)));
    }

    @Test
    void laterOnesAreTheEstimateThroughAllSeenAndTheObjectThroughTheNewAperture() {
        system.add(List.of(FIRST, SECOND));
        Mask union = system.cumulativeMask();
        float[][] dual = system.measure(object, estimate, THIRD);
        assertImage(dual[0], seen(estimate, union));
        assertImage(dual[1], seen(object, TELESCOPE.mask(THIRD)));
        float[][] withoutEstimate = system.measure(object, null, THIRD);
        assertImage(withoutEstimate[0], seen(object, TELESCOPE.mask(THIRD)));
        float[][] predicted = system.predict(estimate, THIRD);
        assertImage(predicted[0], seen(estimate, union));
        assertImage(predicted[1], seen(estimate, TELESCOPE.mask(THIRD)));
        assertImage(system.throughCumulativeMask(object), seen(object, union));
    }

    @Test
    void gradientsOfBothImagesAddUp() {
        float[] oldGradient = RandomImages.signed(FRAME.count(), 3);
        float[] newGradient = RandomImages.signed(FRAME.count(), 4);
        Mask third = TELESCOPE.mask(THIRD);
        assertGradient(third, third, oldGradient, newGradient);
        system.add(List.of(FIRST, SECOND));
        assertGradient(system.cumulativeMask(), third, oldGradient, newGradient);
        assertGradient(system.cumulativeMask(), third, null, newGradient);
        assertGradient(system.cumulativeMask(), third, oldGradient, null);
    }

    @Test
    void aListWithAnImpossibleCentreAddsNothing() {
        assertThatThrownBy(() -> system.add(List.of(FIRST, new PixelPosition(99, 0))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(99.0, 0.0)");
        assertThat(system.sampleCount()).isZero();
        assertThat(system.cumulativeMask().openCount()).isZero();
        assertThatThrownBy(() -> system.measure(object, null, new PixelPosition(0, -99)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(0.0, -99.0)");
    }

    private void assertGradient(Mask old, Mask fresh, float[] oldGradient, float[] newGradient) {
        double[] expected = new double[OBJECT.count()];
        add(expected, old, oldGradient);
        add(expected, fresh, newGradient);
        Tolerances.assertClose(system.backward(estimate, THIRD, oldGradient, newGradient), expected, Tolerances.PHASES);
    }

    private void add(double[] sum, Mask mask, float[] gradient) {
        if (gradient == null) {
            return;
        }
        double[] part = REFERENCE.adjoint(RandomImages.widen(estimate), mask, RandomImages.widen(gradient));
        for (int i = 0; i < sum.length; i++) {
            sum[i] += part[i];
        }
    }

    private static double[] seen(float[] image, Mask mask) {
        return REFERENCE.amplitudesOfReal(RandomImages.widen(image), mask);
    }

    private static void assertImage(float[] actual, double[] expected) {
        Tolerances.assertClose(actual, expected, Tolerances.singlePrecisionTransforms(FRAME, 2));
    }
}
