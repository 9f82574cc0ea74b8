// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlotFilesTest {
    private static final Shape SHAPE = new Shape(40, 64);

    @TempDir
    Path folder;

    @Test
    void panelsShowEveryPixelInItsColour() throws IOException {
        float[] ramp = ramp();
        BufferedImage page = write(
                "panels.png",
                file -> ImagePanels.write(
                        file, List.of(Panel.of("ramp", SHAPE, ramp).withRange(0, 1), Panel.of("again", SHAPE, ramp))));
        int left = 36; // margin of 18 points
        int top = 72; // margin and title
        for (int y = 0; y < SHAPE.ny(); y++) {
            for (int x = 0; x < SHAPE.nx(); x++) {
                int expected = ColourMap.GREY.rgb(ramp[SHAPE.index(y, x)]);
                int shown = page.getRGB(left + 8 * x + 4, top + 8 * y + 4) & 0xffffff;
                assertThat(shown).as("pixel %d, %d", y, x).isEqualTo(expected);
            }
        }
        assertThat(page.getWidth()).isGreaterThan(2 * 512);
        assertThat(page.getHeight()).isBetween(8 * 40 + 60, 8 * 40 + 140);
    }

    @Test
    void largeImagesAreAveragedNotThinnedOut() throws IOException {
        Shape large = Shape.square(1024);
        float[] board = new float[large.count()];
        for (int i = 0; i < board.length; i++) {
            board[i] = (i % 1024 + i / 1024) % 2;
        }
        BufferedImage page =
                write("large.png", file -> ImagePanels.write(file, List.of(Panel.of("board", large, board))));
        int grey = page.getRGB(36 + 200, 72 + 200) & 0xff;
        assertThat(grey).isBetween(127, 128);
    }

    @Test
    void stretchAndDifferenceUseTheirRanges() {
        Panel log = Panel.of("log", SHAPE, ramp()).withRange(0, 1).withLogStretch(2);
        assertThat(log.share(1)).isEqualTo(1);
        assertThat(log.share(0.1)).isEqualTo(0.5);
        assertThat(log.share(0.001)).isZero();
        assertThat(log.share(0)).isZero();
        float[] ones = new float[SHAPE.count()];
        Arrays.fill(ones, 1);
        Panel difference = Panel.difference("d", SHAPE, ones, ramp(), 10, 5);
        assertThat(difference.values()[0]).isEqualTo(10);
        assertThat(difference.share(0)).isEqualTo(0.5);
        assertThat(difference.share(5)).isEqualTo(1);
        assertThat(ColourMap.DIVERGING.rgb(0.5)).isEqualTo(0xf7f7f7);
    }

    @Test
    void coverageShowsSeenSamples() throws IOException {
        Shape detector = Shape.square(64);
        boolean[] open = new boolean[detector.count()];
        for (int y = 20; y < 45; y++) {
            Arrays.fill(open, detector.index(y, 20), detector.index(y, 45), true);
        }
        BufferedImage page = write(
                "coverage.png",
                file -> CoveragePlot.write(
                        file,
                        "coverage",
                        Mask.of(detector, open),
                        List.of(PixelPosition.CENTRE, new PixelPosition(4, -6)),
                        3));
        assertThat(page.getWidth()).isEqualTo(1112);
        assertThat(page.getHeight()).isEqualTo(1028);
        assertThat(count(page, 0xdbe6f0)).isGreaterThan(100_000);
    }

    @Test
    void lossCurvesAllStayVisibleEvenWhereTheyCoincide() throws IOException {
        double[] loss = {1, 0.5, 0.3, 0.2, 0.1, 0.05};
        BufferedImage page = write(
                "loss.png",
                file -> LossPlot.againstIteration(
                        file,
                        "loss",
                        List.of(Curve.counted("a", loss), Curve.counted("b", loss), Curve.counted("c", loss))));
        assertThat(page.getWidth()).isEqualTo(1440);
        assertThat(page.getHeight()).isEqualTo(880);
        int legend = 36 * 17;
        for (int i = 0; i < 3; i++) {
            assertThat(count(page, Canvas.seriesColour(i).getRGB() & 0xffffff)).isGreaterThan(legend + 300);
        }
    }

    @Test
    void timePlotsAndDistributionsAreDrawn() throws IOException {
        Curve curve = new Curve("v", new double[] {0.1, 2, 5}, new double[] {9, 15, 20});
        assertDrawn(write("seconds.png", file -> LossPlot.againstSeconds(file, "t", List.of(curve))));
        assertDrawn(write("psnr.png", file -> LossPlot.psnrAgainstSeconds(file, "t", List.of(curve))));
        double[] wide = new double[500];
        Arrays.setAll(wide, i -> 1 + i * i / 1000.0);
        List<DistributionPlot.Sample> samples = List.of(
                new DistributionPlot.Sample("wide", wide),
                new DistributionPlot.Sample("few", new double[] {3, 4}),
                new DistributionPlot.Sample("equal", new double[] {2, 2, 2, 2, 2, 2}));
        assertDrawn(write("times.png", file -> DistributionPlot.write(file, "t", "time (ms)", samples)));
        assertDrawn(write("times.png", file -> DistributionPlot.write(file, "t", "time (ms)", samples.subList(1, 3))));
    }

    @Test
    void barsReachTheirHeightsAndGapsStayEmpty() throws IOException {
        BarPlot.Bars first =
                new BarPlot.Bars("first", new double[] {4, 2}, new double[] {3.5, 1}, new double[] {4.2, 3});
        BarPlot.Bars second = new BarPlot.Bars("second", new double[] {Double.NaN, 4}, null, null);
        BufferedImage page = write(
                "bars.png",
                file -> BarPlot.write(
                        file, new BarPlot.Chart("t", "speedup", List.of("a", "b"), List.of(first, second), 1.0)));
        int halfOfAll = 0;
        for (int x = 0; x < page.getWidth() / 2; x++) {
            for (int y = 120; y < page.getHeight(); y++) { // below the legend
                halfOfAll += (page.getRGB(x, y) & 0xffffff)
                                == (Canvas.seriesColour(1).getRGB() & 0xffffff)
                        ? 1
                        : 0;
            }
        }
        assertThat(halfOfAll).isZero();
        int firstArea = count(page, Canvas.seriesColour(0).getRGB() & 0xffffff);
        int secondArea = count(page, Canvas.seriesColour(1).getRGB() & 0xffffff);
        assertThat((double) firstArea / secondArea).isBetween(1.4, 1.6); // (4 + 2) / 4
    }

    @Test
    void unusableDataAreRefusedBeforeAnythingIsWritten() {
        Path file = folder.resolve("none.png");
        assertThatIllegalArgumentException().isThrownBy(() -> ImagePanels.write(file, List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Panel.of("p", SHAPE, new float[3]))
                .withMessageContaining("2560 values, got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        LossPlot.againstIteration(file, "t", List.of(Curve.counted("c", new double[] {1, 0}))))
                .withMessageContaining("positive");
        assertThatIllegalArgumentException().isThrownBy(() -> Curve.counted("c", new double[] {Double.NaN}));
        assertThatIllegalArgumentException().isThrownBy(() -> new DistributionPlot.Sample("s", new double[] {-1}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BarPlot.Bars("b", new double[] {1}, new double[] {1}, null));
        float[] broken = ramp();
        broken[7] = Float.NaN;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImagePanels.write(file, List.of(Panel.of("p", SHAPE, broken))))
                .withMessageContaining("column 7");
        assertThat(file).doesNotExist();
    }

    private interface Drawing {
        void to(Path file);
    }

    private BufferedImage write(String name, Drawing drawing) throws IOException {
        Path file = folder.resolve(name);
        drawing.to(file);
        return ImageIO.read(file.toFile());
    }

    private static void assertDrawn(BufferedImage page) {
        assertThat(page.getWidth()).isEqualTo(1440);
        assertThat(page.getHeight()).isEqualTo(880);
        Set<Integer> colours = new HashSet<>();
        for (int i = 0; i < page.getWidth() * page.getHeight(); i++) {
            colours.add(page.getRGB(i % page.getWidth(), i / page.getWidth()));
        }
        assertThat(colours)
                .hasSizeGreaterThan(20)
                .contains(Color.WHITE.getRGB(), Canvas.seriesColour(0).getRGB());
    }

    private static int count(BufferedImage page, int rgb) {
        int count = 0;
        for (int i = 0; i < page.getWidth() * page.getHeight(); i++) {
            count += (page.getRGB(i % page.getWidth(), i / page.getWidth()) & 0xffffff) == rgb ? 1 : 0;
        }
        return count;
    }

    private static float[] ramp() {
        float[] ramp = new float[SHAPE.count()];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = (float) i / (ramp.length - 1);
        }
        return ramp;
    }
}
