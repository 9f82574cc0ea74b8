// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.plot;

import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * From a first total to a last one in steps: each bar between the two hangs between the level before and the level after its
 * step, with the interval of the level after. Above a bar stands what its step takes away or adds.
 */
public final class WaterfallPlot {
    private static final double BAR_FILL = 0.72;
    private static final double WIDEST_BAR = 70;
    private static final double CAP = 4;

    private static final Color TOTAL = Canvas.seriesColour(1);
    private static final Color DOWN = Canvas.seriesColour(2);
    private static final Color UP = Canvas.seriesColour(4);

    /**
     * A level.
     *
     * @param name text under its bar
     * @param value the level, not negative
     * @param low lower end of its interval; null for none
     * @param high upper end; null together with {@code low}
     */
    public record Level(String name, double value, Double low, Double high) {
        public Level {
            if (!(value >= 0) || Double.isInfinite(value) || (low == null) != (high == null)) {
                throw new IllegalArgumentException("level '" + name + "' is " + value + " (" + low + " to " + high
                        + "): it must be finite and not negative, with both ends of its interval or none");
            }
        }

        private double top() {
            return high == null ? value : Math.max(value, high);
        }
    }

    /**
     * A chart.
     *
     * @param levels at least two; the first is drawn as a total, the others as steps
     * @param total text under a last bar that shows the last level as a total again
     */
    public record Chart(String title, String valueLabel, List<Level> levels, String total) {
        public Chart {
            levels = List.copyOf(levels);
            if (levels.size() < 2) {
                throw new IllegalArgumentException("waterfall '" + title + "' has " + levels.size()
                        + " levels: it needs two at least, where it starts and where one step leads");
            }
        }
    }

    private WaterfallPlot() {}

    /** Writes a chart of 720 x 440 points (1440 x 880 pixels). */
    public static void write(Path target, Chart chart) {
        List<String> names =
                new ArrayList<>(chart.levels.stream().map(Level::name).toList());
        names.add(chart.total);
        double highest = chart.levels.stream().mapToDouble(Level::top).max().orElseThrow();
        Axis yAxis = Axis.linear(0, highest > 0 ? highest * 1.06 : 1, 6); // air for the written values
        try (Canvas canvas = new Canvas(PlotFrame.WIDTH, PlotFrame.HEIGHT)) {
            List<PlotFrame.Key> legend = List.of(
                    new PlotFrame.Key("total", TOTAL),
                    new PlotFrame.Key("saved by the step", DOWN),
                    new PlotFrame.Key("added by the step", UP));
            PlotFrame.Labels labels = new PlotFrame.Labels(chart.title, "", chart.valueLabel);
            PlotFrame frame = PlotFrame.categories(canvas, labels, legend, names, yAxis);
            double width = Math.min(WIDEST_BAR, (frame.x(1) - frame.x(0)) * BAR_FILL);
            Level before = null;
            for (int i = 0; i < chart.levels.size(); i++) {
                Level level = chart.levels.get(i);
                if (before == null) {
                    bar(canvas, frame, i, width, TOTAL, 0, level.value);
                    written(canvas, frame, i, level.top(), number(level.value));
                } else {
                    double difference = level.value - before.value;
                    bar(canvas, frame, i, width, difference > 0 ? UP : DOWN, before.value, level.value);
                    connect(canvas, frame, i, width, before.value);
                    double top = Math.max(before.value, level.top());
                    written(canvas, frame, i, top, (difference > 0 ? "+" : "\u2212") + number(Math.abs(difference)));
                }
                interval(canvas, frame, i, level);
                before = level;
            }
            int last = chart.levels.size();
            bar(canvas, frame, last, width, TOTAL, 0, before.value);
            connect(canvas, frame, last, width, before.value);
            interval(canvas, frame, last, before);
            written(canvas, frame, last, before.top(), number(before.value));
            canvas.write(target);
        }
    }

    private static void bar(
            Canvas canvas, PlotFrame frame, int index, double width, Color colour, double from, double to) {
        double upper = frame.y(Math.max(from, to));
        double height = Math.max(1, frame.y(Math.min(from, to)) - upper); // a step of nothing leaves a line
        canvas.fill(colour, new Rectangle2D.Double(frame.x(index + 0.5) - width / 2, upper, width, height));
    }

    /** From the bar before, at the level where this one starts. */
    private static void connect(Canvas canvas, PlotFrame frame, int index, double width, double level) {
        double y = frame.y(level);
        canvas.line(Canvas.SOFT_INK, 0.8, frame.x(index - 0.5) + width / 2, y, frame.x(index + 0.5) - width / 2, y);
    }

    private static void interval(Canvas canvas, PlotFrame frame, int index, Level level) {
        if (level.low == null) {
            return;
        }
        double x = frame.x(index + 0.5);
        double low = frame.y(level.low);
        double high = frame.y(level.high);
        canvas.line(Canvas.INK, 1.2, x, low, x, high);
        canvas.line(Canvas.INK, 1.2, x - CAP, low, x + CAP, low);
        canvas.line(Canvas.INK, 1.2, x - CAP, high, x + CAP, high);
    }

    private static void written(Canvas canvas, PlotFrame frame, int index, double level, String text) {
        canvas.text(Canvas.TICK, Canvas.INK, text, frame.x(index + 0.5), frame.y(level) - 5, Canvas.Anchor.CENTRE);
    }

    /** Two decimals, more only where they would all be zeros. */
    private static String number(double value) {
        int places = value >= 100 ? 0 : value >= 10 ? 1 : value >= 0.095 || value == 0 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + places + "f", value);
    }
}
