// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.infer.InferRecord;
import fizeau.bench.infer.InferRow;
import fizeau.bench.infer.Session;
import java.util.List;
import java.util.Locale;

/** The report of an inference benchmark as plain text: the original's lines first, then what they do not say. */
final class InferText {
    private static final String RULE = "=".repeat(60);

    /** Parts of a call below this share of it are left to the record. */
    private static final double SMALLEST_SHARE = 0.02;

    private InferText() {}

    static String of(InferRecord record) {
        Lines text = new Lines();
        banner(text, record);
        record.rows().forEach(row -> block(text, row, record));
        text.line(RULE)
                .line("Total configurations: %d", record.rows().size())
                .line("Results saved to: %s", record.folder())
                .line(RULE)
                .line("");
        text.line("run       %s %s", record.command(), record.runId());
        text.device(record.device(), record.environment());
        text.rounds(record.protocol().rounds(), "framework");
        text.line(
                "timing    %d calls before the clock starts, then up to %d a process; bound %s s for a model and batch",
                record.workload().warmUps(),
                record.workload().iterations(),
                Numbers.plain(record.workload().maxSeconds()));
        text.line("answers   compared with libtorch in double precision before the clock starts")
                .line("");
        for (String model : record.workload().models()) {
            text.line("%s, %s", model, record.workload().dtype());
            text.table(times(record, model));
        }
        record.rows().forEach(row -> grounds(text, row));
        record.rows().stream().filter(row -> !row.profile().isEmpty()).forEach(row -> profile(text, row));
        return text.tail(List.of(), record.remarks(), record.folder()).toString();
    }

    private static void banner(Lines text, InferRecord record) {
        text.line(RULE)
                .line("Framework benchmark: inference")
                .line(RULE)
                .line("Device: %s", record.environment().at("/processor/model").asText("unknown"))
                .line("  Type: %s", record.device())
                .line("  Available: true")
                .line("  Memory: %s MB", memory(record, "availableBytes"))
                .line(
                        "  Capability: %s",
                        record.environment().at("/processor/vectorLevel").asText("unknown"))
                .line(RULE);
    }

    private static String memory(InferRecord record, String field) {
        return Numbers.megabytes(
                record.environment().path("memory").path(field).isNumber()
                        ? (Long) record.environment().path("memory").path(field).asLong()
                        : null);
    }

    /** As the original prints a configuration. */
    private static void block(Lines text, InferRow row, InferRecord record) {
        text.line(
                "%s, %s, batch size %d (%s)",
                row.framework(), row.model(), row.batchSize(), record.workload().dtype());
        if (!row.measured()) {
            text.line("  %s: %s", row.kind(), row.reason()).line("");
            return;
        }
        text.line("  Latency (p50): %.2f ms", row.timings().p50());
        text.line("  Throughput: %.2f images/sec", row.timings().imagesPerSecond());
        text.line("  Memory: %s MB", Numbers.megabytes(row.memory().resident()));
        text.line("  Compilation: %.2f ms", row.compilationMillis());
        if (row.endToEnd() != null) {
            text.line(
                    "  End to end, from files: %.2f ms, %.2f images/sec (the latency above is compute only)",
                    row.endToEnd().p50(), row.endToEnd().imagesPerSecond());
        }
        text.line("");
    }

    private static TextTable times(InferRecord record, String model) {
        TextTable table = new TextTable()
                .row(
                        "framework",
                        "batch",
                        "p50 ms",
                        "95 %",
                        "p95",
                        "p99",
                        "img/s",
                        "x " + record.reference(),
                        "95 %",
                        "verdict",
                        "work MB",
                        "whole MB",
                        "compile ms",
                        "worst error");
        for (InferRow row : record.rows()) {
            if (!row.model().equals(model) || !row.measured()) {
                continue;
            }
            InferRow.Timings t = row.timings();
            table.row(
                    row.framework(),
                    Integer.toString(row.batchSize()),
                    Numbers.plain(t.p50()),
                    Numbers.interval(t.low(), t.high()),
                    Numbers.plain(t.p95()),
                    Numbers.plain(t.p99()),
                    Numbers.plain(t.imagesPerSecond()),
                    row.speedup() == null
                            ? Numbers.UNKNOWN
                            : String.format(Locale.ROOT, "%.2f", row.speedup().ratio()),
                    row.speedup() == null
                            ? Numbers.UNKNOWN
                            : Numbers.interval(
                                    row.speedup().low(), row.speedup().high()),
                    row.judgement() == null
                            ? Numbers.UNKNOWN
                            : row.judgement().verdict().name(),
                    Numbers.megabytes(row.memory().working()),
                    Numbers.megabytes(row.memory().resident()),
                    Numbers.plain(row.compilationMillis()),
                    String.format(
                            Locale.ROOT,
                            "%.1e",
                            row.agreement().worstAbsolute() / row.agreement().largestReference()));
        }
        return table;
    }

    private static void grounds(Lines text, InferRow row) {
        String name = row.model() + ", batch " + row.batchSize() + ", " + row.framework();
        if (row.measured() && row.judgement() == null) {
            text.line("%s (%s, %s threads)", name, row.library(), row.threads());
        } else if (row.judgement() != null) {
            text.line(
                    "%s (%s, %s threads): %s, %s",
                    name,
                    row.library(),
                    row.threads(),
                    row.judgement().verdict(),
                    row.judgement().reason());
        }
    }

    private static void profile(Lines text, InferRow row) {
        double all = row.profile().stream().mapToDouble(Session.Part::millis).sum();
        text.line("")
                .line(
                        "where a call of %s on %s at batch %d spends %.1f ms",
                        row.model(), row.framework(), row.batchSize(), all);
        for (Session.Part part : row.profile()) {
            if (part.millis() >= SMALLEST_SHARE * all) {
                text.line(
                        "  %8.2f ms  %4.1f %%  %3d x %s",
                        part.millis(), 100 * part.millis() / all, part.calls(), part.name());
            }
        }
    }
}
