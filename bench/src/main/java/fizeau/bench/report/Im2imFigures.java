// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.im2im.Im2imFloor;
import fizeau.bench.im2im.Im2imMode;
import fizeau.bench.im2im.Im2imOutcome;
import fizeau.bench.im2im.Im2imRecord;
import fizeau.bench.im2im.Im2imRow;
import fizeau.bench.im2im.Im2imTarget;
import fizeau.bench.plot.BarPlot;
import fizeau.bench.plot.WaterfallPlot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Numbers and plots that follow from the rows of a matrix. */
final class Im2imFigures {
    static final String SPEEDUPS = "im2im_speedups";
    static final String PARTS = "im2im_parts";
    static final String LADDER = "im2im_ladder";

    private Im2imFigures() {}

    /** The parts of all rows, those of training in the order of a step. */
    static List<String> parts(Im2imRecord record) {
        TreeSet<String> all = new TreeSet<>();
        record.rows().stream()
                .filter(Im2imRow::measured)
                .forEach(row -> all.addAll(row.medianRun().outcome().parts().keySet()));
        List<String> ordered = new ArrayList<>(List.of(
                "loading", "to_device", "forward", "backward", "optimizer", "step", "postprocess", "validation"));
        ordered.retainAll(all);
        return ordered;
    }

    /**
     * What the convolutions achieve, derived: their operations over the time of forward and backward passes, or of the forward
     * pass of windows; null where a record does not hold the number of windows, or no passes.
     */
    static Double gigaflopPerSecond(Im2imMode mode, Im2imRow row) {
        Double gigaflop = Im2imFloor.gigaflop(mode, row);
        Map<String, Double> parts = row.medianRun().outcome().parts();
        if (gigaflop == null || parts.containsKey("step")) {
            return null; // a step that is replayed whole has no passes to be told apart
        }
        return gigaflop / (parts.get("forward") + parts.getOrDefault("backward", 0.0));
    }

    /** {@code backward 45.0 %, forward 39.1 %}. */
    static String profile(Im2imTarget target) {
        return target.profile().entrySet().stream()
                .map(part -> part.getKey().replace('_', ' ') + " " + Numbers.percent(part.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** What the convolutions alone take, and how far that leads. */
    static String floor(Im2imTarget target) {
        return String.format(
                Locale.ROOT,
                "its floor: convolutions alone, each in its fastest form, take %s s, which is %s of its time; a loop of"
                        + " nothing else would be %s times as fast as the baseline",
                Numbers.plain(target.floor().seconds()),
                Numbers.percent(target.floor().share()),
                Numbers.plain(target.possible()));
    }

    /** Speedups with intervals; false where no row has one. */
    static boolean speedups(Path target, Im2imRecord record) {
        List<Im2imRow> rows =
                record.rows().stream().filter(row -> row.speedup() != null).toList();
        if (rows.isEmpty()) {
            return false;
        }
        double[] values = new double[rows.size()];
        double[] low = new double[rows.size()];
        double[] high = new double[rows.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = rows.get(i).speedup().ratio();
            boolean known = rows.get(i).speedup().low() != null;
            low[i] = known ? rows.get(i).speedup().low() : values[i];
            high[i] = known ? rows.get(i).speedup().high() : values[i];
        }
        BarPlot.write(
                target,
                new BarPlot.Chart(
                        "Speedup of " + record.mode() + " over the reference rows",
                        "speedup",
                        rows.stream().map(row -> shown(row, record)).toList(),
                        List.of(new BarPlot.Bars("speedup", values, low, high)),
                        1));
        return true;
    }

    /** Seconds by part, a group for each row. */
    static boolean parts(Path target, Im2imRecord record) {
        List<Im2imRow> rows = record.rows().stream().filter(Im2imRow::measured).toList();
        if (rows.isEmpty()) {
            return false;
        }
        List<BarPlot.Bars> bars = new ArrayList<>();
        for (String part : parts(record)) {
            double[] values = rows.stream()
                    .mapToDouble(row -> row.medianRun().outcome().parts().getOrDefault(part, Double.NaN))
                    .toArray();
            bars.add(new BarPlot.Bars(part.replace('_', ' '), values, null, null));
        }
        BarPlot.write(
                target,
                new BarPlot.Chart(
                        "Where the time goes",
                        "seconds",
                        rows.stream().map(row -> shown(row, record)).toList(),
                        bars,
                        Double.NaN));
        return true;
    }

    /** The way from baseline to fused; false where the rows are not one. */
    static boolean ladder(Path target, Im2imRecord record) {
        List<Im2imRow> rungs = new ArrayList<>();
        for (Im2imRow row : record.rows()) {
            boolean next = rungs.isEmpty()
                    ? row.switches().isEmpty() && row.branch().equals("baseline")
                    : row.experiment().equals(rungs.get(0).experiment())
                            && row.switches().size() == rungs.size()
                            && row.switches()
                                    .containsAll(rungs.get(rungs.size() - 1).switches());
            if (row.measured() && next) {
                rungs.add(row);
            }
        }
        if (rungs.size() < 3) {
            return false;
        }
        List<WaterfallPlot.Level> levels = new ArrayList<>();
        List<String> before = List.of();
        for (Im2imRow rung : rungs) {
            List<String> added = new ArrayList<>(rung.switches());
            added.removeAll(before);
            before = rung.switches();
            levels.add(new WaterfallPlot.Level(
                    added.isEmpty() ? "baseline" : String.join(" ", added).replace('_', ' '),
                    rung.seconds().value(),
                    rung.seconds().low(),
                    rung.seconds().high()));
        }
        WaterfallPlot.write(
                target,
                new WaterfallPlot.Chart(
                        "One switch more at each bar, " + rungs.get(0).experiment(),
                        Im2imOutcome.headline(record.parsedMode()).replace('_', ' ') + ", s",
                        levels,
                        "all"));
        return true;
    }

    /** Labels of rows stand under narrow bars: of switches that were added one by one, the last will do. */
    private static String shown(Im2imRow row, Im2imRecord record) {
        String[] words = row.branch().split("\\+");
        String last = words[words.length - 1];
        String branch = words.length > 2 && words[0].equals("baseline")
                ? "\u2026 +" + last
                : row.branch().replace("baseline+", "+");
        String rest = row.label().substring(row.branch().length());
        boolean one =
                record.rows().stream().map(Im2imRow::experiment).distinct().count() == 1;
        return branch.replace('_', ' ') + (one ? rest.replace(", " + row.experiment(), "") : rest);
    }
}
