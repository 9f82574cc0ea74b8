// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.plot;

import java.awt.Color;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Training curves of several variants. Against iteration, where equivalent variants should coincide, later curves are
 * drawn thinner and on top, so that all stay visible.
 */
public final class LossPlot {
    private static final String LOSS = "loss (old + new, normalised)";
    private static final String SECONDS = "training time (s)";
    private static final double LINE = 1.9;
    private static final double WIDEST_LINE = 5.6;
    private static final double THINNEST_LINE = 1.1;

    private static final double MARKER = 5.5;
    private static final int MOST_MARKERS = 50;

    private LossPlot() {}

    /** Loss against iteration, logarithmic; use {@link Curve#counted}. Losses must be positive. */
    public static void againstIteration(Path target, String title, List<Curve> losses) {
        write(target, new PlotFrame.Labels(title, "iteration", LOSS), true, true, losses);
    }

    /** Loss against training time in seconds, logarithmic. Losses must be positive. */
    public static void againstSeconds(Path target, String title, List<Curve> losses) {
        write(target, new PlotFrame.Labels(title, SECONDS, LOSS), true, false, losses);
    }

    /** Peak signal-to-noise ratio in decibels against training time in seconds. */
    public static void psnrAgainstSeconds(Path target, String title, List<Curve> psnr) {
        write(target, new PlotFrame.Labels(title, SECONDS, "PSNR (dB)"), false, false, psnr);
    }

    /**
     * Any line plot of 720 x 440 points (1440 x 880 pixels).
     *
     * @throws IllegalArgumentException if there is no curve, a value does not suit the scale, or the file cannot be written
     * @throws IllegalStateException if this Java runtime finds no fonts
     */
    public static void write(
            Path target, String title, String xLabel, String yLabel, boolean logarithmicY, List<Curve> curves) {
        write(target, new PlotFrame.Labels(title, xLabel, yLabel), logarithmicY, false, curves);
    }

    private static void write(
            Path target, PlotFrame.Labels labels, boolean logarithmicY, boolean nested, List<Curve> curves) {
        if (curves.isEmpty()) {
            throw new IllegalArgumentException("plot '" + labels.title() + "' needs at least one curve");
        }
        Axis xAxis = axis(labels.title(), curves, Curve::x, false);
        Axis yAxis = axis(labels.title(), curves, Curve::y, logarithmicY);
        try (Canvas canvas = new Canvas(PlotFrame.WIDTH, PlotFrame.HEIGHT)) {
            List<PlotFrame.Key> legend = new ArrayList<>();
            for (int i = 0; i < curves.size(); i++) {
                legend.add(new PlotFrame.Key(curves.get(i).name(), Canvas.seriesColour(i)));
            }
            PlotFrame frame = PlotFrame.numeric(canvas, labels, legend, xAxis, yAxis);
            canvas.clip(frame.area());
            for (int i = 0; i < curves.size(); i++) {
                Color colour = Canvas.seriesColour(i);
                double width = nested && curves.size() > 1 ? nestedWidth(i, curves.size()) : LINE;
                canvas.stroke(colour, width, path(frame, curves.get(i)));
            }
            canvas.unclip();
            for (int i = 0; i < curves.size(); i++) {
                if (!nested && curves.get(i).x().length <= MOST_MARKERS) {
                    drawMarkers(canvas, frame, curves.get(i), Canvas.seriesColour(i));
                }
            }
            canvas.write(target);
        }
    }

    private static void drawMarkers(Canvas canvas, PlotFrame frame, Curve curve, Color colour) {
        for (int i = 0; i < curve.x().length; i++) {
            double x = frame.x(curve.x()[i]);
            double y = frame.y(curve.y()[i]);
            canvas.fill(colour, new Ellipse2D.Double(x - MARKER / 2, y - MARKER / 2, MARKER, MARKER));
        }
    }

    private static double nestedWidth(int index, int count) {
        return WIDEST_LINE * Math.pow(THINNEST_LINE / WIDEST_LINE, (double) index / (count - 1));
    }

    private static Axis axis(String title, List<Curve> curves, Function<Curve, double[]> values, boolean logarithmic) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (Curve curve : curves) {
            low = Math.min(low, Arrays.stream(values.apply(curve)).min().orElseThrow());
            high = Math.max(high, Arrays.stream(values.apply(curve)).max().orElseThrow());
        }
        if (logarithmic && low <= 0) {
            throw new IllegalArgumentException(
                    "plot '" + title + "' has the value " + low + ": a logarithmic axis needs positive values");
        }
        return logarithmic ? Axis.logarithmic(low, high) : Axis.linear(low, high, 6);
    }

    private static Path2D path(PlotFrame frame, Curve curve) {
        Path2D path = new Path2D.Double();
        path.moveTo(frame.x(curve.x()[0]), frame.y(curve.y()[0]));
        for (int i = 1; i < curve.x().length; i++) {
            path.lineTo(frame.x(curve.x()[i]), frame.y(curve.y()[i]));
        }
        return path;
    }
}
