// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.plot;

import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.util.List;

/**
 * What every chart shares: title, legend in a row of its own above the data, grid, axes and their labels. Maps values to
 * points of the page.
 */
final class PlotFrame {
    static final double WIDTH = 720;
    static final double HEIGHT = 440;
    private static final double TOP = 34;
    private static final double LEGEND_ROW = 19;
    private static final double RIGHT = 22;
    private static final double BOTTOM = 52;
    private static final int X_INTERVALS = 8;
    private static final int Y_INTERVALS = 6;

    private final Canvas canvas;
    private final Axis xAxis;
    private final Axis yAxis;
    private final Rectangle2D area;

    /** One entry of the legend. */
    record Key(String name, Color colour) {}

    /** Category charts pass an x axis without ticks of their own: {@code xTicks} false. */
    PlotFrame(
            Canvas canvas,
            String title,
            List<Key> legend,
            Axis xAxis,
            String xLabel,
            boolean xTicks,
            Axis yAxis,
            String yLabel) {
        this.canvas = canvas;
        this.xAxis = xAxis;
        this.yAxis = yAxis;
        double widest = 0;
        for (Axis.Tick tick : yAxis.ticks(Y_INTERVALS)) {
            widest = Math.max(widest, canvas.textWidth(Canvas.TICK, tick.label()));
        }
        double left = 36 + widest;
        double legendBottom = drawLegend(legend, left);
        this.area = new Rectangle2D.Double(
                left, legendBottom + 10, WIDTH - left - RIGHT, HEIGHT - BOTTOM - legendBottom - 10);
        canvas.text(Canvas.TITLE, Canvas.INK, title, left, 23, Canvas.Anchor.LEFT);
        drawYAxis(yLabel);
        drawXAxis(xLabel, xTicks);
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

    /** Text under the x axis, for categories. */
    void category(String text, double x) {
        canvas.text(Canvas.LABEL, Canvas.INK, text, x, area.getMaxY() + 18, Canvas.Anchor.CENTRE);
    }

    private double drawLegend(List<Key> legend, double left) {
        if (legend.isEmpty()) {
            return TOP;
        }
        double x = left;
        double baseline = TOP + 13;
        for (Key key : legend) {
            double width = 24 + canvas.textWidth(Canvas.LABEL, key.name) + 20;
            if (x > left && x + width > WIDTH - RIGHT) {
                x = left;
                baseline += LEGEND_ROW;
            }
            canvas.fill(key.colour, new Rectangle2D.Double(x, baseline - 8.5, 18, 8.5));
            canvas.text(Canvas.LABEL, Canvas.INK, key.name, x + 24, baseline, Canvas.Anchor.LEFT);
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

    private void drawXAxis(String label, boolean ticks) {
        double bottom = area.getMaxY();
        if (ticks) {
            for (Axis.Tick tick : xAxis.ticks(X_INTERVALS)) {
                double x = x(tick.value());
                if (tick.isMajor()) {
                    canvas.line(Canvas.GRID, 0.8, x, area.getMinY(), x, bottom);
                    canvas.text(Canvas.TICK, Canvas.INK, tick.label(), x, bottom + 17, Canvas.Anchor.CENTRE);
                }
                canvas.line(Canvas.SOFT_INK, 0.8, x, bottom, x, bottom + (tick.isMajor() ? 5 : 3));
            }
        }
        canvas.line(Canvas.SOFT_INK, 0.8, area.getMinX(), bottom, area.getMaxX(), bottom);
        canvas.text(Canvas.LABEL, Canvas.INK, label, area.getCenterX(), bottom + 39, Canvas.Anchor.CENTRE);
    }
}
