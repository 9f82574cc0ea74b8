// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.im2im.Im2imFloor;
import fizeau.bench.im2im.Im2imMode;
import fizeau.bench.im2im.Im2imOutcome;
import fizeau.bench.im2im.Im2imRecord;
import fizeau.bench.im2im.Im2imRow;
import fizeau.bench.im2im.Im2imTarget;
import fizeau.bench.im2im.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report of an image-to-image matrix as plain text; the original's summary of each row first. */
final class Im2imText {
    private static final String RULE = "=".repeat(80);

    private Im2imText() {}

    static String of(Im2imRecord record) {
        Lines text = new Lines();
        Im2imMode mode = record.parsedMode();
        text.line(RULE);
        record.rows().forEach(row -> original(text, mode, row));
        text.line(RULE).line("");
        text.line("run       %s %s %s", record.command(), record.mode(), record.runId())
                .device(record.device(), record.environment());
        text.rounds(record.protocol().rounds(), "row").line("");
        text.table(rows(record, mode));
        text.line("where the time of %s goes, s, of the run with the median time", Im2imOutcome.headline(mode));
        text.table(parts(record));
        if (record.rows().stream().anyMatch(row -> row.floor() != null)) {
            text.line("floors, derived from convolutions that were measured alone: nothing but them, s");
            text.table(floors(record));
        }
        record.targets().forEach(target -> target(text, target));
        for (Im2imRow row : record.rows()) {
            if (row.judgement() != null) {
                text.line(
                        "%s: %s over %s, %s",
                        row.label(),
                        verdict(row),
                        row.reference(),
                        row.judgement().reason());
            }
        }
        for (Im2imRow row : record.rows()) {
            if (row.error() != null) {
                text.line("failed: %s: %s", row.label(), row.error());
            }
        }
        record.wrong().forEach(sentence -> text.line("wrong: %s", sentence));
        return text.tail(List.of(), record.remarks(), record.folder()).toString();
    }

    private static String verdict(Im2imRow row) {
        return Numbers.plain(row.speedup().ratio()) + " x " + row.judgement().verdict();
    }

    private static void original(Lines text, Im2imMode mode, Im2imRow row) {
        if (!row.measured()) {
            text.line("\u2717 %s", row.label()).line("    %s", row.error());
            return;
        }
        Map<String, Timing> timings = row.medianRun().outcome().timings();
        boolean train = mode == Im2imMode.TRAIN;
        Timing total = timings.get(train ? "total_training" : "total_inference");
        String first = train ? "epoch_breakdown.first_epoch" : "batch_breakdown.first_batch_forward";
        text.line("%s %s", row.error() == null ? "\u2713" : "\u2717", row.label())
                .line(
                        "    total %.2f s, %s %.3f s, peak %s MiB%s",
                        total.elapsedSeconds(),
                        train ? "first epoch" : "first forward",
                        timings.get(first).elapsedSeconds(),
                        total.peakMemoryMb() == null ? "?" : String.format(Locale.ROOT, "%.0f", total.peakMemoryMb()),
                        row.git() == null || row.git().commitHash() == null
                                ? ""
                                : ", commit " + row.git().commitHash().substring(0, 12));
    }

    private static TextTable rows(Im2imRecord record, Im2imMode mode) {
        TextTable table = new TextTable()
                .row(
                        "row",
                        Im2imOutcome.headline(mode) + " s",
                        "interval",
                        "over reference",
                        "interval",
                        "verdict",
                        "results differ",
                        "GFLOP/s",
                        mode == Im2imMode.TRAIN ? "train loss" : "volumes/s");
        for (Im2imRow row : record.rows()) {
            if (!row.measured()) {
                continue;
            }
            Im2imOutcome outcome = row.medianRun().outcome();
            table.row(
                    row.label(),
                    Numbers.plain(row.seconds().value()),
                    Numbers.interval(row.seconds().low(), row.seconds().high()),
                    row.speedup() == null
                            ? Numbers.UNKNOWN
                            : Numbers.plain(row.speedup().ratio()) + " x",
                    row.speedup() == null
                            ? Numbers.UNKNOWN
                            : Numbers.interval(
                                    row.speedup().low(), row.speedup().high()),
                    row.judgement() == null
                            ? Numbers.UNKNOWN
                            : row.judgement().verdict().toString(),
                    Numbers.plain(row.difference()),
                    Numbers.plain(Im2imFigures.gigaflopPerSecond(mode, row)),
                    Numbers.plain(outcome.results()
                            .get(mode == Im2imMode.TRAIN ? "train_loss" : "throughput_samples_per_sec")));
        }
        return table;
    }

    private static TextTable floors(Im2imRecord record) {
        TextTable table = new TextTable()
                .row("row", "GFLOP", "at best rate", "best GFLOP/s", "each at its best", "share of its time");
        for (Im2imRow row : record.rows()) {
            Im2imFloor floor = row.floor();
            if (floor != null) {
                table.row(
                        row.label(),
                        Numbers.plain(floor.gigaflop()),
                        Numbers.plain(floor.secondsAtBestRate()),
                        Numbers.plain(floor.bestRate()),
                        Numbers.plain(floor.seconds()),
                        Numbers.percent(floor.share()));
            }
        }
        return table;
    }

    private static void target(Lines text, Im2imTarget target) {
        text.line(
                        "target    %s at least %s times %s: %s%s; %s",
                        target.row(),
                        Numbers.plain(target.wanted()),
                        target.reference(),
                        target.verdict(),
                        target.ratio() == null
                                ? ""
                                : ", " + Numbers.plain(target.ratio().ratio()) + " x",
                        target.reason())
                .line("          its time: %s", Im2imFigures.profile(target));
        if (target.floor() != null) {
            text.line("          %s", Im2imFigures.floor(target));
        }
        text.line("");
    }

    private static TextTable parts(Im2imRecord record) {
        List<String> names = Im2imFigures.parts(record);
        List<String> header = new ArrayList<>(List.of("row"));
        header.addAll(names);
        TextTable table = new TextTable().row(header);
        for (Im2imRow row : record.rows()) {
            if (row.measured()) {
                List<String> cells = new ArrayList<>(List.of(row.label()));
                Map<String, Double> parts = row.medianRun().outcome().parts();
                names.forEach(name -> cells.add(Numbers.plain(parts.get(name))));
                table.row(cells);
            }
        }
        return table;
    }
}
