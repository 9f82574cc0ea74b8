// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.plot;

import java.awt.Color;
import java.awt.geom.Ellipse2D;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What caches cost and save, against size: above making the values, below looking them up, each warm (lines and full
 * circles) and cold (dashes and open circles), on logarithmic scales of time.
 */
public final class CachesPlot {
    private static final double LINE = 1.9;
    private static final double DOT = 6.5;
    private static final double HOLE = 3.2;
    private static final double TITLE_GAP = 6;

    /**
     * One kind of call of one cache.
     *
     * @param cache text of the legend
     * @param warm microseconds by size, in the order of {@link Chart#sizes}; NaN where unavailable
     * @param cold likewise
     */
    public record Calls(String cache, double[] warm, double[] cold) {}

    /**
     * A chart.
     *
     * @param sizes texts under the points
     * @param work making a value
     * @param hits looking a value up, of the same caches in the same order
     */
    public record Chart(List<String> sizes, String sizeLabel, List<Calls> work, List<Calls> hits) {
        public Chart {
            sizes = List.copyOf(sizes);
            work = List.copyOf(work);
            hits = List.copyOf(hits);
            if (sizes.isEmpty() || work.isEmpty() || work.size() != hits.size()) {
                throw new IllegalArgumentException("a chart of caches has " + sizes.size() + " sizes, the work of "
                        + work.size() + " caches and the hits of " + hits.size()
                        + ": it needs at least one size, and both of each cache");
            }
            for (List<Calls> all : List.of(work, hits)) {
                for (Calls calls : all) {
                    if (calls.warm.length != sizes.size() || calls.cold.length != sizes.size()) {
                        throw new IllegalArgumentException("the chart of caches has " + sizes.size() + " sizes and '"
                                + calls.cache + "' has " + calls.warm.length + " warm and " + calls.cold.length
                                + " cold values");
                    }
                }
            }
        }
    }

    private CachesPlot() {}

    /** Writes two frames of 720 x 440 points below each other (1440 x 1772 pixels). */
    public static void write(Path target, Chart chart) {
        try (Canvas canvas = new Canvas(PlotFrame.WIDTH, 2 * PlotFrame.HEIGHT + TITLE_GAP)) {
            frame(canvas, 0, "Making a value: what a hit saves", chart, chart.work);
            frame(canvas, PlotFrame.HEIGHT + TITLE_GAP, "Looking a value up: what a hit costs", chart, chart.hits);
            canvas.write(target);
        }
    }

    private static void frame(Canvas canvas, double top, String title, Chart chart, List<Calls> all) {
        double low = Double.POSITIVE_INFINITY;
        double high = 0;
        List<PlotFrame.Key> legend = new ArrayList<>();
        for (Calls calls : all) {
            legend.add(new PlotFrame.Key(calls.cache, Canvas.seriesColour(legend.size())));
            for (double[] values : List.of(calls.warm, calls.cold)) {
                for (double value : values) {
                    low = value > 0 ? Math.min(low, value) : low;
                    high = value > 0 ? Math.max(high, value) : high;
                }
            }
        }
        if (high == 0) {
            throw new IllegalArgumentException("the chart '" + title + "' has no time above zero to draw");
        }
        PlotFrame frame = PlotFrame.categories(
                canvas,
                top,
                new PlotFrame.Labels(title, chart.sizeLabel, "microseconds a call (full: warm, open: cold)"),
                legend,
                chart.sizes,
                Axis.logarithmic(low, high));
        for (int i = 0; i < all.size(); i++) {
            Color colour = Canvas.seriesColour(i);
            series(canvas, frame, colour, all.get(i).cold, true);
            series(canvas, frame, colour, all.get(i).warm, false);
        }
    }

    private static void series(Canvas canvas, PlotFrame frame, Color colour, double[] values, boolean open) {
        for (int i = 1; i < values.length; i++) {
            if (values[i - 1] > 0 && values[i] > 0) {
                double x1 = frame.x(i - 0.5);
                double x2 = frame.x(i + 0.5);
                if (open) {
                    canvas.dashedLine(colour, LINE, x1, frame.y(values[i - 1]), x2, frame.y(values[i]));
                } else {
                    canvas.line(colour, LINE, x1, frame.y(values[i - 1]), x2, frame.y(values[i]));
                }
            }
        }
        for (int i = 0; i < values.length; i++) {
            if (values[i] > 0) {
                double x = frame.x(i + 0.5);
                double y = frame.y(values[i]);
                canvas.fill(colour, new Ellipse2D.Double(x - DOT / 2, y - DOT / 2, DOT, DOT));
                if (open) {
                    canvas.fill(Color.WHITE, new Ellipse2D.Double(x - HOLE / 2, y - HOLE / 2, HOLE, HOLE));
                }
            }
        }
    }
}
