// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.profile;

import fizeau.backend.StageClock.Stage;
import fizeau.bench.stats.Interval;
import fizeau.bench.stats.Summary;
import fizeau.bench.trace.Range;
import fizeau.bench.trace.RangeRecorder;
import fizeau.bench.trace.RangeStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The text files of a profile. Times in milliseconds unless a column says otherwise. */
public final class ProfileText {
    private static final double MILLI = 1e-6;

    private final ProfileRecord record;
    private final List<Range> ranges;

    public ProfileText(ProfileRecord record, List<Range> ranges) {
        this.record = record;
        this.ranges = ranges;
    }

    /** Time by name of range: the whole, and what no enclosed range accounts for. */
    public String processorTimeSummary() {
        StringBuilder text = new StringBuilder();
        line(text, "Time of the training thread by range, milliseconds of wall time");
        line(text, "self: without what the ranges inside account for");
        line(text, "");
        line(text, "%-30s %8s %12s %12s %8s %12s", "range", "calls", "total ms", "self ms", "self %", "median ms");
        for (RangeStatistics range : record.ranges()) {
            line(
                    text,
                    "%-30s %8d %12.3f %12.3f %8.2f %12.4f",
                    "  ".repeat(range.depth()) + range.name(),
                    range.calls(),
                    range.totalNanos() * MILLI,
                    range.selfNanos() * MILLI,
                    100 * share(range.selfNanos()),
                    range.medianNanos() * MILLI);
        }
        line(text, "");
        line(text, "training                  %.3f s", record.trainingSeconds());
        if (record.processorSeconds() == null) {
            line(text, "processor, all threads    unavailable");
        } else {
            line(
                    text,
                    "processor, all threads    %.3f s, %.2f cores busy on average",
                    record.processorSeconds(),
                    record.processorSeconds() / record.trainingSeconds());
        }
        return text.toString();
    }

    /** Memory of the graphics card, or that there is none in this run. */
    public String graphicsMemorySummary() {
        return "unavailable: this run computed on " + record.device() + " (" + record.description()
                + ") and used no CUDA device\n";
    }

    /** One line for each position: how the stages grow with the cumulative mask. */
    public String detailedBreakdown() {
        StringBuilder text = new StringBuilder();
        line(text, "Median of each stage over the iterations at a position, milliseconds");
        line(text, "");
        StringBuilder head = new StringBuilder(String.format(Locale.ROOT, "%6s %10s", "sample", "begin"));
        for (Stage stage : Stage.values()) {
            head.append(String.format(Locale.ROOT, " %24s", RangeRecorder.name(stage)));
        }
        line(text, "%s %10s %10s %10s %12s", head, "iteration", "end", "sample", "last loss");
        int sample = 0;
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).name().equals(ProfileOutcome.SAMPLE)) {
                position(text, ++sample, i);
            }
        }
        return text.toString();
    }

    private void position(StringBuilder text, int number, int index) {
        Map<String, List<Double>> inside = new TreeMap<>();
        double lastLoss = Double.NaN;
        for (Range range : ranges.subList(index + 1, ranges.size())) {
            if (range.parent() < index) {
                break; // ranges are in the order of their beginning: the next position follows
            }
            inside.computeIfAbsent(range.name(), name -> new ArrayList<>()).add(range.nanos() * MILLI);
            lastLoss = range.value() == null ? lastLoss : range.value();
        }
        StringBuilder row = new StringBuilder(
                String.format(Locale.ROOT, "%6d %10.4f", number, median(inside, ProfileOutcome.BEGIN)));
        for (Stage stage : Stage.values()) {
            row.append(String.format(Locale.ROOT, " %24.4f", median(inside, RangeRecorder.name(stage))));
        }
        line(
                text,
                "%s %10.4f %10.4f %10.3f %12.6f",
                row,
                median(inside, ProfileOutcome.ITERATION),
                median(inside, ProfileOutcome.END),
                ranges.get(index).nanos() * MILLI,
                lastLoss);
    }

    private static double median(Map<String, List<Double>> inside, String name) {
        List<Double> times = inside.getOrDefault(name, List.of());
        return times.isEmpty()
                ? Double.NaN
                : Summary.median(times.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** What a person wants to know first. */
    public String summary() {
        StringBuilder text = new StringBuilder();
        line(
                text,
                "PROFILE of the engine's training, variant %s",
                record.variant().name());
        line(
                text,
                "  workload     %d samples x %d epochs, object %d in frame %d, %s, seed %d",
                record.workload().samples(),
                record.workload().epochs(),
                record.workload().objectSize(),
                record.workload().imageSize(),
                record.workload().object(),
                record.seed());
        line(text, "  device       %s", record.description());
        line(text, "  plans        %s", new TreeMap<>(record.plans()));
        line(text, "  training     %.3f s while recorded", record.trainingSeconds());
        line(text, "");
        line(text, "Where the time goes, share of the training");
        for (RangeStatistics range : record.ranges()) {
            line(
                    text,
                    "  %-30s %6.1f %%  %s",
                    "  ".repeat(range.depth()) + range.name(),
                    100 * share(range.totalNanos()),
                    "#".repeat((int) Math.round(40 * share(range.totalNanos()))));
        }
        line(text, "");
        line(text, "Cost of profiling: %s", cost(record.profiling(), record.profiledSeconds().length));
        record.remarks().forEach(remark -> line(text, "Remark: %s", remark));
        line(text, "");
        line(
                text,
                "Files in %s/%s: trace.json opens at ui.perfetto.dev or chrome://tracing,",
                record.folder(),
                ProfileFiles.FOLDER);
        line(
                text,
                "the folder %s with tensorboard --logdir, flamegraph.html in any browser.",
                ProfileFiles.TENSORBOARD);
        return text.toString();
    }

    private static String cost(Interval ratio, int pairs) {
        String measured = String.format(
                Locale.ROOT,
                "%+.2f %% of the training time, median of %d %s with and without in one process",
                100 * (ratio.value() - 1),
                pairs,
                pairs == 1 ? "pair" : "pairs");
        return ratio.known()
                ? measured
                        + String.format(
                                Locale.ROOT,
                                " (95 %% interval %+.2f to %+.2f %%)",
                                100 * (ratio.low() - 1),
                                100 * (ratio.high() - 1))
                : measured + " (too few for an interval)";
    }

    private double share(long nanos) {
        return nanos * 1e-9 / record.trainingSeconds();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(
                        values.length == 0
                                ? format
                                : String.format(Locale.ROOT, format, values).stripTrailing())
                .append('\n');
    }
}
