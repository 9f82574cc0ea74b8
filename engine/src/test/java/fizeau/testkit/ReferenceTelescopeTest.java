// SPDX-License-Identifier: Apache-2.0
package fizeau.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.optics.CircularAperture;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import org.junit.jupiter.api.Test;

class ReferenceTelescopeTest {
    private static final Shape OBJECT = new Shape(5, 6);
    private static final Shape FRAME = new Shape(12, 9);
    private static final Mask MASK = new CircularAperture(3).mask(FRAME, new PixelPosition(1, -1));

    @Test
    void anOpenMaskReversesTwiceAndLeavesTheObjectInPlaceOnOddAxes() {
        Shape shape = new Shape(3, 5);
        double[] object = RandomImages.widen(RandomImages.amplitudes(15, 1));
        Tolerances.assertClose(
                new ReferenceTelescope(shape, shape).amplitudesOfReal(object, Mask.open(shape)),
                object,
                Tolerances.DOUBLE);
    }

    @Test
    void anEmbeddedPointStandsAtTheMiddleOfTheFrame() {
        double[] point = new double[OBJECT.count()];
        point[OBJECT.index(2, 3)] = 2;
        double[] image = new ReferenceTelescope(OBJECT, FRAME).amplitudesOfReal(point, Mask.open(FRAME));
        // row 2 of the object is row 5 of the frame and, its height being even, row 4 of the image; column 3 is column
        // 4
        assertThat(image[FRAME.index(4, 4)]).isCloseTo(2, within(1e-12));
    }

    @Test
    void theAdjointIsTheDerivative() {
        ReferenceTelescope telescope = new ReferenceTelescope(OBJECT, FRAME);
        double[] object = RandomImages.widen(RandomImages.amplitudes(OBJECT.count(), 2));
        double[] weights = RandomImages.widen(RandomImages.signed(FRAME.count(), 3));
        double[] gradient = telescope.adjoint(object, MASK, weights);
        double step = 1e-5;
        double[] expected = new double[object.length];
        for (int i = 0; i < object.length; i++) {
            double[] moved = object.clone();
            moved[i] += step;
            double above = dot(telescope.amplitudesOfReal(moved, MASK), weights);
            moved[i] -= 2 * step;
            expected[i] = (above - dot(telescope.amplitudesOfReal(moved, MASK), weights)) / (2 * step);
        }
        Tolerances.assertClose(gradient, expected, 1e-7);
    }

    @Test
    void theGradientOfNothingIsZero() {
        double[] gradient = new ReferenceTelescope(OBJECT, FRAME)
                .adjoint(new double[OBJECT.count()], MASK, RandomImages.widen(RandomImages.signed(FRAME.count(), 3)));
        assertThat(gradient).containsOnly(0);
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
