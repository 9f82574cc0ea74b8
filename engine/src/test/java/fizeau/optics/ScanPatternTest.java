// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScanPatternTest {

    static Stream<String> words() {
        return ScanPattern.WORDS.stream();
    }

    @ParameterizedTest
    @MethodSource("words")
    void everyWordGivesThePatternOfThatNameWithTheCountAskedFor(String word) {
        ScanPattern pattern = ScanPattern.parse(word, 64, 3);
        assertThat(pattern.name()).isEqualTo(word);
        for (int count : new int[] {1, 2, 3, 7, 8, 9, 20, 49, 100, 101}) {
            assertThat(pattern.centres(count)).as("%d positions", count).hasSize(count);
        }
    }

    @ParameterizedTest
    @MethodSource("words")
    void positionsStayInsideTheRadiusAndSpreadOverIt(String word) {
        double largest = 0;
        for (PixelPosition centre : ScanPattern.parse(word, 40, 11).centres(200)) {
            boolean square = word.equals(RasterScan.WORD) || word.equals(RandomSquare.WORD);
            double reach = square ? Math.max(Math.abs(centre.y()), Math.abs(centre.x())) : centre.radius();
            assertThat(reach).isLessThanOrEqualTo(40 + 1e-9);
            largest = Math.max(largest, reach);
        }
        assertThat(largest).isGreaterThan(36);
    }

    @ParameterizedTest
    @MethodSource("words")
    void equalPatternsGiveEqualPositions(String word) {
        assertThat(ScanPattern.parse(word, 64, 5)).isEqualTo(ScanPattern.parse(word, 64, 5));
        assertThat(ScanPattern.parse(word, 64, 5).centres(30))
                .isEqualTo(ScanPattern.parse(word, 64, 5).centres(30));
    }

    @ParameterizedTest
    @ValueSource(strings = {RandomDisc.WORD, RandomSquare.WORD, JitteredGrid.WORD})
    void anotherSeedGivesOtherPositions(String word) {
        assertThat(ScanPattern.parse(word, 64, 5).centres(30))
                .isNotEqualTo(ScanPattern.parse(word, 64, 6).centres(30));
    }

    @ParameterizedTest
    @MethodSource("words")
    void noSamplesAndNoRadiusAreRefused(String word) {
        ScanPattern pattern = ScanPattern.parse(word, 64, 0);
        assertThatThrownBy(() -> pattern.centres(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sample count 0");
        for (double radius : new double[] {0, -3, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> ScanPattern.parse(word, radius, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must be positive");
        }
    }

    @Test
    void anUnknownWordIsAnsweredWithTheKnownOnes() {
        assertThatThrownBy(() -> ScanPattern.parse("zigzag", 64, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("pattern zigzag is unknown: use one of fermat, star, random, random-square, concentric,"
                        + " raster, spiral, log-spiral, jittered");
    }

    @Test
    void fermatSpiralTurnsByTheGoldenAngleAndCoversEqualAreas() {
        List<PixelPosition> centres = new FermatSpiral(64).centres(20);
        assertThat(centres.get(0)).isEqualTo(PixelPosition.CENTRE);
        for (int i = 1; i < 20; i++) {
            assertThat(centres.get(i).radius()).isCloseTo(64 * Math.sqrt(i / 20.0), within(1e-9));
            assertThat(angle(centres.get(i))).isCloseTo(i * 137.508 % 360, within(1e-9));
        }
    }

    @Test
    void aCutOffShortensTheSpiralWithoutChangingIt() {
        List<PixelPosition> whole = new FermatSpiral(64).centres(100);
        assertThat(new FermatSpiral(64, 50).centres(100))
                .hasSize(62)
                .isEqualTo(whole.subList(0, 62))
                .allMatch(centre -> centre.radius() <= 50);
        assertThat(whole.get(62).radius()).isGreaterThan(50);
        assertThatThrownBy(() -> new FermatSpiral(64, -1)).hasMessageContaining("cut-off -1.0 px");
    }

    @Test
    void starVisitsTheCentreThenItsArmsRingByRing() {
        List<PixelPosition> centres = new StarPattern(60, 4).centres(1 + 8 + 8 + 3);
        assertThat(centres.get(0)).isEqualTo(PixelPosition.CENTRE);
        for (int i = 1; i <= 16; i++) {
            assertThat(centres.get(i).radius()).isCloseTo(i <= 8 ? 20 : 40, within(1e-9));
            // Arm 0 points along y, later arms turn towards x.
            assertThat(angle(centres.get(i))).isCloseTo((90 - (i - 1) % 8 * 45 + 360) % 360, within(1e-9));
        }
        assertThat(centres.subList(17, 20)).allMatch(centre -> Math.abs(centre.radius() - 60) < 1e-9);
        assertThat(new HashSet<>(centres)).hasSize(20);
    }

    @Test
    void randomDiscStartsAtTheCentreIsSortedAndEvenlySpread() {
        List<PixelPosition> centres = new RandomDisc(30, 1007).centres(4000);
        assertThat(centres.get(0)).isEqualTo(PixelPosition.CENTRE);
        assertThat(centres).isEqualTo(PixelPosition.sortedByRadius(centres));
        // Even over the area: a quarter lies within half the radius.
        assertThat(centres.stream().filter(centre -> centre.radius() < 15).count())
                .isBetween(900L, 1100L);
        assertThat(centres.stream().mapToDouble(PixelPosition::y).average().orElseThrow())
                .isCloseTo(0, within(1.0));
    }

    @Test
    void randomSquareFillsTheCorners() {
        List<PixelPosition> centres = new RandomSquare(50, 7).centres(1000);
        assertThat(centres).allMatch(centre -> Math.abs(centre.y()) <= 25 && Math.abs(centre.x()) <= 25);
        assertThat(centres.stream().filter(centre -> centre.radius() > 25).count())
                .as("share outside the inscribed disc, 1 - pi / 4")
                .isBetween(170L, 260L);
    }

    @Test
    void concentricRingsFavourLowFrequencies() {
        List<PixelPosition> centres = new ConcentricRings(64).centres(100);
        int[] perRing = new int[5];
        for (PixelPosition centre : centres) {
            perRing[(int) Math.round(centre.radius() / 12.8) - 1]++;
        }
        assertThat(perRing).containsExactly(30, 25, 20, 15, 10);
        assertThat(centres.get(1).y()).isCloseTo(12.8 * Math.sin(2 * Math.PI / 30), within(1e-9));
    }

    @Test
    void rasterRunsBackAndForthOverARectangle() {
        List<PixelPosition> serpentine = new RasterScan(15, 30, true).centres(8);
        assertThat(serpentine)
                .containsExactly(
                        new PixelPosition(-15, -30),
                        new PixelPosition(-15, -10),
                        new PixelPosition(-15, 10),
                        new PixelPosition(-15, 30),
                        new PixelPosition(15, 30),
                        new PixelPosition(15, 10),
                        new PixelPosition(15, -10),
                        new PixelPosition(15, -30));
        List<PixelPosition> plain = new RasterScan(15, 30, false).centres(8);
        assertThat(plain.get(4)).isEqualTo(new PixelPosition(15, -30));
        assertThat(new HashSet<>(plain)).isEqualTo(new HashSet<>(serpentine));
    }

    @Test
    void spiralsGrowLinearlyAndGeometrically() {
        List<PixelPosition> linear = new ArchimedeanSpiral(64, 8.5).centres(60);
        assertThat(linear.get(0)).isEqualTo(PixelPosition.CENTRE);
        assertThat(linear.get(59).x()).as("eight and a half turns end opposite").isCloseTo(-64, within(1e-9));
        assertThat(linear.get(30).radius() - linear.get(29).radius()).isCloseTo(64 / 59.0, within(1e-9));
        List<PixelPosition> geometric = new LogarithmicSpiral(64, 5).centres(50);
        assertThat(geometric.get(0)).isEqualTo(new PixelPosition(0, 1));
        assertThat(geometric.get(49).x()).isCloseTo(64, within(1e-9));
        assertThat(geometric.get(30).radius() / geometric.get(29).radius())
                .isCloseTo(Math.pow(64, 1 / 49.0), within(1e-12));
        assertThatThrownBy(() -> new LogarithmicSpiral(1, 5)).hasMessageContaining("must be above 1 px");
    }

    @Test
    void jitteredGridMovesGridPositionsAndReplacesThoseOutside() {
        // Without jitter a 3 x 3 grid keeps its cross of five; the four corners are redrawn inside the disc.
        List<PixelPosition> still = new JitteredGrid(10, 0, 1).centres(9);
        assertThat(still.subList(0, 5))
                .containsExactly(
                        new PixelPosition(-10, 0),
                        new PixelPosition(0, -10),
                        PixelPosition.CENTRE,
                        new PixelPosition(0, 10),
                        new PixelPosition(10, 0));
        double[] normals = {0, 0, 0, 0, -3, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0};
        double[] uniforms = {0, 0.25, 0.5, 0.75, 0.04, 0.09, 0.16, 0.25};
        int[] next = new int[2];
        List<PixelPosition> moved =
                new JitteredGrid(10, 0.1, 0).centres(9, () -> normals[next[0]++], () -> uniforms[next[1]++]);
        assertThat(moved.get(2))
                .as("x moved by -3, y by 2 steps of 10 per cent")
                .isEqualTo(new PixelPosition(2, -3));
        assertThat(moved.get(5).x()).isCloseTo(2, within(1e-12));
        assertThat(moved.get(6).y()).isCloseTo(3, within(1e-12));
        assertThat(moved.get(7).x()).isCloseTo(-4, within(1e-12));
        assertThat(moved.get(8).y()).isCloseTo(-5, within(1e-12));
    }

    private static double angle(PixelPosition position) {
        return (Math.toDegrees(Math.atan2(position.y(), position.x())) + 360) % 360;
    }
}
