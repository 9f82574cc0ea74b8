// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import fizeau.image.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The table of results under the original's name and header, ours behind it; an empty cell means that nothing is known. */
public final class InferCsv {
    private static final List<String> ORIGINAL = List.of(
            "timestamp",
            "framework",
            "model",
            "device",
            "device_type",
            "batch_size",
            "input_shape",
            "dtype",
            "warmup_iterations",
            "measurement_iterations",
            "latency_p50_ms",
            "latency_p95_ms",
            "latency_p99_ms",
            "latency_mean_ms",
            "latency_std_ms",
            "latency_min_ms",
            "latency_max_ms",
            "throughput_ips",
            "memory_mb",
            "compilation_time_ms",
            "git_commit",
            "notes");
    private static final List<String> OURS = List.of(
            "kind",
            "rounds",
            "latency_p50_low_ms",
            "latency_p50_high_ms",
            "memory_working_mb",
            "memory_device_mb",
            "memory_resident_mb",
            "speedup_over_libtorch",
            "speedup_low",
            "speedup_high",
            "verdict",
            "worst_error",
            "end_to_end_p50_ms",
            "end_to_end_throughput_ips",
            "speedup_over_pytorch");
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final double MEGA = 1e-6;

    private InferCsv() {}

    /** The original's name for a table of that time. */
    public static String name(Instant startedAt) {
        return "benchmark_results_" + STAMP.format(startedAt) + ".csv";
    }

    /** The rows of a record. */
    public static String of(InferRecord record) {
        List<String> header = new ArrayList<>(ORIGINAL);
        header.addAll(OURS);
        StringBuilder text = new StringBuilder(String.join(",", header)).append('\n');
        for (InferRow row : record.rows()) {
            List<String> cells = new ArrayList<>();
            for (Object cell : original(record, row)) {
                cells.add(text(cell));
            }
            for (Object cell : ours(record, row)) {
                cells.add(text(cell));
            }
            text.append(String.join(",", cells)).append('\n');
        }
        return text.toString();
    }

    /** Writes the table into a folder, which is made. */
    public static Path write(Path folder, InferRecord record) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make folder " + folder + " for the table: " + e.getMessage(), e);
        }
        Path file = folder.resolve(name(Instant.parse(record.startedAt())));
        AtomicFile.write(file, out -> out.write(of(record).getBytes(StandardCharsets.UTF_8)));
        return file;
    }

    /** Rows of a table as column to text; quoted cells may hold commas, not line breaks. */
    public static List<Map<String, String>> read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            List<Map<String, String>> rows = new ArrayList<>();
            List<String> header = lines.isEmpty() ? List.of() : cells(lines.get(0));
            for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
                List<String> cells = cells(line);
                if (cells.size() != header.size()) {
                    throw new IllegalArgumentException(file + " is damaged: a row has " + cells.size()
                            + " cells and the" + " header " + header.size());
                }
                Map<String, String> row = new LinkedHashMap<>();
                for (int i = 0; i < cells.size(); i++) {
                    row.put(header.get(i), cells.get(i));
                }
                rows.add(row);
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static List<Object> original(InferRecord record, InferRow row) {
        InferRow.Timings t = row.timings();
        String commit = record.environment().at("/git/commit").asText("");
        List<Object> cells = new ArrayList<>(List.of(
                record.startedAt(),
                row.framework(),
                row.model(),
                record.environment().at("/processor/model").asText(record.device()),
                record.device(),
                row.batchSize(),
                record.workload().inputShape(),
                record.workload().dtype(),
                record.workload().warmUps(),
                t == null ? 0 : t.calls()));
        Double[] latencies = t == null
                ? new Double[8]
                : new Double[] {t.p50(), t.p95(), t.p99(), t.mean(), t.std(), t.min(), t.max(), t.imagesPerSecond()};
        cells.addAll(Arrays.asList(latencies));
        cells.add(row.memory() == null ? null : megabytes(row.memory().resident()));
        cells.add(row.compilationMillis());
        cells.add(commit);
        cells.add(notes(row));
        return cells;
    }

    private static List<Object> ours(InferRecord record, InferRow row) {
        InferRow.Timings t = row.timings();
        InferRow.Memory memory = row.memory() == null ? new InferRow.Memory(null, null, null) : row.memory();
        List<Object> cells = new ArrayList<>();
        cells.add(row.kind());
        cells.add(row.runs().size());
        cells.add(t == null ? null : t.low());
        cells.add(t == null ? null : t.high());
        cells.add(megabytes(memory.working()));
        cells.add(megabytes(memory.device()));
        cells.add(megabytes(memory.resident()));
        cells.add(over(record, row, Framework.LIBTORCH));
        cells.add(row.speedup() == null ? null : row.speedup().low());
        cells.add(row.speedup() == null ? null : row.speedup().high());
        cells.add(row.judgement() == null ? null : row.judgement().verdict().name());
        cells.add(
                row.agreement() == null
                        ? null
                        : (Double) (row.agreement().worstAbsolute()
                                / row.agreement().largestReference()));
        cells.add(row.endToEnd() == null ? null : (Double) row.endToEnd().p50());
        cells.add(row.endToEnd() == null ? null : (Double) row.endToEnd().imagesPerSecond());
        cells.add(over(record, row, Framework.PYTORCH));
        return cells;
    }

    /** The speedup, where it is over this framework. */
    private static Double over(InferRecord record, InferRow row, Framework reference) {
        return row.speedup() == null || !record.reference().equals(reference.word())
                ? null
                : (Double) row.speedup().ratio();
    }

    /** What the empty cells mean. */
    static String notes(InferRow row) {
        List<String> notes = new ArrayList<>();
        if (row.reason() != null) {
            notes.add(row.reason());
        }
        if (row.library() != null) {
            notes.add(row.library());
        }
        if (row.timings() != null && row.timings().p99() == null) {
            notes.add("p99 needs 500 calls" + (row.timings().p95() == null ? " and p95 100" : ""));
        }
        return String.join("; ", notes);
    }

    private static Double megabytes(Long bytes) {
        return bytes == null ? null : (Double) (bytes * MEGA);
    }

    private static String text(Object cell) {
        if (cell == null) {
            return "";
        }
        if (cell instanceof Double number) {
            return String.format(Locale.ROOT, "%.6g", number);
        }
        String plain = cell.toString().replaceAll("\\R", " ");
        return plain.matches(".*[\",].*") ? '"' + plain.replace("\"", "\"\"") + '"' : plain;
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                cell.append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString());
        return cells;
    }
}
