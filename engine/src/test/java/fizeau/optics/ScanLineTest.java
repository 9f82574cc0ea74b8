// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScanLineTest {

    @Test
    void positionsIncludeBothEnds() {
        ScanLine line = new ScanLine(new PixelPosition(-4, 1), new PixelPosition(4, 7));
        assertThat(line.lengthPixels()).isEqualTo(10);
        assertThat(line.positions(3))
                .containsExactly(new PixelPosition(-4, 1), new PixelPosition(0, 4), new PixelPosition(4, 7));
        assertThat(line.positions(1)).containsExactly(line.start());
        assertThatThrownBy(() -> line.positions(0)).hasMessageContaining("sample count 0");
    }

    @Test
    void aFermatLineHasItsPositionInTheMiddle() {
        FermatSpiral spiral = new FermatSpiral(64);
        List<PixelPosition> centres = spiral.centres(20);
        List<ScanLine> fixed = spiral.linesAtAngle(20, 16, 0.4);
        List<ScanLine> random = spiral.linesAtRandomAngles(20, 16, 9);
        for (int i = 0; i < 20; i++) {
            assertThat(fixed.get(i).positions(3).get(1).radius())
                    .isCloseTo(centres.get(i).radius(), within(1e-9));
            assertThat(fixed.get(i).end().y() - fixed.get(i).start().y()).isCloseTo(16 * Math.sin(0.4), within(1e-9));
            assertThat(fixed.get(i).end().x() - fixed.get(i).start().x()).isCloseTo(16 * Math.cos(0.4), within(1e-9));
            assertThat(random.get(i).lengthPixels()).isCloseTo(16, within(1e-9));
        }
        assertThat(random).isEqualTo(spiral.linesAtRandomAngles(20, 16, 9));
        assertThat(random).isNotEqualTo(spiral.linesAtRandomAngles(20, 16, 10));
    }

    @Test
    void starLinesAreLaidEndToEndOutwards() {
        List<ScanLine> lines = new StarPattern(32, 4).lines(10);
        // Radii 0, 10, 20: four lines through the centre, then one on each of eight arms.
        assertThat(lines).hasSize(4 + 8 + 8);
        assertThat(lines.get(0)).isEqualTo(new ScanLine(new PixelPosition(-5, 0), new PixelPosition(5, 0)));
        assertThat(lines.get(4)).isEqualTo(new ScanLine(new PixelPosition(5, 0), new PixelPosition(15, 0)));
        assertThat(lines).allMatch(line -> line.end().radius() <= 32);
        assertThatThrownBy(() -> new StarPattern(32, 4).lines(64)).hasMessageContaining("below the diameter");
        assertThatThrownBy(() -> new StarPattern(32, 0)).hasMessageContaining("0 directions");
    }

    @Test
    void randomLinesStayInsideTheRadiusUnlikeTheOriginals() {
        boolean originalLeaves = false;
        for (long seed = 0; seed < 20; seed++) {
            RandomDisc disc = new RandomDisc(32, seed);
            List<ScanLine> lines = disc.lines(40, 24);
            assertThat(lines).hasSize(40);
            assertThat(middle(lines.get(0)).radius()).isCloseTo(0, within(1e-9));
            assertThat(middle(lines.get(1)).radius()).isGreaterThan(0);
            for (ScanLine line : lines) {
                assertThat(line.lengthPixels()).isCloseTo(24, within(1e-9));
                assertThat(line.start().radius()).isLessThanOrEqualTo(32 + 1e-9);
                assertThat(line.end().radius()).isLessThanOrEqualTo(32 + 1e-9);
            }
            List<ScanLine> originals = disc.linesOfOriginal(40, 24);
            assertThat(originals).hasSize(40);
            assertThat(middle(originals.get(1)).radius()).isCloseTo(0, within(1e-9));
            originalLeaves |= originals.stream().anyMatch(line -> line.end().radius() > 32);
        }
        assertThat(originalLeaves).isTrue();
        assertThat(new RandomDisc(32, 1).linesOfOriginal(1, 24)).hasSize(1);
        assertThatThrownBy(() -> new RandomDisc(32, 1).lines(5, 64)).hasMessageContaining("below the diameter");
    }

    @Test
    void positionsRoundHalvesToEvenAndSortStably() {
        assertThat(new PixelPosition(0.5, 1.5).rounded()).isEqualTo(new PixelPosition(0, 2));
        assertThat(new PixelPosition(-2.5, -0.4).rounded()).isEqualTo(new PixelPosition(-2, 0));
        PixelPosition up = new PixelPosition(1, 0);
        PixelPosition right = new PixelPosition(0, 1);
        PixelPosition far = new PixelPosition(3, 3);
        assertThat(PixelPosition.sortedByRadius(List.of(far, right, PixelPosition.CENTRE, up)))
                .containsExactly(PixelPosition.CENTRE, right, up, far);
        assertThat(new PixelPosition(-0.0, 0)).isEqualTo(PixelPosition.CENTRE);
    }

    private static PixelPosition middle(ScanLine line) {
        return line.positions(3).get(1);
    }
}
