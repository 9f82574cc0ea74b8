// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.batch.BatchRecord;
import fizeau.bench.batch.BatchRow;
import fizeau.bench.workload.Workload;
import java.util.Locale;

/** The text report of throughput against batch size. */
final class BatchText {

    private BatchText() {}

    static String of(BatchRecord record) {
        Workload workload = record.workload();
        Lines text = new Lines();
        text.line("Throughput of reconstructions against the number that go through a device together");
        text.line(
                "workload  %s: %d positions x %d iterations, object %d x %d, frame %d x %d",
                workload.name(),
                workload.samples(),
                workload.epochs(),
                workload.objectSize(),
                workload.objectSize(),
                workload.imageSize(),
                workload.imageSize());
        text.device(record.device(), record.environment());
        text.rounds(record.rounds(), "batch").line("");
        TextTable table =
                new TextTable().row("batch", "way", "per second", "interval", "over one", "interval", "ms/iteration");
        for (BatchRow row : record.rows()) {
            table.row(
                    "  " + row.batch(),
                    row.way(),
                    row.measured() ? number("%.4g", row.perSecond()) : row.kind(),
                    row.measured() ? Numbers.interval(row.low(), row.high()) : "",
                    row.overOne() == null ? "" : number("%.3f", row.overOne().ratio()),
                    row.overOne() == null
                            ? ""
                            : Numbers.interval(
                                    row.overOne().low(), row.overOne().high()),
                    row.measured() ? number("%.4f", row.iterationMillis()) : "");
        }
        text.table(table);
        text.line("per second: whole reconstructions; over one: against the faster way of a batch of one.");
        text.line(
                "Losses of the first and the last member are those of the same member alone, to the bit, or no number is"
                        + " given.");
        text.line(
                "crossover %s: %s",
                record.crossover().batch() == null
                        ? "unknown"
                        : record.crossover().batch().toString(),
                record.crossover().reason());
        record.rows().stream()
                .filter(row -> !row.measured())
                .forEach(row -> text.line("  batch %d %s: %s, %s", row.batch(), row.way(), row.kind(), row.reason()));
        text.tail(record.missing(), record.remarks(), record.folder());
        return text.toString();
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
