// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.plot;

import java.awt.Color;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Distributions side by side: density outline (violin), box from the first to the third quartile with the median, whiskers
 * from the 1st to the 99th percentile, single dots beyond. Of fewer than {@value #FEW} values each is a dot, with the
 * median. The axis becomes logarithmic where values span a factor above 10.
 */
public final class DistributionPlot {
    private static final double LOGARITHMIC_ABOVE = 10;
    private static final int BINS = 300;
    private static final int FEW = 20; // quartiles and densities of fewer values say more than is known
    private static final double GOLDEN_SHARE = 0.618034; // spreads dots evenly however many there are
    private static final int MOST_DOTS = 2000;
    private static final Color DOT = new Color(0x444444);

    /**
     * All values of one variant.
     *
     * @param name text under the distribution
     * @param values at least one, positive, in any order; not copied
     */
    public record Sample(String name, double[] values) {
        public Sample {
            if (values.length == 0) {
                throw new IllegalArgumentException("sample '" + name + "' has no values");
            }
            for (double value : values) {
                if (!(value > 0 && Double.isFinite(value))) {
                    throw new IllegalArgumentException(
                            "sample '" + name + "' has the value " + value + ": times must be positive and finite");
                }
            }
        }
    }

    private DistributionPlot() {}

    /** Writes a plot of 720 x 440 points (1440 x 880 pixels). */
    public static void write(Path target, String title, String valueLabel, List<Sample> samples) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("plot '" + title + "' needs at least one sample");
        }
        double low = Double.POSITIVE_INFINITY;
        double high = 0;
        for (Sample sample : samples) {
            low = Math.min(low, Arrays.stream(sample.values).min().orElseThrow());
            high = Math.max(high, Arrays.stream(sample.values).max().orElseThrow());
        }
        boolean logarithmic = high > LOGARITHMIC_ABOVE * low;
        Axis yAxis = logarithmic ? Axis.logarithmic(low, high) : Axis.linear(0, high, 6);
        try (Canvas canvas = new Canvas(PlotFrame.WIDTH, PlotFrame.HEIGHT)) {
            List<String> names = samples.stream().map(Sample::name).toList();
            PlotFrame.Labels labels = new PlotFrame.Labels(title, explanation(samples), valueLabel);
            PlotFrame frame = PlotFrame.categories(canvas, labels, List.of(), names, yAxis);
            for (int i = 0; i < samples.size(); i++) {
                double[] sorted = samples.get(i).values.clone();
                Arrays.sort(sorted);
                draw(canvas, frame, yAxis, sorted, i);
            }
            canvas.write(target);
        }
    }

    private static String explanation(List<Sample> samples) {
        boolean allFew = samples.stream().allMatch(sample -> sample.values.length < FEW);
        return allFew
                ? "dots: single values, bar: median"
                : "box: quartiles and median, whiskers: 1 to 99 %, dots: single values";
    }

    private static void draw(Canvas canvas, PlotFrame frame, Axis axis, double[] sorted, int index) {
        Color colour = Canvas.seriesColour(index);
        double centre = frame.x(index + 0.5);
        double half = Math.min(75, 0.36 * (frame.x(1) - frame.x(0)));
        double median = quantile(sorted, 0.5);
        double box = Math.min(12, half * 0.3);
        if (sorted.length < FEW) {
            drawAll(canvas, frame, sorted, centre, colour);
        } else {
            Path2D violin = violin(frame, axis, sorted, centre, half);
            canvas.fill(Canvas.paler(colour, 0.68), violin);
            canvas.stroke(colour, 1, violin);
            drawBox(canvas, frame, sorted, centre, box);
        }
        canvas.line(Canvas.INK, 2.4, centre - box, frame.y(median), centre + box, frame.y(median));
        double beside = sorted.length < FEW ? box : half;
        canvas.text(
                Canvas.TICK,
                Canvas.INK,
                number(median),
                centre + beside + 6,
                frame.y(median) + 3.8,
                Canvas.Anchor.LEFT);
    }

    private static void drawAll(Canvas canvas, PlotFrame frame, double[] sorted, double centre, Color colour) {
        for (int i = 0; i < sorted.length; i++) {
            double side = (i * GOLDEN_SHARE % 1 - 0.5) * 16;
            canvas.fill(colour, new Ellipse2D.Double(centre + side - 3, frame.y(sorted[i]) - 3, 6, 6));
        }
    }

    private static void drawBox(Canvas canvas, PlotFrame frame, double[] sorted, double centre, double box) {
        double p1 = quantile(sorted, 0.01);
        double p99 = quantile(sorted, 0.99);
        drawDots(canvas, frame, sorted, centre, p1, p99);
        double q1 = frame.y(quantile(sorted, 0.25));
        double q3 = frame.y(quantile(sorted, 0.75));
        canvas.line(Canvas.INK, 1.1, centre, frame.y(p1), centre, q1);
        canvas.line(Canvas.INK, 1.1, centre, q3, centre, frame.y(p99));
        Rectangle2D quartiles = new Rectangle2D.Double(centre - box, q3, 2 * box, Math.max(0.5, q1 - q3));
        canvas.fill(Color.WHITE, quartiles);
        canvas.stroke(Canvas.INK, 1.1, quartiles);
    }

    /** Dots are spread sideways in a fixed pattern; of very many the most extreme are drawn. */
    private static void drawDots(
            Canvas canvas, PlotFrame frame, double[] sorted, double centre, double p1, double p99) {
        int drawn = 0;
        for (int i = 0; i < sorted.length && drawn < MOST_DOTS; i++) {
            int fromEnd = i % 2 == 0 ? sorted.length - 1 - i / 2 : i / 2;
            double value = sorted[fromEnd];
            if (value < p1 || value > p99) {
                double side = (drawn * GOLDEN_SHARE % 1 - 0.5) * 10;
                canvas.fill(DOT, new Ellipse2D.Double(centre + side - 1.1, frame.y(value) - 1.1, 2.2, 2.2));
                drawn++;
            }
        }
    }

    /** Density along the axis as drawn (in its logarithm where it is logarithmic), Gaussian kernel, Silverman's width. */
    private static Path2D violin(PlotFrame frame, Axis axis, double[] sorted, double centre, double half) {
        double[] histogram = new double[BINS];
        double mean = 0;
        double square = 0;
        for (double value : sorted) {
            double share = Math.min(1, Math.max(0, axis.share(value)));
            histogram[Math.min(BINS - 1, (int) (share * BINS))]++;
            mean += share / sorted.length;
            square += share * share / sorted.length;
        }
        double deviation = Math.sqrt(Math.max(0, square - mean * mean));
        double spread = axis.share(quantile(sorted, 0.75)) - axis.share(quantile(sorted, 0.25));
        double robust = spread > 0 ? Math.min(deviation, spread / 1.34) : deviation;
        double width = Math.max(1.2, 0.9 * robust * Math.pow(sorted.length, -0.2) * BINS);
        double[] density = smooth(histogram, width);
        double highest = Arrays.stream(density).max().orElseThrow();
        int reach = (int) Math.ceil(1.5 * width);
        int first = Math.max(0, (int) (axis.share(quantile(sorted, 0.01)) * BINS) - reach);
        int last = Math.min(BINS - 1, (int) (axis.share(quantile(sorted, 0.99)) * BINS) + reach);
        Path2D outline = new Path2D.Double();
        for (int bin = first; bin <= last; bin++) {
            double y =
                    frame.area().getMaxY() - (bin + 0.5) / BINS * frame.area().getHeight();
            double x = centre - half * density[bin] / highest;
            if (bin == first) {
                outline.moveTo(x, y);
            } else {
                outline.lineTo(x, y);
            }
        }
        for (int bin = last; bin >= first; bin--) {
            double y =
                    frame.area().getMaxY() - (bin + 0.5) / BINS * frame.area().getHeight();
            outline.lineTo(centre + half * density[bin] / highest, y);
        }
        outline.closePath();
        return outline;
    }

    private static double[] smooth(double[] histogram, double width) {
        double[] density = new double[histogram.length];
        for (int from = 0; from < histogram.length; from++) {
            if (histogram[from] > 0) {
                for (int to = 0; to < density.length; to++) {
                    double distance = (to - from) / width;
                    density[to] += histogram[from] * Math.exp(-0.5 * distance * distance);
                }
            }
        }
        return density;
    }

    /** Linear interpolation between order statistics. */
    private static double quantile(double[] sorted, double share) {
        double position = share * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(sorted.length - 1, below + 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    private static String number(double value) {
        int places = Math.max(0, Math.min(6, 2 - (int) Math.floor(Math.log10(value))));
        return String.format(Locale.ROOT, "%." + places + "f", value);
    }
}
