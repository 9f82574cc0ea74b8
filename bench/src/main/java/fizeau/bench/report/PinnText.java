// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.pinn.Figure;
import fizeau.bench.pinn.MemoryFootprint;
import fizeau.bench.pinn.PinnCell;
import fizeau.bench.pinn.PinnOutcome.Checkpoint;
import fizeau.bench.pinn.PinnRecord;
import fizeau.bench.pinn.PinnResult;
import fizeau.bench.pinn.PinnTarget;
import java.util.Locale;

/** The report of a PINN benchmark as plain text; the three lines of the original for every variant first. */
final class PinnText {
    private static final String RULE = "=".repeat(80);

    private PinnText() {}

    static String of(PinnRecord record) {
        Lines text = new Lines();
        for (PinnCell cell : record.cells()) {
            cell.results().stream().filter(PinnResult::measured).forEach(result -> original(text, cell, result));
        }
        text.line("")
                .line("run       %s %s", record.command(), record.runId())
                .device(record.device(), record.environment());
        text.rounds(record.protocol().rounds(), "variant");
        text.line("work      %d epochs, each one step of AdamW over all points", record.epochs())
                .line("");
        for (PinnCell cell : record.cells()) {
            cell(text, cell, record.reference());
        }
        for (PinnTarget target : record.targets()) {
            text.line(
                    "target    %s, %s: %s%s, %s",
                    target.cell(),
                    target.what(),
                    target.verdict(),
                    target.ratio() == null
                            ? ""
                            : String.format(
                                    Locale.ROOT, " with %.2f x", target.ratio().ratio()),
                    target.reason());
        }
        if (record.memory() != null) {
            memory(text, record.memory());
        }
        record.wrong().forEach(sentence -> text.line("wrong: %s", sentence));
        return text.tail(record.missing(), record.remarks(), record.folder()).toString();
    }

    private static void original(Lines text, PinnCell cell, PinnResult result) {
        text.line(RULE)
                .line("%s, seed %d, %s", cell.equation(), cell.seed(), result.variant())
                .line("Wall time: %s s", plusMinus(result.wallSeconds()))
                .line("it/s: %s", plusMinus(result.iterationsPerSecond()))
                .line(
                        "Wall time for 1000 epochs (%s): %s s",
                        result.wall1000Kind().equals("measured") ? "measured" : "estimated",
                        plusMinus(result.wallSeconds1000()))
                .line(RULE);
    }

    private static void memory(Lines text, MemoryFootprint memory) {
        text.line(
                        "memory: first phase %,d parameters, %.2f MiB; second phase %,d parameters (%d train), %.2f MiB",
                        memory.firstPhaseParameters(),
                        memory.firstPhaseMebibytes(),
                        memory.parameters(),
                        memory.trained(),
                        memory.mebibytes())
                .line("  %s, MiB", memory.measure());
        TextTable table = new TextTable().row("  variant", "inference", "fine-tuning step", "");
        memory.peaks()
                .forEach(peak -> table.row(
                        "  " + peak.variant(),
                        MemoryFootprint.shown(peak.inferenceBytes()),
                        MemoryFootprint.shown(peak.fineTuningBytes()),
                        peak.reason() == null ? "" : peak.reason()));
        text.table(table);
        if (memory.gpuReason() != null) {
            text.line("  GPU memory: unavailable, %s", memory.gpuReason());
        }
        text.line("  row for the table: %s", memory.tableRow()).line("");
    }

    private static String plusMinus(Figure figure) {
        return String.format(Locale.ROOT, "%.2f \u00b1 %.2f", figure.mean(), figure.std());
    }

    private static void cell(Lines text, PinnCell cell, String reference) {
        text.line("%s, seed %d: %d points; weights %s", cell.equation(), cell.seed(), cell.points(), cell.weights());
        text.line("  true solutions: %s", cell.accuracy());
        TextTable table = new TextTable()
                .row(
                        "  variant",
                        "wall s, median",
                        "interval",
                        "it/s, median",
                        "interval",
                        "step ms",
                        "over " + reference,
                        "interval",
                        "verdict",
                        "first step s",
                        "loss differs",
                        "rel. L2",
                        "it differs");
        for (PinnResult result : cell.results()) {
            if (!result.measured()) {
                continue;
            }
            Checkpoint last = result.checkpoints().get(result.checkpoints().size() - 1);
            table.row(
                    "  " + result.variant(),
                    Numbers.plain(result.wallSeconds().median()),
                    Numbers.interval(
                            result.wallSeconds().low(), result.wallSeconds().high()),
                    Numbers.plain(result.iterationsPerSecond().median()),
                    Numbers.interval(
                            result.iterationsPerSecond().low(),
                            result.iterationsPerSecond().high()),
                    Numbers.plain(result.stepMillis()),
                    result.speedup() == null
                            ? Numbers.UNKNOWN
                            : Numbers.plain(result.speedup().ratio()) + " x",
                    result.speedup() == null
                            ? Numbers.UNKNOWN
                            : Numbers.interval(
                                    result.speedup().low(), result.speedup().high()),
                    result.judgement() == null
                            ? Numbers.UNKNOWN
                            : result.judgement().verdict().toString(),
                    Numbers.plain(result.firstStepSeconds()),
                    Numbers.plain(result.lossDifference()),
                    Numbers.plain(last.mean()),
                    Numbers.percent(result.errorDifference()));
        }
        text.table(table);
        for (PinnResult result : cell.results()) {
            if (!result.measured()) {
                text.line("  %s: unavailable, %s", result.variant(), result.reason());
                continue;
            }
            if (result.judgement() != null) {
                text.line(
                        "  %s: %s, %s",
                        result.variant(),
                        result.judgement().verdict(),
                        result.judgement().reason());
            }
            for (Checkpoint point : result.checkpoints()) {
                if (point.epoch() > 0 && point.noBetterThanConstant()) {
                    text.line(
                            "  %s after %d epochs: the error %s is no better than that of the best constant, %s",
                            result.variant(),
                            point.epoch(),
                            Numbers.plain(point.mean()),
                            Numbers.plain(point.constant()));
                }
            }
        }
        text.line("");
    }
}
