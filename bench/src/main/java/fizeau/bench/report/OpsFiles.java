// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.ops.Method;
import fizeau.bench.ops.MethodFiles;
import fizeau.bench.ops.MethodRow;
import fizeau.bench.ops.OpsComparison;
import fizeau.bench.ops.OpsComparison.Line;
import fizeau.bench.ops.OpsRecord;
import fizeau.bench.plot.BarPlot;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the comparison of operators under the original's names: raw union, table, two plots; and a report. */
public final class OpsFiles {
    private static final String RESULTS = "comparison_results.json";
    private static final String TABLE = "comparison_summary.csv";
    private static final String RESULT = TrainingFiles.RESULT;
    private static final String REPORT = "report.txt";
    static final String TIMES = "comparison_bar_plot";
    static final String SPEEDUPS = "speedup_comparison";

    private final RunFolder folder;

    public OpsFiles(RunFolder folder) {
        this.folder = folder;
    }

    /** Tells the manifest what a comparison has. */
    public void announce() {
        folder.expect(RESULT, RESULTS, TABLE, TIMES + ".png", SPEEDUPS + ".png", REPORT);
        ReportPages.announce(folder);
    }

    public void write(OpsRecord record) {
        OpsComparison comparison = record.comparison();
        folder.writeJson(RESULTS, union(comparison));
        folder.writeText(TABLE, csv(comparison));
        folder.writeJson(RESULT, record);
        folder.writeText(REPORT, OpsText.of(record));
        if (comparison.benchmarks().stream().anyMatch(line -> measured(line, Method.EAGER))) {
            folder.attempt(TIMES + ".png", path -> BarPlot.write(path, times(comparison)));
        } else {
            folder.remark(TIMES + ".png was not made: eager has no measured time to compare with");
        }
        if (comparison.speedups().isEmpty()) {
            folder.remark(SPEEDUPS + ".png was not made: no method has a speedup over eager");
        } else {
            folder.attempt(SPEEDUPS + ".png", path -> BarPlot.write(path, speedups(comparison)));
        }
        ReportPages.write(folder, Rendering.of(record, folder.path()));
    }

    /** Prints the record as JSON, or its report. */
    public void print(OpsRecord record, boolean json, PrintStream out) {
        out.print(json ? Json.text(record) : OpsText.of(record));
        out.flush();
    }

    /** The methods' files under their names, and what follows from them. */
    private Map<String, Object> union(OpsComparison comparison) {
        Map<String, Object> union = new LinkedHashMap<>();
        MethodFiles files = new MethodFiles(folder.path());
        for (Method method : Method.values()) {
            Map<String, MethodRow> rows = files.read(method);
            if (!rows.isEmpty()) {
                union.put(method.file().replace(".json", ""), rows);
            }
        }
        union.put("comparison", comparison);
        return union;
    }

    /** The original's columns, then those of the peer. */
    static String csv(OpsComparison comparison) {
        StringBuilder text = new StringBuilder("Benchmark,RL-Optimized (ms),PyTorch-Default (ms),PyTorch-JIT (ms),"
                + "RL Speedup,JIT Speedup,PyTorch-Compile (ms),Compile Speedup\n");
        for (Line line : comparison.benchmarks()) {
            text.append(line.benchmark());
            for (Method method : List.of(Method.TUNED, Method.EAGER, Method.JIT)) {
                text.append(',').append(time(line.rows().get(method)));
            }
            text.append(',').append(speedup(line, Method.TUNED)).append(',').append(speedup(line, Method.JIT));
            text.append(',').append(time(line.rows().get(Method.COMPILE)));
            text.append(',').append(speedup(line, Method.COMPILE)).append('\n');
        }
        return text.toString();
    }

    private static String time(MethodRow row) {
        return row == null || !row.measured()
                ? "N/A"
                : String.format(Locale.ROOT, "%.4f \u00b1 %.4f", row.meanTimeMs(), row.stdTimeMs());
    }

    private static String speedup(Line line, Method method) {
        OpsComparison.Speedup speedup = line.speedups().get(method);
        return speedup == null ? "N/A" : String.format(Locale.ROOT, "%.2f\u00d7", speedup.ofMeans());
    }

    /** Times span five orders of magnitude, so each group is in units of eager's mean. */
    private static BarPlot.Chart times(OpsComparison comparison) {
        List<Line> lines = comparison.benchmarks().stream()
                .filter(line -> measured(line, Method.EAGER))
                .toList();
        List<BarPlot.Bars> bars = new ArrayList<>();
        for (Method method : present(comparison)) {
            double[] values = new double[lines.size()];
            double[] low = new double[values.length];
            double[] high = new double[values.length];
            for (int i = 0; i < values.length; i++) {
                Line line = lines.get(i);
                double unit = line.rows().get(Method.EAGER).meanTimeMs();
                boolean there = measured(line, method);
                MethodRow row = line.rows().get(method);
                values[i] = there ? row.meanTimeMs() / unit : Double.NaN;
                low[i] = there ? Math.max(0, (row.meanTimeMs() - row.stdTimeMs()) / unit) : Double.NaN;
                high[i] = there ? (row.meanTimeMs() + row.stdTimeMs()) / unit : Double.NaN;
            }
            bars.add(new BarPlot.Bars(name(method), values, low, high));
        }
        return new BarPlot.Chart(
                "Time of a call, mean and standard deviation",
                "time in units of eager's mean",
                lines.stream().map(line -> line.benchmark().replace('_', ' ')).toList(),
                bars,
                1);
    }

    private static BarPlot.Chart speedups(OpsComparison comparison) {
        List<Line> lines = comparison.benchmarks().stream()
                .filter(line -> !line.speedups().isEmpty())
                .toList();
        List<BarPlot.Bars> bars = new ArrayList<>();
        for (Method method : comparison.speedups().keySet()) {
            double[] values = new double[lines.size()];
            double[] low = new double[values.length];
            double[] high = new double[values.length];
            for (int i = 0; i < values.length; i++) {
                OpsComparison.Speedup speedup = lines.get(i).speedups().get(method);
                values[i] = speedup == null ? Double.NaN : speedup.ofMedians().value();
                boolean known = speedup != null && speedup.ofMedians().known();
                low[i] = known ? speedup.ofMedians().low() : values[i];
                high[i] = known ? speedup.ofMedians().high() : values[i];
            }
            bars.add(new BarPlot.Bars(name(method), values, low, high));
        }
        return new BarPlot.Chart(
                "Speedup over eager, medians with 95 % intervals",
                "speedup",
                lines.stream().map(line -> line.benchmark().replace('_', ' ')).toList(),
                bars,
                1);
    }

    private static List<Method> present(OpsComparison comparison) {
        return List.of(Method.values()).stream()
                .filter(method -> comparison.benchmarks().stream().anyMatch(line -> measured(line, method)))
                .toList();
    }

    private static boolean measured(Line line, Method method) {
        MethodRow row = line.rows().get(method);
        return row != null && row.measured();
    }

    /** As in legends and tables. */
    static String name(Method method) {
        return switch (method) {
            case TUNED -> "tuned";
            case EAGER -> "eager";
            case JIT -> "TorchScript";
            case COMPILE -> "torch.compile (Python)";
        };
    }
}
