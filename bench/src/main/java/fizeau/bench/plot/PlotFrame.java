// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What every chart shares: title, legend in a row of its own above the data, grid, axes and their labels. Maps values to
 * points of the page. Margins follow from the texts, so that nothing overlaps.
 */
final class PlotFrame {
    static final double WIDTH = 720;
    static final double HEIGHT = 440;
    private static final double TITLE_BASELINE = 23;
    private static final double TOP = 34;
    private static final double LEGEND_ROW = 19;
    private static final double SWATCH = 18;
    private static final double RIGHT = 24;
    private static final double BOTTOM = 12;
    private static final double TEXT_ROW = 14;
    private static final double LABEL_ROW = 24;
    private static final float SMALLEST_TICK = 8.5f;
    private static final int X_INTERVALS = 8;
    private static final int Y_INTERVALS = 6;

    private final Canvas canvas;
    private final double pageTop;
    private final Axis xAxis;
    private final Axis yAxis;
    private final Rectangle2D area;

    /** Title and axis labels; an empty x label takes no room. */
    record Labels(String title, String x, String y) {}

    /** One entry of the legend. */
    record Key(String name, Color colour) {}

    /** A frame with a numeric x axis. */
    static PlotFrame numeric(Canvas canvas, Labels labels, List<Key> legend, Axis xAxis, Axis yAxis) {
        PlotFrame frame = new PlotFrame(canvas, 0, labels, legend, xAxis, 1, yAxis);
        for (Axis.Tick tick : xAxis.ticks(X_INTERVALS)) {
            frame.drawXTick(tick);
        }
        return frame;
    }

    /** A frame whose category {@code i} lies at {@code i + 0.5} of the x axis; long names are wrapped. */
    static PlotFrame categories(Canvas canvas, Labels labels, List<Key> legend, List<String> names, Axis yAxis) {
        return categories(canvas, 0, labels, legend, names, yAxis);
    }

    /** The same, starting at {@code pageTop} of a page that holds several frames of {@link #HEIGHT} below each other. */
    static PlotFrame categories(
            Canvas canvas, double pageTop, Labels labels, List<Key> legend, List<String> names, Axis yAxis) {
        double room = (WIDTH - RIGHT - left(canvas, yAxis)) / names.size() - 8;
        Font font = fitting(canvas, names, room);
        List<List<String>> wrapped =
                names.stream().map(name -> wrap(canvas, font, name, room)).toList();
        int rows = wrapped.stream().mapToInt(List::size).max().orElseThrow();
        PlotFrame frame = new PlotFrame(canvas, pageTop, labels, legend, new Axis(0, names.size(), false), rows, yAxis);
        for (int i = 0; i < wrapped.size(); i++) {
            for (int row = 0; row < wrapped.get(i).size(); row++) {
                double y = frame.area.getMaxY() + 17 + row * TEXT_ROW;
                canvas.text(font, Canvas.INK, wrapped.get(i).get(row), frame.x(i + 0.5), y, Canvas.Anchor.CENTRE);
            }
        }
        return frame;
    }

    private PlotFrame(
            Canvas canvas, double pageTop, Labels labels, List<Key> legend, Axis xAxis, int tickRows, Axis yAxis) {
        this.canvas = canvas;
        this.pageTop = pageTop;
        this.xAxis = xAxis;
        this.yAxis = yAxis;
        double left = left(canvas, yAxis);
        double top = drawLegend(legend, left) + 10;
        double under = BOTTOM + 8 + tickRows * TEXT_ROW + (labels.x.isEmpty() ? 0 : LABEL_ROW);
        this.area = new Rectangle2D.Double(left, top, WIDTH - left - RIGHT, pageTop + HEIGHT - under - top);
        canvas.text(Canvas.TITLE, Canvas.INK, labels.title, left, pageTop + TITLE_BASELINE, Canvas.Anchor.LEFT);
        drawYAxis(labels.y);
        canvas.line(Canvas.SOFT_INK, 0.8, area.getMinX(), area.getMaxY(), area.getMaxX(), area.getMaxY());
        canvas.text(
                Canvas.LABEL, Canvas.INK, labels.x, area.getCenterX(), pageTop + HEIGHT - BOTTOM, Canvas.Anchor.CENTRE);
    }

