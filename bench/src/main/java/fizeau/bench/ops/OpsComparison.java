// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import fizeau.bench.stats.Bootstrap;
import fizeau.bench.stats.Interval;
import fizeau.bench.stats.Judgement;
import fizeau.bench.stats.Summary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Methods side by side, from their files. A method that is missing, failed or unavailable has no number anywhere.
 *
 * @param benchmarks every benchmark that any method knows, in the order of the files
 * @param speedups of the methods over eager
 * @param remarks one sentence each
 */
public record OpsComparison(
        List<Line> benchmarks, Map<Method, SpeedupSummary> speedups, TunedTarget tunedTarget, List<String> remarks) {
    /** Smallest ratio of an opponent's time to tuned's that is not slower: the indifference of all verdicts. */
    private static final double ALLOWED = 1 / (1 + Judgement.INDIFFERENCE);

    /**
     * One benchmark.
     *
     * @param rows by method; a method without a row is absent
     * @param speedups over eager, by method, where both are measured on the same workload
     */
    public record Line(String benchmark, Map<Method, MethodRow> rows, Map<Method, Speedup> speedups) {}

    /**
     * A method against eager.
     *
     * @param ofMeans eager's mean over the method's, as in the original
     * @param ofMedians ratio of medians over rounds with its interval
     * @param judgement what may be said
     */
    public record Speedup(double ofMeans, Interval ofMedians, Judgement judgement) {}

    /** Over benchmarks; from the ratios of medians. */
    public record SpeedupSummary(
            int benchmarks, double geometricMean, double average, double median, double min, double max) {}

    /**
     * Whether tuned keeps what it promises: not to be slower than eager and jit, beyond 2 %.
     *
     * @param notSlower benchmarks where it does: the whole interval of each ratio says so
     * @param slower names of those where it does not: the whole interval of a ratio says so
     * @param unclear names of the others, whose intervals hold both; none in records that did not tell them apart
     * @param geometricMean tuned over eager, over the convolution, block and linear cases; null when none is measured
     */
    public record TunedTarget(
            int notSlower, List<String> slower, List<String> unclear, int cases, Double geometricMean) {

        public TunedTarget {
            slower = List.copyOf(slower);
            unclear = unclear == null ? List.of() : List.copyOf(unclear);
        }

        /** How many benchmarks were judged. */
        public int judged() {
            return notSlower + slower.size() + unclear.size();
        }
    }

    /** Whether a method failed; what is unavailable is no failure. */
    public boolean failed() {
        return benchmarks.stream()
                .flatMap(line -> line.rows().values().stream())
                .anyMatch(row -> row.kind().equals(MethodRow.FAILED));
    }

    /** Whether any method of any case has a time. */
    public boolean anyMeasured() {
        return benchmarks.stream()
                .flatMap(line -> line.rows().values().stream())
                .anyMatch(MethodRow::measured);
    }

    /** Reads the methods' files of a folder. */
    public static OpsComparison of(Path folder) {
        MethodFiles files = new MethodFiles(folder);
        Map<Method, Map<String, MethodRow>> all = new LinkedHashMap<>();
        Set<String> names = new LinkedHashSet<>();
        for (Method method : Method.values()) {
            Map<String, MethodRow> rows = files.read(method);
            all.put(method, rows);
            names.addAll(rows.keySet());
        }
        if (names.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is nothing to compare in " + folder + ": execute methods first, with --method or --all");
        }
        List<String> remarks = new ArrayList<>();
        List<Line> lines =
                ordered(names).stream().map(name -> line(name, all, remarks)).toList();
        return new OpsComparison(lines, summaries(lines), target(lines), List.copyOf(remarks));
    }

    /** In the order of the catalogue; files of shards are in any order. */
    private static List<String> ordered(Set<String> names) {
        List<String> known = new ArrayList<>();
        OperatorCase.all(ShapeSet.CODE).forEach(one -> known.add(one.name()));
        OperatorCase.models().forEach(one -> known.add(one.name()));
        List<String> ordered =
                new ArrayList<>(known.stream().filter(names::contains).toList());
        names.stream().filter(name -> !known.contains(name)).forEach(ordered::add);
        return ordered;
    }

    private static Line line(String name, Map<Method, Map<String, MethodRow>> all, List<String> remarks) {
        Map<Method, MethodRow> rows = new LinkedHashMap<>();
        all.forEach((method, own) -> {
            if (own.containsKey(name)) {
                rows.put(method, own.get(name));
            }
        });
        rows.forEach((method, row) -> {
            if (!row.measured()) {
                remarks.add(name + ": " + method.word() + " is " + row.kind() + ": " + row.error());
            }
        });
        Map<Method, Speedup> speedups = new LinkedHashMap<>();
        MethodRow eager = rows.get(Method.EAGER);
        if (eager != null && eager.measured()) {
            rows.forEach((method, row) -> {
                if (method == Method.EAGER || !row.measured()) {
                    return;
                }
                if (!row.workload().equals(eager.workload())) {
                    remarks.add(name + ": " + method.word() + " and eager computed different sizes or inputs, so there"
                            + " is no speedup");
                    return;
                }
                speedups.put(method, speedup(eager, row));
            });
        }
        return new Line(name, rows, speedups);
    }

    private static Speedup speedup(MethodRow reference, MethodRow row) {
        Interval ratio = ratio(reference, row);
        double[] slow = rounds(reference);
        double[] fast = rounds(row);
        return new Speedup(
                reference.meanTimeMs() / row.meanTimeMs(),
                ratio,
                Judgement.of(ratio, slow, fast, disturbance(reference, row)));
    }

    /** A sentence when most rounds of one side shared the machine with others; null otherwise. */
    private static String disturbance(MethodRow... rows) {
        for (MethodRow row : rows) {
            long disturbed = row.interference().stream()
                    .filter(one -> one.disturbedWindows() > 0)
                    .count();
            if (2 * disturbed > row.interference().size()) {
                return disturbed + " of " + row.interference().size() + " rounds of " + row.method()
                        + " were disturbed by other processes, the hypervisor or the collector";
            }
        }
        return null;
    }

    private static Interval ratio(MethodRow reference, MethodRow row) {
        double[] above = rounds(reference);
        double[] below = rounds(row);
        Bootstrap bootstrap = new Bootstrap(0.95, 1);
        return above.length == below.length
                ? bootstrap.ratioOfMedians(above, below)
                : bootstrap.ratioOfIndependentMedians(above, below);
    }

    private static double[] rounds(MethodRow row) {
        return row.roundMediansMs().stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static Map<Method, SpeedupSummary> summaries(List<Line> lines) {
        Map<Method, SpeedupSummary> summaries = new LinkedHashMap<>();
        for (Method method : Method.values()) {
            double[] ratios = lines.stream()
                    .filter(line -> line.speedups().containsKey(method))
                    .mapToDouble(line -> line.speedups().get(method).ofMedians().value())
                    .toArray();
            if (ratios.length > 0) {
                Summary summary = Summary.of(ratios);
                summaries.put(
                        method,
                        new SpeedupSummary(
                                ratios.length,
                                geometricMean(ratios),
                                summary.mean(),
                                summary.median(),
                                summary.min(),
                                summary.max()));
            }
        }
        return summaries;
    }

    private static TunedTarget target(List<Line> lines) {
        List<String> slower = new ArrayList<>();
        List<String> unclear = new ArrayList<>();
        int notSlower = 0;
        List<Double> ratios = new ArrayList<>();
        for (Line line : lines) {
            MethodRow tuned = line.rows().get(Method.TUNED);
            if (tuned == null || !tuned.measured()) {
                continue;
            }
            boolean lost = false;
            boolean kept = true;
            boolean judged = false;
            for (Method opponent : List.of(Method.EAGER, Method.JIT)) {
                MethodRow row = line.rows().get(opponent);
                if (row != null && row.measured() && row.workload().equals(tuned.workload())) {
                    Interval ratio = ratio(row, tuned);
                    judged = true;
                    lost |= ratio.known() && ratio.high() < ALLOWED;
                    kept &= ratio.known() && ratio.low() >= ALLOWED;
                }
            }
            if (!judged) {
                continue; // nothing to be slower than
            }
            if (lost) {
                slower.add(line.benchmark());
            } else if (kept) {
                notSlower++;
            } else {
                unclear.add(line.benchmark());
            }
            Speedup speedup = line.speedups().get(Method.TUNED);
            if (speedup != null && line.benchmark().matches("(conv2d|resnet|linear)_.*")) {
                ratios.add(speedup.ofMedians().value());
            }
        }
        Double mean = ratios.isEmpty()
                ? null
                : (Double) geometricMean(
                        ratios.stream().mapToDouble(Double::doubleValue).toArray());
        return new TunedTarget(notSlower, slower, unclear, ratios.size(), mean);
    }

    /** exp of the mean logarithm of positive numbers, at least one. */
    static double geometricMean(double... numbers) {
        double sum = 0;
        for (double number : numbers) {
            sum += Math.log(number);
        }
        return Math.exp(sum / numbers.length);
    }
}
