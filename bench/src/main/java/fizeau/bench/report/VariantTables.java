// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.page.Block.Row;
import fizeau.bench.page.Block.Table;
import fizeau.bench.page.Cell;
import fizeau.bench.stats.Summary;
import fizeau.bench.training.VariantRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** What was measured of each variant of a training, a column each: times, quality, memory, and the machine meanwhile. */
final class VariantTables {
    private static final String MEASURED = "measured";
    private static final String DERIVED = "derived";

    private final RecordCells cells;
    private final Map<String, VariantRecord> variants;

    /** @param record as JSON; it holds {@code variants} under that name */
    VariantTables(JsonNode record, Map<String, VariantRecord> variants) {
        this.cells = new RecordCells(record);
        this.variants = variants;
    }

    Table times() {
        return ofVariants(
                "times",
                "Whole training, median over rounds with its interval",
                List.of(
                        row("training, s", MEASURED, "/trainingSeconds"),
                        part("interval", MEASURED, key -> cells.interval(key + "/trainingLow", key + "/trainingHigh")),
                        part("fastest round", MEASURED, key -> cells.number(key + "/training/min")),
                        part("slowest round", MEASURED, key -> cells.number(key + "/training/max")),
                        row("per sample, ms", DERIVED, "/millisPerSample"),
                        row("samples per second", DERIVED, "/samplesPerSecond")));
    }

    Table iterations() {
        return ofVariants(
                "iterations",
                "One iteration, milliseconds, over all iterations of all rounds",
                List.of(
                        row("median of the rounds' medians", MEASURED, "/medianIterationMs"),
                        part(
                                "quartiles",
                                MEASURED,
                                key -> cells.interval(key + "/iteration/q1", key + "/iteration/q3")),
                        part("mean", MEASURED, key -> cells.number(key + "/iteration/mean")),
                        part("standard deviation", MEASURED, key -> cells.number(key + "/iteration/std")),
                        part("95th percentile", MEASURED, key -> cells.number(key + "/iteration/p95")),
                        part("99th percentile", MEASURED, key -> cells.number(key + "/iteration/p99")),
                        part("samples", MEASURED, key -> cells.count(key + "/iteration/n"))));
    }

    Table quality() {
        return ofVariants(
                "quality",
                "Reconstruction against the object, median over rounds",
                List.of(
                        row("PSNR, dB", MEASURED, "/psnr"),
                        row("SSIM", MEASURED, "/ssim"),
                        row("RMSE", MEASURED, "/rmse"),
                        row("MSE", MEASURED, "/mse"),
                        row("correlation", MEASURED, "/correlation")));
    }

    Table memory() {
        return ofVariants(
                "memory",
                "Memory, MB",
                List.of(
                        new VariantRow(
                                "peak of the process",
                                MEASURED,
                                false,
                                key -> cells.megabytes(key + "/peakMemoryBytes")),
                        part("native tensors", MEASURED, key -> cells.megabytes(key + "/nativeBytes")),
                        part("Java heap", MEASURED, key -> cells.megabytes(key + "/peakHeapBytes"))));
    }

    Table phases() {
        return ofVariants(
                "phases",
                "Outside the training time, and the machine during it",
                List.of(
                        median("start of the JVM, s", "/phases/start"),
                        median("loading, s", "/phases/load"),
                        median("warm-up, s", "/phases/warmUp"),
                        median("cores busy", "/interference/processorShare"),
                        new VariantRow(
                                "most time stolen in a round",
                                MEASURED,
                                false,
                                key -> cells.condensed(
                                        key + "/rounds/*/interference/stealShare",
                                        values -> Arrays.stream(values).max().orElseThrow(),
                                        Numbers::percent)),
                        new VariantRow(
                                "garbage collections",
                                MEASURED,
                                false,
                                key -> cells.condensed(
                                        key + "/rounds/*/interference/collections",
                                        values -> Arrays.stream(values).sum(),
                                        value -> value == null
                                                ? Numbers.UNKNOWN
                                                : String.format(Locale.ROOT, "%.0f", value)))));
    }

    /** A row of a table whose columns are the variants; {@code cell} receives the variant's place in the record. */
    private record VariantRow(String label, String kind, boolean detail, Function<String, Cell> cell) {}

    private VariantRow row(String label, String kind, String pointer) {
        return new VariantRow(label, kind, false, key -> cells.number(key + pointer));
    }

    private static VariantRow part(String label, String kind, Function<String, Cell> cell) {
        return new VariantRow(label, kind, true, cell);
    }

    private VariantRow median(String label, String pointer) {
        return new VariantRow(
                label,
                MEASURED,
                false,
                key -> cells.condensed(key + "/rounds/*" + pointer, Summary::median, Numbers::plain));
    }

    private Table ofVariants(String name, String caption, List<VariantRow> rows) {
        List<String> header = new ArrayList<>(List.of(""));
        variants.values().forEach(variant -> header.add(variant.name()));
        return new Table(
                name,
                caption,
                header,
                rows.stream()
                        .map(row -> new Row(
                                row.label(),
                                variants.keySet().stream()
                                        .map(key -> row.cell().apply("/variants/" + key))
                                        .toList(),
                                row.kind(),
                                row.detail()))
                        .toList());
    }
}