    double x(double value) {
        return area.getMinX() + xAxis.share(value) * area.getWidth();
    }

    double y(double value) {
        return area.getMaxY() - yAxis.share(value) * area.getHeight();
    }

    Rectangle2D area() {
        return area;
    }

    private static double left(Canvas canvas, Axis yAxis) {
        double widest = 0;
        for (Axis.Tick tick : yAxis.ticks(Y_INTERVALS)) {
            widest = Math.max(widest, canvas.textWidth(Canvas.TICK, tick.label()));
        }
        return 36 + widest;
    }

    /** Small enough for the longest word, which cannot be broken, and no smaller than can be read. */
    private static Font fitting(Canvas canvas, List<String> names, double room) {
        double widest = names.stream()
                .flatMap(name -> Stream.of(name.split("(?<=[ -])")))
                .mapToDouble(word -> canvas.textWidth(Canvas.TICK, word.strip()))
                .max()
                .orElse(0);
        double share = widest > room ? room / widest : 1;
        return Canvas.TICK.deriveFont((float) Math.max(SMALLEST_TICK, share * Canvas.TICK.getSize2D()));
    }

    /** Breaks a text at spaces and behind hyphens; a single longer word stays whole. */
    private static List<String> wrap(Canvas canvas, Font font, String text, double room) {
        List<String> rows = new ArrayList<>();
        String row = "";
        for (String word : text.split("(?<=[ -])")) {
            if (!row.isEmpty() && canvas.textWidth(font, (row + word).strip()) > room) {
                rows.add(row.strip());
                row = "";
            }
            row += word;
        }
        rows.add(row.strip());
        return rows;
    }

    private double drawLegend(List<Key> legend, double left) {
        if (legend.isEmpty()) {
            return pageTop + TOP;
        }
        double x = left;
        double baseline = pageTop + TOP + 13;
        for (Key key : legend) {
            double width = SWATCH + 6 + canvas.textWidth(Canvas.LABEL, key.name) + 20;
            if (x > left && x + width > WIDTH - RIGHT) {
                x = left;
                baseline += LEGEND_ROW;
            }
            canvas.fill(key.colour, new Rectangle2D.Double(x, baseline - 8.5, SWATCH, 8.5));
            canvas.text(Canvas.LABEL, Canvas.INK, key.name, x + SWATCH + 6, baseline, Canvas.Anchor.LEFT);
            x += width;
        }
        return baseline + 3;
    }

    private void drawYAxis(String label) {
        for (Axis.Tick tick : yAxis.ticks(Y_INTERVALS)) {
            double y = y(tick.value());
            if (tick.isMajor()) {
                canvas.line(Canvas.GRID, 0.8, area.getMinX(), y, area.getMaxX(), y);
                canvas.text(Canvas.TICK, Canvas.INK, tick.label(), area.getMinX() - 8, y + 3.8, Canvas.Anchor.RIGHT);
            }
            canvas.line(Canvas.SOFT_INK, 0.8, area.getMinX() - (tick.isMajor() ? 5 : 3), y, area.getMinX(), y);
        }
        canvas.line(Canvas.SOFT_INK, 0.8, area.getMinX(), area.getMinY(), area.getMinX(), area.getMaxY());
        canvas.textUpwards(Canvas.LABEL, Canvas.INK, label, 17, area.getCenterY());
    }

    private void drawXTick(Axis.Tick tick) {
        double x = x(tick.value());
        double bottom = area.getMaxY();
        if (tick.isMajor()) {
            canvas.line(Canvas.GRID, 0.8, x, area.getMinY(), x, bottom - 0.4);
            canvas.text(Canvas.TICK, Canvas.INK, tick.label(), x, bottom + 17, Canvas.Anchor.CENTRE);
        }
        canvas.line(Canvas.SOFT_INK, 0.8, x, bottom, x, bottom + (tick.isMajor() ? 5 : 3));
    }
}
