// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.plot;

import java.awt.Color;
import java.awt.geom.Ellipse2D;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Something of several frameworks against the batch size, on a logarithmic scale; what is unknown leaves a gap. */
public final class BatchPlot {
    private static final double LINE = 1.9;
    private static final double DOT = 6.5;

    private BatchPlot() {}

    /** @param values by batch size; NaN where unknown, otherwise above 0 */
    public record Line(String name, double[] values) {}

    /**
     * A chart.
     *
     * @param xLabel what a batch is made of
     * @param batchSizes ascending
     * @param lines one for each framework, with a value for each batch size
     */
    public record Chart(String title, String xLabel, String yLabel, List<Integer> batchSizes, List<Line> lines) {

        /** Of pictures. */
        public Chart(String title, String yLabel, List<Integer> batchSizes, List<Line> lines) {
            this(title, "pictures at once", yLabel, batchSizes, lines);
        }

        public Chart {
            batchSizes = List.copyOf(batchSizes);
            lines = List.copyOf(lines);
            for (Line line : lines) {
                if (line.values.length != batchSizes.size()) {
                    throw new IllegalArgumentException("chart '" + title + "' has " + batchSizes.size()
                            + " batch sizes and '" + line.name + "' has " + line.values.length + " values");
                }
            }
        }
    }

    /** Writes a frame of 720 x 440 points (1440 x 880 pixels). */
    public static void write(Path target, Chart chart) {
        double low = Double.POSITIVE_INFINITY;
        double high = 0;
        List<PlotFrame.Key> legend = new ArrayList<>();
        for (Line line : chart.lines) {
            legend.add(new PlotFrame.Key(line.name, Canvas.seriesColour(legend.size())));
            for (double value : line.values) {
                low = value > 0 ? Math.min(low, value) : low;
                high = value > 0 ? Math.max(high, value) : high;
            }
        }
        if (high == 0) {
            throw new IllegalArgumentException("the chart '" + chart.title + "' has no value above zero to draw");
        }
        try (Canvas canvas = new Canvas(PlotFrame.WIDTH, PlotFrame.HEIGHT)) {
            PlotFrame frame = PlotFrame.categories(
                    canvas,
                    new PlotFrame.Labels(chart.title, chart.xLabel, chart.yLabel),
                    legend,
                    chart.batchSizes.stream().map(String::valueOf).toList(),
                    Axis.logarithmic(low, high));
            for (int i = 0; i < chart.lines.size(); i++) {
                draw(canvas, frame, Canvas.seriesColour(i), chart.lines.get(i).values);
            }
            canvas.write(target);
        }
    }

    private static void draw(Canvas canvas, PlotFrame frame, Color colour, double[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!(values[i] > 0)) {
                continue;
            }
            double x = frame.x(i + 0.5);
            double y = frame.y(values[i]);
            if (i > 0 && values[i - 1] > 0) {
                canvas.line(colour, LINE, frame.x(i - 0.5), frame.y(values[i - 1]), x, y);
            }
            canvas.fill(colour, new Ellipse2D.Double(x - DOT / 2, y - DOT / 2, DOT, DOT));
        }
    }
}
