// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ApertureTest {

    static Stream<Aperture> apertures() {
        return Stream.of(
                new CircularAperture(4),
                new CircularAperture(0.5),
                new HexagonalAperture(5),
                HexagonalAperture.ofSide(3.3),
                ObscuredAperture.ring(6, 2),
                new ObscuredAperture(7, 2, 3, 1.5),
                NumericalAperture.of(0.25, 500e-9, 1).on(new Grid(33, 20, 1e-6, 1.5e-6, 500e-9)));
    }

    @ParameterizedTest
    @MethodSource("apertures")
    void masksHoldExactlyTheSamplesThatPassWhereverTheCentreIs(Aperture aperture) {
        Shape shape = new Shape(33, 20);
        List<PixelPosition> centres = List.of(
                PixelPosition.CENTRE,
                new PixelPosition(0.5, -0.5),
                new PixelPosition(-16, 9),
                new PixelPosition(14.3, -11.7),
                new PixelPosition(-400, 3),
                new PixelPosition(1e12, 1e12));
        List<Mask> masks = aperture.masks(shape, centres);
        assertThat(masks).hasSameSizeAs(centres);
        for (int i = 0; i < centres.size(); i++) {
            for (int row = 0; row < shape.ny(); row++) {
                for (int column = 0; column < shape.nx(); column++) {
                    boolean passes = aperture.passes(
                            row - 16 - centres.get(i).y(),
                            column - 10 - centres.get(i).x());
                    assertThat(masks.get(i).isOpen(row, column))
                            .as("%s at %s, sample %d, %d", aperture, centres.get(i), row, column)
                            .isEqualTo(passes);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("apertures")
    void extentIsTheSmallestCentredSquare(Aperture aperture) {
        double furthest = 0;
        for (double dy = -20; dy <= 20; dy += 1 / 32.0) {
            for (double dx = -20; dx <= 20; dx += 1 / 32.0) {
                if (aperture.passes(dy, dx)) {
                    furthest = Math.max(furthest, Math.max(Math.abs(dy), Math.abs(dx)));
                }
            }
        }
        assertThat(aperture.extent()).isBetween(furthest, furthest + 0.1);
    }

    @Test
    void theRimOfADiscPasses() {
        // 81 lattice points lie at most 5 from the origin, among them (3, 4) and (5, 0); half-way between four, 80.
        CircularAperture disc = new CircularAperture(5);
        assertThat(disc.mask(Shape.square(33), PixelPosition.CENTRE).openCount())
                .isEqualTo(81);
        assertThat(disc.mask(Shape.square(33), new PixelPosition(3, -4)).openCount())
                .isEqualTo(81);
        assertThat(disc.mask(Shape.square(33), new PixelPosition(0.5, 0.5)).openCount())
                .isEqualTo(80);
    }

    @Test
    void aHexagonHasFlatSidesAcrossXAndCornersOnY() {
        HexagonalAperture hexagon = new HexagonalAperture(12);
        assertThat(hexagon.passes(0, 12)).isTrue();
        assertThat(hexagon.passes(0, 12.001)).isFalse();
        assertThat(hexagon.passes(hexagon.sidePixels() - 1e-9, 0)).isTrue();
        assertThat(hexagon.passes(hexagon.sidePixels() + 1e-9, 0)).isFalse();
        assertThat(hexagon.passes(hexagon.sidePixels() / 2 - 1e-9, 12)).isTrue();
        assertThat(hexagon.diameterPixels()).isEqualTo(24);
    }

    @Test
    void aHexagonOfASideHasTheAreaOfThatSide() {
        double side = 60;
        HexagonalAperture hexagon = HexagonalAperture.ofSide(side);
        assertThat(hexagon.sidePixels()).isCloseTo(side, within(1e-12));
        double area = 1.5 * Math.sqrt(3) * side * side;
        assertThat((double)
                        hexagon.mask(Shape.square(129), PixelPosition.CENTRE).openCount())
                .isCloseTo(area, within(0.01 * area));
    }

    @Test
    void bothRimsOfARingPass() {
        ObscuredAperture ring = ObscuredAperture.ring(5, 3);
        assertThat(ring.passes(3, 4)).isTrue();
        assertThat(ring.passes(0, 3)).isTrue();
        assertThat(ring.passes(0, 2.999)).isFalse();
        assertThat(ring.passes(3, 4.001)).isFalse();
    }

    @Test
    void vanesAreFullLinesAtMultiplesOfPiOverTheirNumber() {
        ObscuredAperture crossed = new ObscuredAperture(20, 6, 3, 2);
        for (int i = 0; i < 6; i++) {
            double angle = i * Math.PI / 3;
            double alongY = 12 * Math.sin(angle);
            double alongX = 12 * Math.cos(angle);
            assertThat(crossed.passes(alongY, alongX)).as("on arm %d", i).isFalse();
            assertThat(crossed.passes(alongY + 0.99 * Math.cos(angle), alongX - 0.99 * Math.sin(angle)))
                    .as("inside arm %d", i)
                    .isFalse();
            assertThat(crossed.passes(alongY + 1.01 * Math.cos(angle), alongX - 1.01 * Math.sin(angle)))
                    .as("beside arm %d", i)
                    .isTrue();
        }
    }

    @Test
    void integerCentresDoNotTurnTheVanes() {
        // With pi truncated to 3 the second of four vanes would stand at 0.75 rad and miss the diagonal at this
        // distance.
        ObscuredAperture crossed = new ObscuredAperture(30, 4, 4, 1);
        Mask mask = crossed.mask(Shape.square(65), new PixelPosition(0, 0));
        for (int i = 4; i <= 21; i++) {
            assertThat(mask.isOpen(32 + i, 32 + i)).isFalse();
            assertThat(mask.isOpen(32 + i, 32 - i)).isFalse();
        }
    }

    @Test
    void theCutOffOfANumericalApertureIsNaOverLambda() {
        NumericalAperture oil = NumericalAperture.of(1.2, 600e-9, 1.5);
        assertThat(oil.cutoffPerMetre()).isCloseTo(2e6, within(1e-6));
        assertThat(oil.resolutionLimitMetres()).isCloseTo(305e-9, within(1e-15));
        assertThat(oil.depthOfFieldMetres()).isCloseTo(1.25e-6, within(1e-15));
        assertThat(NumericalAperture.ofOriginal(1.2, 600e-9, 1.5).cutoffPerMetre())
                .as("the original divides by the index once more")
                .isCloseTo(2e6 / 1.5, within(1e-6));
    }

    @Test
    void aNumericalApertureOpensTheFrequenciesUpToItsCutOff() {
        Grid grid = new Grid(24, 40, 0.25e-6, 0.3e-6, 520e-9);
        NumericalAperture objective = NumericalAperture.of(0.5, 520e-9, 1);
        double[] ky = grid.kyPerMetre();
        double[] kx = grid.kxPerMetre();
        Mask mask = objective.mask(grid, 310e3, -470e3);
        for (int row = 0; row < 24; row++) {
            for (int column = 0; column < 40; column++) {
                assertThat(mask.isOpen(row, column))
                        .isEqualTo(Math.hypot(ky[row] - 310e3, kx[column] + 470e3) <= 0.5 / 520e-9);
            }
        }
        assertThat(mask.openCount()).isBetween(1, 24 * 40 - 1);
    }

    @Test
    void relativeMasksSpanMinusOneToOneAndLeaveTheRimOut() {
        Shape shape = new Shape(5, 9);
        // Relative rows -1, -0.5, 0, 0.5, 1 and columns -1, -0.75, ..., 1.
        Mask disc = RelativeMask.disc(shape, 0.5, 0, 0);
        assertThat(disc.openCount()).isEqualTo(3);
        assertThat(disc.bounds()).isEqualTo(new Box(2, 3, 1, 3));
        Mask square = RelativeMask.square(shape, 0.51, 0.5, 0.25);
        assertThat(square.bounds()).isEqualTo(new Box(2, 3, 3, 5));
        assertThat(square.openCount()).isEqualTo(15);
        assertThat(RelativeMask.square(Shape.square(1), 1.5, 0, 0).openCount()).isEqualTo(1);
    }

    @Test
    void impossibleAperturesAreRefusedInWords() {
        assertThatThrownBy(() -> new HexagonalAperture(0)).hasMessageContaining("hexagon apothem 0.0 px");
        assertThatThrownBy(() -> HexagonalAperture.ofSide(-2)).hasMessageContaining("hexagon side -2.0 px");
        assertThatThrownBy(() -> ObscuredAperture.ring(5, 5)).hasMessageContaining("smaller than the outer radius");
        assertThatThrownBy(() -> new ObscuredAperture(5, 1, -1, 1)).hasMessageContaining("spider count -1");
        assertThatThrownBy(() -> NumericalAperture.of(1.2, 500e-9, 1))
                .hasMessageContaining("cannot exceed the refractive index 1.0");
        assertThatThrownBy(() -> RelativeMask.disc(Shape.square(4), 0, 0, 0)).hasMessageContaining("mask size 0.0");
    }
}
