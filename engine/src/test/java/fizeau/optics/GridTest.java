// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.testkit.Tolerances;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GridTest {

    @Test
    void coordinatesOfARectangularGridFollowFromTheirDefinition() {
        Grid grid = new Grid(4, 3, 2e-6, 5e-6, 500e-9);
        Tolerances.assertClose(grid.yMetres(), new double[] {-4e-6, -2e-6, 0, 2e-6}, Tolerances.DOUBLE);
        Tolerances.assertClose(grid.xMetres(), new double[] {-5e-6, 0, 5e-6}, Tolerances.DOUBLE);
        // One cycle per field of view: 1 / 8 um along y, 1 / 15 um along x.
        Tolerances.assertClose(grid.kyPerMetre(), new double[] {-250e3, -125e3, 0, 125e3}, Tolerances.DOUBLE);
        Tolerances.assertClose(grid.kxPerMetre(), new double[] {-1 / 15e-6, 0, 1 / 15e-6}, Tolerances.DOUBLE);
        assertThat(grid.fieldOfViewYMetres()).isCloseTo(8e-6, within(1e-18));
        assertThat(grid.fieldOfViewXMetres()).isCloseTo(15e-6, within(1e-18));
        assertThat(grid.maxFrequencyPerMetre()).isCloseTo(125e3, within(1e-6));
    }

    @ParameterizedTest
    @MethodSource("fizeau.testkit.Shapes#all")
    void originIsTheCentreSampleAndMaxFrequencyTheLargestOne(Shape shape) {
        Grid grid = new Grid(shape.ny(), shape.nx(), 3e-6, 2e-6, 550e-9);
        assertThat(grid.yMetres()).hasSize(shape.ny());
        assertThat(grid.xMetres()).hasSize(shape.nx());
        assertThat(grid.yMetres()[shape.centreRow()]).isZero();
        assertThat(grid.kxPerMetre()[shape.centreColumn()]).isZero();
        double largest = 0;
        for (double ky : grid.kyPerMetre()) {
            largest = Math.max(largest, ky);
        }
        for (double kx : grid.kxPerMetre()) {
            largest = Math.max(largest, kx);
        }
        assertThat(grid.maxFrequencyPerMetre()).isCloseTo(largest, within(1e-9 * largest));
    }

    @Test
    void lensPlaneScalesFrequenciesByWavelengthTimesFocalLength() {
        Grid grid = new Grid(5, 8, 4e-6, 2.5e-6, 633e-9);
        Grid plane = grid.lensFourierPlane(0.1);
        double scale = 633e-9 * 0.1;
        for (int row = 0; row < 5; row++) {
            assertThat(plane.yMetres()[row]).isCloseTo(grid.kyPerMetre()[row] * scale, within(1e-15));
        }
        for (int column = 0; column < 8; column++) {
            assertThat(plane.xMetres()[column]).isCloseTo(grid.kxPerMetre()[column] * scale, within(1e-15));
        }
        // Twice through a lens returns to the first pitch.
        assertThat(plane.lensFourierPlane(0.1).pitchXMetres()).isCloseTo(2.5e-6, within(1e-18));
    }

    @Test
    void paddingKeepsThePitchAndUpsamplingKeepsTheFieldOfView() {
        Grid grid = new Grid(5, 8, 4e-6, 2e-6, 500e-9);
        assertThat(grid.padded(3)).isEqualTo(new Grid(15, 24, 4e-6, 2e-6, 500e-9));
        assertThat(grid.upsampled(2)).isEqualTo(new Grid(10, 16, 2e-6, 1e-6, 500e-9));
        assertThat(grid.padded(1)).isEqualTo(grid);
    }

    @Test
    void impossibleGridsAreRefusedInWords() {
        assertThatThrownBy(() -> new Grid(0, 8, 1e-6, 1e-6, 5e-7)).hasMessageContaining("0 x 8");
        assertThatThrownBy(() -> Grid.square(8, 0, 5e-7)).hasMessageContaining("pixel pitch along y 0.0 m");
        assertThatThrownBy(() -> Grid.square(8, 1e-6, Double.NaN)).hasMessageContaining("wavelength NaN m");
        Grid grid = Grid.square(8, 1e-6, 5e-7);
        assertThatThrownBy(() -> grid.padded(0)).hasMessageContaining("padding factor 0 must be at least 1");
        assertThatThrownBy(() -> grid.upsampled(Integer.MAX_VALUE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> grid.lensFourierPlane(-1)).hasMessageContaining("focal length -1.0 m");
    }
}
