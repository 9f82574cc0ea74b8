// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.plot;

import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import java.awt.Color;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The part of k-space that a scan has seen: the cumulative mask, the apertures that made it, and their centres in the order
 * they were taken: by colour, and up to {@value #MOST_NUMBERS} of them also numbered and joined. Rows grow downwards as in the arrays; positions are in pixels from zero frequency.
 */
public final class CoveragePlot {
    private static final double SIZE = 400;
    private static final double LEFT = 66;
    private static final double TOP = 58;
    private static final double WIDTH = LEFT + SIZE + 90;
    private static final double HEIGHT = TOP + SIZE + 56;
    private static final int MOST_NUMBERS = 40;
    private static final int INTERVALS = 6;

    private static final Color SEEN = new Color(0xdbe6f0);
    private static final ColourMap ORDER = ColourMap.HEAT;

    private CoveragePlot() {}

    /**
     * Writes a picture of 556 x 514 points (1112 x 1028 pixels).
     *
     * @param cumulative union of all apertures
     * @param centres centres in the order taken
     * @param radius radius of the apertures in pixels; NaN to draw no outlines
     */
    public static void write(Path target, String title, Mask cumulative, List<PixelPosition> centres, double radius) {
        if (centres.isEmpty()) {
            throw new IllegalArgumentException("coverage picture '" + title + "' needs at least one centre");
        }
        double reach = reach(cumulative, centres, Double.isNaN(radius) ? 0 : radius);
        Axis axis = new Axis(-reach, reach, false);
        try (Canvas canvas = new Canvas(WIDTH, HEIGHT)) {
            canvas.text(Canvas.TITLE, Canvas.INK, title, LEFT, 24, Canvas.Anchor.LEFT);
            Rectangle2D area = new Rectangle2D.Double(LEFT, TOP, SIZE, SIZE);
            canvas.clip(area);
            drawMask(canvas, cumulative, axis);
            drawScan(canvas, centres, radius, axis);
            canvas.unclip();
            canvas.stroke(Canvas.SOFT_INK, 0.8, area);
            drawAxes(canvas, axis);
            drawOrderBar(canvas, centres.size());
            String share = String.format(
                    Locale.ROOT,
                    "%,d of %,d samples seen (%.2f %%)",
                    cumulative.openCount(),
                    cumulative.shape().count(),
                    100 * cumulative.coverage());
            canvas.text(Canvas.TICK, Canvas.SOFT_INK, share, LEFT, 42, Canvas.Anchor.LEFT);
            canvas.write(target);
        }
    }

    private static double reach(Mask mask, List<PixelPosition> centres, double radius) {
        double reach = 1;
        for (PixelPosition centre : centres) {
            reach = Math.max(reach, Math.max(Math.abs(centre.y()), Math.abs(centre.x())) + radius);
        }
        if (!mask.bounds().isEmpty()) {
            int row = mask.shape().centreRow();
            int column = mask.shape().centreColumn();
            reach = Math.max(reach, row - mask.bounds().top());
            reach = Math.max(reach, mask.bounds().top() + mask.bounds().height() - row);
            reach = Math.max(reach, column - mask.bounds().left());
            reach = Math.max(reach, mask.bounds().left() + mask.bounds().width() - column);
        }
        return reach * 1.08;
    }

    private static double x(Axis axis, double value) {
        return LEFT + SIZE * axis.share(value);
    }

    private static double y(Axis axis, double value) {
        return TOP + SIZE * axis.share(value);
    }

    private static void drawMask(Canvas canvas, Mask mask, Axis axis) {
        int ny = mask.shape().ny();
        int nx = mask.shape().nx();
        BufferedImage picture = new BufferedImage(nx, ny, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < ny * nx; i++) {
            picture.setRGB(i % nx, i / nx, (mask.isOpen(i) ? SEEN : Color.WHITE).getRGB());
        }
        double left = x(axis, -mask.shape().centreColumn() - 0.5);
        double top = y(axis, -mask.shape().centreRow() - 0.5);
        double pixel = SIZE / (axis.high() - axis.low());
        canvas.picture(picture, left, top, nx * pixel, ny * pixel);
    }

    private static void drawScan(Canvas canvas, List<PixelPosition> centres, double radius, Axis axis) {
        double pixel = SIZE / (axis.high() - axis.low());
        canvas.line(Canvas.GRID, 0.8, x(axis, 0), TOP, x(axis, 0), TOP + SIZE);
        canvas.line(Canvas.GRID, 0.8, LEFT, y(axis, 0), LEFT + SIZE, y(axis, 0));
        Path2D path = new Path2D.Double();
        for (int i = 0; i < centres.size(); i++) {
            double x = x(axis, centres.get(i).x());
            double y = y(axis, centres.get(i).y());
            if (i == 0) {
                path.moveTo(x, y);
            } else {
                path.lineTo(x, y);
            }
            if (!Double.isNaN(radius)) {
                double r = radius * pixel;
                canvas.stroke(colour(i, centres.size()), 1, new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r));
            }
        }
        if (centres.size() <= MOST_NUMBERS) { // more lines than that only grey the middle
            canvas.stroke(new Color(0x48666666, true), 0.7, path);
        }
        for (int i = 0; i < centres.size(); i++) {
            double x = x(axis, centres.get(i).x());
            double y = y(axis, centres.get(i).y());
            canvas.fill(colour(i, centres.size()), new Ellipse2D.Double(x - 2.8, y - 2.8, 5.6, 5.6));
            if (centres.size() <= MOST_NUMBERS) {
                canvas.text(Canvas.TICK, Canvas.INK, String.valueOf(i + 1), x + 5, y - 4, Canvas.Anchor.LEFT);
            }
        }
    }

    /** The palest end of the map would vanish on white paper. */
    private static Color colour(int index, int count) {
        return new Color(ORDER.rgb(count == 1 ? 0.1 : 0.1 + 0.72 * index / (count - 1)));
    }

    private static void drawAxes(Canvas canvas, Axis axis) {
        for (Axis.Tick tick : axis.ticks(INTERVALS)) {
            double x = x(axis, tick.value());
            double y = y(axis, tick.value());
            canvas.line(Canvas.SOFT_INK, 0.8, x, TOP + SIZE, x, TOP + SIZE + 5);
            canvas.text(Canvas.TICK, Canvas.INK, tick.label(), x, TOP + SIZE + 17, Canvas.Anchor.CENTRE);
            canvas.line(Canvas.SOFT_INK, 0.8, LEFT - 5, y, LEFT, y);
            canvas.text(Canvas.TICK, Canvas.INK, tick.label(), LEFT - 8, y + 3.8, Canvas.Anchor.RIGHT);
        }
        canvas.text(
                Canvas.LABEL,
                Canvas.INK,
                "column from zero frequency (px)",
                LEFT + SIZE / 2,
                TOP + SIZE + 39,
                Canvas.Anchor.CENTRE);
        canvas.textUpwards(Canvas.LABEL, Canvas.INK, "row from zero frequency (px)", 18, TOP + SIZE / 2);
    }

    private static void drawOrderBar(Canvas canvas, int count) {
        double x = LEFT + SIZE + 16;
        double height = 160;
        double step = height / count;
        for (int i = 0; i < count; i++) {
            // A hair of overlap hides seams between neighbouring colours.
            canvas.fill(colour(i, count), new Rectangle2D.Double(x, TOP + 20 + i * step, 11, step + 0.3));
        }
        canvas.text(Canvas.TICK, Canvas.INK, "sample", x, TOP + 9, Canvas.Anchor.LEFT);
        canvas.text(Canvas.TICK, Canvas.INK, "1", x + 17, TOP + 28, Canvas.Anchor.LEFT);
        if (count > 1) {
            canvas.text(Canvas.TICK, Canvas.INK, String.valueOf(count), x + 17, TOP + 20 + height, Canvas.Anchor.LEFT);
        }
    }
}
