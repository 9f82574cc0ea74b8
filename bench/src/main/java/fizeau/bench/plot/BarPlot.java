// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.plot;

import java.awt.geom.Rectangle2D;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Grouped bars from zero with intervals, their values written above, and optionally a reference line. */
public final class BarPlot {
    private static final double GROUP_FILL = 0.72;
    private static final double WIDEST_BAR = 70;

    /**
     * Bars of one colour, one in each group.
     *
     * @param name text of the legend
     * @param values heights; NaN leaves a gap (a number that is unavailable)
     * @param low lower ends of the intervals, null for no intervals
     * @param high upper ends, null together with {@code low}
     */
    public record Bars(String name, double[] values, double[] low, double[] high) {
        public Bars {
            boolean both = (low == null) == (high == null);
            if (!both || (low != null && (low.length != values.length || high.length != values.length))) {
                throw new IllegalArgumentException(
                        "bars '" + name + "' need both ends of an interval for each value, or none at all");
            }
            for (double value : values) {
                if (value < 0 || Double.isInfinite(value)) {
                    throw new IllegalArgumentException(
                            "bars '" + name + "' have the height " + value + ": it must be finite and not negative");
                }
            }
        }
    }

    /**
     * A chart.
     *
     * @param groups texts under the groups
     * @param series at least one, each with a value for each group
     * @param reference height of a dashed line, for instance 1.0 in a chart of speedups; NaN for none
     */
    public record Chart(String title, String valueLabel, List<String> groups, List<Bars> series, double reference) {
        public Chart {
            groups = List.copyOf(groups);
            series = List.copyOf(series);
            if (groups.isEmpty() || series.isEmpty()) {
                throw new IllegalArgumentException("bar chart '" + title + "' needs at least one group and one series");
            }
            for (Bars bars : series) {
                if (bars.values.length != groups.size()) {
                    throw new IllegalArgumentException("bar chart '" + title + "' has " + groups.size()
                            + " groups and bars '" + bars.name + "' have " + bars.values.length + " values");
                }
            }
        }
    }

    private BarPlot() {}

    /** Writes a chart of 720 x 440 points (1440 x 880 pixels). */
    public static void write(Path target, Chart chart) {
        double highest = Double.isNaN(chart.reference) ? 0 : chart.reference;
        List<PlotFrame.Key> legend = new ArrayList<>();
        for (Bars bars : chart.series) {
            legend.add(new PlotFrame.Key(bars.name, Canvas.seriesColour(legend.size())));
            for (int i = 0; i < bars.values.length; i++) {
                highest = Math.max(highest, Double.isNaN(bars.values[i]) ? 0 : top(bars, i));
            }
        }
        Axis yAxis = Axis.linear(0, highest > 0 ? highest * 1.06 : 1, 6); // air for the written values
        try (Canvas canvas = new Canvas(PlotFrame.WIDTH, PlotFrame.HEIGHT)) {
            List<PlotFrame.Key> shown = chart.series.size() == 1 ? List.of() : legend;
            PlotFrame.Labels labels = new PlotFrame.Labels(chart.title, "", chart.valueLabel);
            PlotFrame frame = PlotFrame.categories(canvas, labels, shown, chart.groups, yAxis);
            for (int group = 0; group < chart.groups.size(); group++) {
                drawGroup(canvas, frame, chart, group);
            }
            if (!Double.isNaN(chart.reference)) {
                double y = frame.y(chart.reference);
                canvas.dashedLine(
                        Canvas.INK, 1.1, frame.area().getMinX(), y, frame.area().getMaxX(), y);
            }
            canvas.write(target);
        }
    }

    private static double top(Bars bars, int index) {
        return bars.high == null ? bars.values[index] : Math.max(bars.values[index], bars.high[index]);
    }

    private static void drawGroup(Canvas canvas, PlotFrame frame, Chart chart, int group) {
        int count = chart.series.size();
        double room = frame.x(1) - frame.x(0);
        double width = Math.min(WIDEST_BAR, room * GROUP_FILL / count);
        double left = frame.x(group + 0.5) - width * count / 2;
        for (int i = 0; i < count; i++) {
            Bars bars = chart.series.get(i);
            double value = bars.values[group];
            if (Double.isNaN(value)) {
                continue;
            }
            double centre = left + (i + 0.5) * width;
            double y = frame.y(value);
            canvas.fill(
                    Canvas.seriesColour(i),
                    new Rectangle2D.Double(centre - width * 0.46, y, width * 0.92, frame.y(0) - y));
            if (bars.low != null) {
                drawInterval(canvas, centre, frame.y(bars.low[group]), frame.y(bars.high[group]));
            }
            String text = number(value);
            if (canvas.textWidth(Canvas.TICK, text) <= width * 1.05) {
                canvas.text(Canvas.TICK, Canvas.INK, text, centre, frame.y(top(bars, group)) - 5, Canvas.Anchor.CENTRE);
            }
        }
    }

    private static void drawInterval(Canvas canvas, double x, double low, double high) {
        canvas.line(Canvas.INK, 1.2, x, low, x, high);
        canvas.line(Canvas.INK, 1.2, x - 4, low, x + 4, low);
        canvas.line(Canvas.INK, 1.2, x - 4, high, x + 4, high);
    }

    /** Three significant digits, but two decimals at most from a tenth upwards. */
    private static String number(double value) {
        int places =
                value <= 0 ? 0 : Math.max(0, Math.min(value < 0.1 ? 4 : 2, 2 - (int) Math.floor(Math.log10(value))));
        return String.format(Locale.ROOT, "%." + places + "f", value);
    }
}
