// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.ops.Method;
import fizeau.bench.ops.MethodRow;
import fizeau.bench.ops.OpsComparison;
import fizeau.bench.ops.OpsComparison.Line;
import fizeau.bench.ops.OpsComparison.Speedup;
import fizeau.bench.ops.OpsComparison.TunedTarget;
import fizeau.bench.ops.OpsJob;
import fizeau.bench.ops.OpsRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The readable report of the operator family. */
final class OpsText {

    private OpsText() {}

    static String of(OpsRecord record) {
        OpsComparison comparison = record.comparison();
        Lines text = new Lines();
        text.line("Fizeau ops, run %s: %s by method", record.runId(), what(record));
        text.line("").device(record.device(), record.environment());
        text.rounds(record.protocol().rounds(), "method");
        text.line(
                "tuned     the schedule that our search found fastest (labelled RL-Optimized in the files, as in the");
        text.line("          original, whose agent slept instead of computing); eager and jit with their best threads");
        text.line(
                "times     milliseconds of a call, medians over all samples; speedups are ratios of medians over rounds");
        text.line("");
        text.table(times(comparison));
        comparison
                .speedups()
                .forEach((method, summary) -> text.line(
                        "%s over eager, %d benchmarks: geometric mean %.2f x, average %.2f, median %.2f, min %.2f, max %.2f",
                        method.word(),
                        summary.benchmarks(),
                        summary.geometricMean(),
                        summary.average(),
                        summary.median(),
                        summary.min(),
                        summary.max()));
        target(comparison.tunedTarget(), text);
        text.line("").line("schedules and correctness");
        for (Line line : comparison.benchmarks()) {
            line.rows().forEach((method, row) -> schedule(line, method, row, text));
        }
        text.line("");
        return text.tail(List.of(), record.remarks(), record.folder()).toString();
    }

    /** {@code operators, sizes of the original's source}. */
    static String what(OpsRecord record) {
        return switch (record.shapes()) {
            case OpsJob.MODELS -> "models";
            case "doc" -> "operators, sizes of the original's document,";
            default -> "operators, sizes of the original's source,";
        };
    }

    private static TextTable times(OpsComparison comparison) {
        TextTable table = new TextTable()
                .row("benchmark", "GFLOP", "tuned", "eager", "jit", "compile", "tuned/eager", "95 %", "verdict", "jit");
        for (Line line : comparison.benchmarks()) {
            List<String> cells = new ArrayList<>(List.of(line.benchmark()));
            cells.add(Numbers.plain(line.rows().values().iterator().next().gigaflop()));
            for (Method method : Method.values()) {
                MethodRow row = line.rows().get(method);
                cells.add(row == null || !row.measured() ? "N/A" : Numbers.plain(row.medianTimeMs()));
            }
            Speedup tuned = line.speedups().get(Method.TUNED);
            cells.add(ratio(tuned));
            cells.add(
                    tuned == null
                            ? "N/A"
                            : Numbers.interval(
                                    tuned.ofMedians().low(), tuned.ofMedians().high()));
            cells.add(tuned == null ? "N/A" : tuned.judgement().verdict().name());
            cells.add(ratio(line.speedups().get(Method.JIT)));
            table.row(cells);
        }
        return table;
    }

    private static String ratio(Speedup speedup) {
        return speedup == null
                ? "N/A"
                : String.format(Locale.ROOT, "%.2f x", speedup.ofMedians().value());
    }

    private static void target(TunedTarget target, Lines text) {
        if (target.geometricMean() != null) {
            text.line(
                    "tuned over eager on the %d convolution, block and linear cases: geometric mean %.2f x (wanted 1.3)",
                    target.cases(), target.geometricMean());
        }
        if (target.judged() > 0) {
            text.line(
                    "tuned not slower than the best of eager and jit, beyond 2 %%: met in %d of %d%s%s",
                    target.notSlower(),
                    target.judged(),
                    names("; unclear, because the interval holds both, in ", target.unclear()),
                    names("; missed in ", target.slower()));
        }
    }

    private static String names(String before, List<String> names) {
        return names.isEmpty() ? "" : before + String.join(", ", names);
    }

    private static void schedule(Line line, Method method, MethodRow row, Lines text) {
        if (row.agentSchedule() != null) {
            text.line(
                    "  %s, %s: %s; %d samples in %d rounds; %s",
                    line.benchmark(),
                    method.word(),
                    row.agentSchedule().sentence(),
                    row.numRuns(),
                    row.roundMediansMs().size(),
                    row.agreement().sentence());
        }
    }
}
