// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.page.Block;
import fizeau.bench.pinn.BenchmarkResults;
import fizeau.bench.pinn.PinnCell;
import fizeau.bench.pinn.PinnOutcome.Checkpoint;
import fizeau.bench.pinn.PinnRecord;
import fizeau.bench.pinn.PinnResult;
import fizeau.bench.plot.BarPlot;
import fizeau.bench.plot.Curve;
import fizeau.bench.plot.LossPlot;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes the files of a PINN benchmark: record, the original's result file, report, samples, errors and plots. */
public final class PinnFiles {
    private static final String RESULT = TrainingFiles.RESULT;
    private static final String BENCHMARK = "benchmark_results.json";
    private static final String SPEED = "iterations_per_second";

    private final RunFolder folder;

    public PinnFiles(RunFolder folder) {
        this.folder = folder;
    }

    /** Tells the manifest what a complete run has. */
    public void announce() {
        folder.expect(RESULT, BENCHMARK, "report.txt", "steps.csv", "errors.csv", SPEED + ".png");
        ReportPages.announce(folder);
    }

    public void write(PinnRecord record) {
        folder.writeText("steps.csv", steps(record));
        folder.writeText("errors.csv", errors(record));
        folder.writeJson(RESULT, record);
        folder.writeJson(BENCHMARK, BenchmarkResults.of(record));
        folder.writeText("report.txt", PinnText.of(record));
        boolean some =
                record.cells().stream().flatMap(cell -> cell.results().stream()).anyMatch(PinnResult::measured);
        if (some) {
            speed(record);
            record.cells().forEach(this::losses);
            ReportPages.write(folder, Rendering.of(record, folder.path()));
        }
    }

    /** Prints the record as JSON, or its report. */
    public void print(PinnRecord record, boolean json, PrintStream out) {
        out.print(json ? Json.text(record) : PinnText.of(record));
        out.flush();
    }

    /** The pictures of a run that lie in its folder. */
    static List<Block.Figure> figures(PinnRecord record, Path folder) {
        List<Block.Figure> figures = new ArrayList<>();
        Figures.read(folder, SPEED, "Epochs a second, medians over runs with intervals.")
                .ifPresent(figures::add);
        for (PinnCell cell : record.cells()) {
            Figures.read(
                            folder,
                            lossPicture(cell),
                            "Loss of " + cell.equation() + ", seed " + cell.seed()
                                    + ", first run of each variant: curves that lie on each other are the same training.")
                    .ifPresent(figures::add);
        }
        return figures;
    }

    private static String lossPicture(PinnCell cell) {
        return "loss_" + cell.equation() + "_seed" + cell.seed();
    }

    private static String steps(PinnRecord record) {
        StringBuilder text = new StringBuilder("equation,seed,variant,round,epoch,step_ms\n");
        for (PinnCell cell : record.cells()) {
            for (PinnResult result : cell.results()) {
                for (PinnResult.Run run : result.runs()) {
                    for (int i = 0; i < run.stepMillis().size(); i++) {
                        text.append(String.format(
                                Locale.ROOT,
                                "%s,%d,%s,%d,%d,%.6f%n",
                                cell.equation(),
                                cell.seed(),
                                result.variant(),
                                run.round(),
                                i + 1,
                                run.stepMillis().get(i)));
                    }
                }
            }
        }
        return text.toString();
    }

    private static String errors(PinnRecord record) {
        StringBuilder text = new StringBuilder(
                "equation,seed,variant,epoch,relative_l2_mean,relative_l2_std,constant_l2_mean,evaluation_ms\n");
        for (PinnCell cell : record.cells()) {
            for (PinnResult result : cell.results()) {
                for (Checkpoint point : result.checkpoints()) {
                    text.append(String.format(
                            Locale.ROOT,
                            "%s,%d,%s,%d,%.9g,%.9g,%.9g,%.3f%n",
                            cell.equation(),
                            cell.seed(),
                            result.variant(),
                            point.epoch(),
                            point.mean(),
                            point.std(),
                            point.constant(),
                            point.evaluationMillis()));
                }
            }
        }
        return text.toString();
    }

    /** Medians over runs with their intervals, a group for each equation and seed. */
    private void speed(PinnRecord record) {
        List<String> groups = record.cells().stream()
                .map(cell -> cell.equation() + (record.cells().size() > 4 ? " " + cell.seed() : ""))
                .toList();
        List<BarPlot.Bars> bars = new ArrayList<>();
        for (String variant : record.variants()) {
            if (record.cells().stream().noneMatch(cell -> cell.result(variant).isPresent())) {
                continue;
            }
            int count = groups.size();
            double[] values = new double[count];
            double[] low = new double[count];
            double[] high = new double[count];
            for (int i = 0; i < count; i++) {
                PinnResult result = record.cells().get(i).result(variant).orElse(null);
                values[i] = result == null ? 0 : result.iterationsPerSecond().median();
                boolean known = result != null && result.iterationsPerSecond().low() != null;
                low[i] = known ? result.iterationsPerSecond().low() : values[i];
                high[i] = known ? result.iterationsPerSecond().high() : values[i];
            }
            bars.add(new BarPlot.Bars(variant, values, low, high));
        }
        BarPlot.write(
                folder.resolve(SPEED + ".png"),
                new BarPlot.Chart("Fine-tuning speed", "epochs per second", groups, bars, Double.NaN));
        folder.add(SPEED + ".png");
    }

    private void losses(PinnCell cell) {
        List<Curve> curves = cell.results().stream()
                .filter(PinnResult::measured)
                .map(result -> Curve.counted(
                        result.variant(),
                        result.losses().stream()
                                .mapToDouble(Double::doubleValue)
                                .toArray()))
                .toList();
        if (!curves.isEmpty()) {
            String name = lossPicture(cell) + ".png";
            LossPlot.write(
                    folder.resolve(name),
                    "Loss, " + cell.equation() + ", seed " + cell.seed(),
                    "epoch",
                    "loss (data + residual + boundary)",
                    true,
                    curves);
            folder.add(name);
        }
    }
}
