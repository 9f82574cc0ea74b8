// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.testkit.ReferenceDft;
import fizeau.testkit.Tolerances;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TelescopeTest {

    @Test
    void resolutionIsRayleighsLimitOfOneSubAperture() {
        // 20 px of 6.5 um at 550 nm.
        Telescope telescope = Telescope.of(Shape.square(48), new CircularAperture(10));
        assertThat(telescope.resolutionLimitRadians()).isCloseTo(1.22 * 550e-9 / 130e-6, within(1e-15));
        assertThat(telescope.withApertureDiameter(8.2).resolutionLimitRadians())
                .isCloseTo(8.182926829268293e-8, within(1e-20));
        Telescope hexagonal = Telescope.of(Shape.square(40), new HexagonalAperture(9));
        assertThat(hexagonal.apertureDiameterMetres()).isCloseTo(18 * 6.5e-6, within(1e-15));
        Telescope fine = Telescope.of(new Grid(8, 8, 2e-6, 3e-6, 1e-6), new CircularAperture(2));
        assertThat(fine.resolutionLimitRadians()).isCloseTo(1.22 / 8, within(1e-12));
    }

    @Test
    void masksAreTheApertureAtEachCentreCutAtTheFrame() {
        Telescope telescope = Telescope.of(new Shape(20, 31), new CircularAperture(4));
        List<PixelPosition> centres = List.of(PixelPosition.CENTRE, new PixelPosition(-10, 15));
        List<Mask> masks = telescope.masks(centres);
        assertThat(masks.get(0).openCount()).isEqualTo(49);
        assertThat(masks.get(1).bounds()).isEqualTo(new Box(0, 26, 5, 5));
        assertThat(masks.get(1)).isEqualTo(telescope.mask(centres.get(1)));
    }

    @Test
    void aCentreThatLeavesNothingIsRefused() {
        Telescope telescope = Telescope.of(Shape.square(32), new CircularAperture(0.5));
        assertThatThrownBy(() -> telescope.mask(new PixelPosition(60, 60)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("aperture at (60.0, 60.0) lets no sample of the 32 x 32 frame through");
        assertThatThrownBy(() -> telescope.masks(List.of(PixelPosition.CENTRE, new PixelPosition(0.5, 0.5))))
                .hasMessageContaining("(0.5, 0.5)");
    }

    @Test
    void impossibleTelescopesAreRefused() {
        Telescope telescope = Telescope.of(Shape.square(8), new CircularAperture(2));
        assertThatThrownBy(() -> telescope.withApertureDiameter(0)).hasMessageContaining("aperture diameter 0.0 m");
        assertThatThrownBy(() -> new Telescope(Shape.square(8), new CircularAperture(2), -1, 1))
                .hasMessageContaining("wavelength -1.0 m");
    }

    @ParameterizedTest
    @MethodSource("fizeau.testkit.Shapes#all")
    void pointSpreadFunctionIsTheSquaredSpectrumOfTheMask(Shape shape) {
        // Off centre and cut at the edge, so that neither symmetry nor the bounding box hides an error.
        Mask mask = new CircularAperture(3.3).mask(shape, new PixelPosition(shape.ny() / 5.0, -shape.nx() / 4.0));
        double[] field = new double[2 * shape.count()];
        for (int i = 0; i < shape.count(); i++) {
            field[2 * i] = mask.isOpen(i) ? 1 : 0;
        }
        double[] expected = ReferenceDft.magnitude(ReferenceDft.forward(field, shape));
        double peak = 0;
        for (double value : expected) {
            peak = Math.max(peak, value * value);
        }
        for (int i = 0; i < expected.length; i++) {
            expected[i] *= expected[i] / peak;
        }
        PointSpreadFunction psf = PointSpreadFunction.of(mask);
        Tolerances.assertClose(psf.toArray(), expected, Tolerances.DOUBLE);
        assertThat(psf.shape()).isEqualTo(shape);
        assertThat(psf.intensity(shape.centreRow(), shape.centreColumn())).isCloseTo(1, within(1e-12));
    }

    @Test
    void aLargeDiscGivesTheAiryPattern() {
        // Airy: zeros of J1(pi r / F) at r = 1.2197 F with F = n / (2 radius) samples; first ring 1.75 %.
        Shape shape = Shape.square(512);
        double radius = 32;
        PointSpreadFunction psf =
                Telescope.of(shape, new CircularAperture(radius)).pointSpreadFunction(PixelPosition.CENTRE);
        double fNumber = 512 / (2 * radius);
        assertThat(psf.intensity(256, 256 + (int) Math.round(1.2197 * fNumber))).isLessThan(1e-3);
        double ring = 0;
        for (int x = 256 + 10; x <= 256 + 17; x++) {
            ring = Math.max(ring, psf.intensity(256, x));
        }
        assertThat(ring).isCloseTo(0.0175, within(0.001));
    }

    @Test
    void aClosedMaskHasNoPointSpreadFunction() {
        assertThatThrownBy(() -> PointSpreadFunction.of(Mask.closed(Shape.square(4))))
                .hasMessageContaining("4 x 4 mask without an open sample");
    }
}
