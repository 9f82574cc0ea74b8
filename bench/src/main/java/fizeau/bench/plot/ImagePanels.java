// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.plot;

import fizeau.optics.Shape;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;

/**
 * Images side by side, each with its title, colour bar and optional scale bar. Pixels are enlarged by whole factors and
 * never interpolated; images above {@value #EDGE} pixels are averaged over blocks first.
 */
public final class ImagePanels {
    /** Drawn edge of an image in pixels of the file, reached by whole factors and so met exactly by powers of two. */
    private static final int EDGE = 512;

    private static final double MARGIN = 18;
    private static final double TITLE_HEIGHT = 24;
    private static final double BAR_GAP = 8;
    private static final double BAR_WIDTH = 11;
    private static final double TICK_GAP = 8;
    private static final double PANEL_GAP = 26;
    private static final int TICK_INTERVALS = 5;

    private ImagePanels() {}

    /**
     * Writes one row of panels.
     *
     * @throws IllegalArgumentException if there is no panel, a value is not finite, or the file cannot be written
     * @throws IllegalStateException if this Java runtime finds no fonts
     */
    public static void write(Path target, List<Panel> panels) {
        if (panels.isEmpty()) {
            throw new IllegalArgumentException("a row of panels needs at least one panel");
        }
        List<Placed> row = panels.stream().map(Placed::of).toList();
        double height = row.stream().mapToDouble(Placed::height).max().orElseThrow();
        double[] widths = new double[row.size()];
        double total = 2 * MARGIN + (row.size() - 1) * PANEL_GAP;
        try (Canvas ruler = new Canvas(1, 1)) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = row.get(i).columnWidth(ruler);
                total += widths[i];
            }
        }
        try (Canvas canvas = new Canvas(total, 2 * MARGIN - 6 + TITLE_HEIGHT + height)) {
            double x = MARGIN;
            for (int i = 0; i < widths.length; i++) {
                row.get(i).draw(canvas, x, MARGIN - 6);
                x += widths[i] + PANEL_GAP;
            }
            canvas.write(target);
        }
    }

    /** A panel with its pixels coloured and its size on the page in points. */
    private record Placed(Panel panel, BufferedImage picture, double pointsPerPixel, double width, double height) {

        static Placed of(Panel panel) {
            Shape shape = panel.shape();
            int longest = Math.max(shape.ny(), shape.nx());
            int block = (longest + EDGE - 1) / EDGE;
            BufferedImage picture = colour(panel, block);
            int enlargement = Math.max(1, EDGE / longest);
            double points = (double) enlargement / Canvas.SCALE;
            return new Placed(
                    panel, picture, points / block, picture.getWidth() * points, picture.getHeight() * points);
        }

        private static BufferedImage colour(Panel panel, int block) {
            Shape shape = panel.shape();
            int ny = (shape.ny() + block - 1) / block;
            int nx = (shape.nx() + block - 1) / block;
            BufferedImage picture = new BufferedImage(nx, ny, BufferedImage.TYPE_INT_RGB);
            for (int y = 0; y < ny; y++) {
                for (int x = 0; x < nx; x++) {
                    double value = mean(panel, y * block, x * block, block);
                    if (!Double.isFinite(value)) {
                        throw new IllegalArgumentException("panel '" + panel.title() + "' holds " + value + " near row "
                                + y * block + ", column " + x * block + ": values must be finite");
                    }
                    picture.setRGB(x, y, panel.colours().rgb(panel.share(value)));
                }
            }
            return picture;
        }

        private static double mean(Panel panel, int top, int left, int block) {
            Shape shape = panel.shape();
            int bottom = Math.min(shape.ny(), top + block);
            int right = Math.min(shape.nx(), left + block);
            double sum = 0;
            for (int y = top; y < bottom; y++) {
                for (int x = left; x < right; x++) {
                    sum += panel.values()[shape.index(y, x)];
                }
            }
            return sum / ((double) (bottom - top) * (right - left));
        }

        private Axis barAxis() {
            return panel.decades() > 0
                    ? new Axis(panel.high() / Math.pow(10, panel.decades()), panel.high(), true)
                    : new Axis(panel.low(), panel.high(), false);
        }

        double columnWidth(Canvas ruler) {
            double ticks = 0;
            for (Axis.Tick tick : barAxis().ticks(TICK_INTERVALS)) {
                ticks = Math.max(ticks, ruler.textWidth(Canvas.TICK, tick.label()));
            }
            double title = ruler.textWidth(Canvas.TITLE, panel.title());
            return Math.max(title, width + BAR_GAP + BAR_WIDTH + TICK_GAP + ticks);
        }

        void draw(Canvas canvas, double x, double y) {
            canvas.text(Canvas.TITLE, Canvas.INK, panel.title(), x, y + 15, Canvas.Anchor.LEFT);
            double top = y + TITLE_HEIGHT;
            canvas.picture(picture, x, top, width, height);
            canvas.stroke(Canvas.SOFT_INK, 0.5, new Rectangle2D.Double(x, top, width, height));
            drawColourBar(canvas, x + width + BAR_GAP, top);
            if (panel.scaleBar() != null) {
                drawScaleBar(canvas, x, top + height);
            }
        }

        private void drawColourBar(Canvas canvas, double x, double top) {
            int steps = (int) (height * Canvas.SCALE);
            BufferedImage bar = new BufferedImage(1, steps, BufferedImage.TYPE_INT_RGB);
            for (int i = 0; i < steps; i++) {
                bar.setRGB(0, i, panel.colours().rgb(1 - (i + 0.5) / steps));
            }
            canvas.picture(bar, x, top, BAR_WIDTH, height);
            canvas.stroke(Canvas.SOFT_INK, 0.5, new Rectangle2D.Double(x, top, BAR_WIDTH, height));
            Axis axis = barAxis();
            for (Axis.Tick tick : axis.ticks(TICK_INTERVALS)) {
                double y = top + height * (1 - axis.share(tick.value()));
                double length = tick.isMajor() ? 4 : 2;
                canvas.line(Canvas.SOFT_INK, 0.7, x + BAR_WIDTH, y, x + BAR_WIDTH + length, y);
                canvas.text(
                        Canvas.TICK, Canvas.INK, tick.label(), x + BAR_WIDTH + TICK_GAP, y + 3.8, Canvas.Anchor.LEFT);
            }
        }

        private void drawScaleBar(Canvas canvas, double left, double bottom) {
            double length = panel.scaleBar().pixels() * pointsPerPixel;
            double x = left + 10;
            double y = bottom - 13;
            canvas.fill(new Color(0x80000000, true), new Rectangle2D.Double(x - 1, y - 1, length + 2, 5));
            canvas.fill(Color.WHITE, new Rectangle2D.Double(x, y, length, 3));
            canvas.outlinedText(Canvas.TICK, panel.scaleBar().text(), x, y - 5);
        }
    }
}
