// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.ablation.AblationRecord;
import fizeau.bench.batch.BatchRecord;
import fizeau.bench.batch.BatchRow;
import fizeau.bench.caches.CacheCost;
import fizeau.bench.caches.CacheLine;
import fizeau.bench.caches.CachesRecord;
import fizeau.bench.files.Json;
import fizeau.bench.im2im.Im2imRecord;
import fizeau.bench.im2im.Im2imRow;
import fizeau.bench.infer.InferRecord;
import fizeau.bench.infer.InferRow;
import fizeau.bench.operator.OperatorRecord;
import fizeau.bench.operator.OperatorRow;
import fizeau.bench.operator.OperatorSetting;
import fizeau.bench.ops.OpsRecord;
import fizeau.bench.pinn.PinnRecord;
import fizeau.bench.pinn.PinnResult;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.stats.Summary;
import fizeau.bench.training.TrainingRecord;
import fizeau.bench.training.VariantRecord;
import fizeau.bench.workload.Workload;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * A result as gate and reproduction see it: what must be the same on both sides, and the times.
 *
 * @param schema of the record
 * @param kind of its numbers, all kinds in one word
 * @param unit of the times
 * @param same fields that must agree beside schema, kind and protocol, by the name a reader knows
 * @param protocol how it was measured
 * @param times of what was timed, by the key that says what it is
 */
record TimedResult(
        String schema,
        String kind,
        String unit,
        Map<String, String> same,
        ProtocolSpec protocol,
        Map<String, Timed> times) {

    /**
     * Something that was timed.
     *
     * @param name for readers
     * @param times one for each round
     */
    record Timed(String name, double[] times) {}

    /** The result at a place, whatever command wrote it. */
    static TimedResult of(Path place) {
        return of(ResultFile.open(place));
    }

    static TimedResult of(ResultFile file) {
        TimedResult result = ResultKind.timed(file).times().apply(file);
        if (result.times.isEmpty()) {
            throw new IllegalArgumentException(
                    file.file() + " holds no measured time: use a result of a run that could measure something");
        }
        return result;
    }

    static TimedResult of(TrainingRecord record) {
        return ofVariants(
                record.schema(),
                record.kind(),
                workload(record.device(), record.environment(), record.workload()),
                record.protocol(),
                record.variants());
    }

    static TimedResult of(AblationRecord record) {
        Map<String, String> same = workload(record.device(), record.environment(), record.workload());
        same.put("threads", Integer.toString(record.threads()));
        return ofVariants(record.schema(), record.kind(), same, record.protocol(), record.variants());
    }

    private static TimedResult ofVariants(
            String schema,
            String kind,
            Map<String, String> same,
            ProtocolSpec protocol,
            Map<String, VariantRecord> variants) {
        return new TimedResult(schema, kind(kind, variants), "s", same, protocol, seconds(variants));
    }

    /** Making a value and finding it are timed apart; sizes that only one side has are no reason to refuse. */
    static TimedResult of(CachesRecord record) {
        Map<String, String> same = machine(record.device(), record.environment());
        same.put("threads", Integer.toString(record.threads()));
        same.put("seconds per call", Double.toString(record.secondsPerCall()));
        Map<String, Timed> times = new LinkedHashMap<>();
        record.caches().forEach(line -> {
            String name = CacheSentences.label(line.name()) + " " + line.imageSize();
            put(times, name + " recompute", line, CacheCost::recomputeNanos);
            put(times, name + " hit", line, CacheCost::hitNanos);
        });
        return new TimedResult(record.schema(), record.kind(), "ns", same, record.protocol(), times);
    }

    /** Each method of each benchmark; benchmarks that only one side has are no reason to refuse. */
    static TimedResult of(OpsRecord record) {
        Map<String, String> same = machine(record.device(), record.environment());
        same.put("sizes", record.shapes());
        same.put("cores", Integer.toString(record.cores()));
        same.put("seed", Long.toString(record.protocol().seed()));
        Map<String, Timed> times = new LinkedHashMap<>();
        record.comparison()
                .benchmarks()
                .forEach(line -> line.rows().forEach((method, row) -> {
                    if (row.measured()) {
                        String name = line.benchmark() + " " + method.word();
                        times.put(name, new Timed(name, numbers(row.roundMediansMs())));
                    }
                }));
        return new TimedResult(record.schema(), record.kind(), "ms", same, record.protocol(), times);
    }

    /** Every network on every framework at every batch size, by the medians of its rounds. */
    static TimedResult of(InferRecord record) {
        Map<String, String> same = machine(record.device(), record.environment());
        same.put("threads", Integer.toString(record.threads()));
        Json.tree(record.workload())
                .properties()
                .forEach(field ->
                        same.put("workload " + field.getKey(), field.getValue().toString()));
        Map<String, Timed> times = new LinkedHashMap<>();
        record.rows().stream().filter(InferRow::measured).forEach(row -> {
            String name = row.model() + ", batch " + row.batchSize() + ", " + row.framework();
            times.put(
                    name,
                    new Timed(
                            name,
                            row.runs().stream()
                                    .mapToDouble(run -> Summary.median(run.millis().stream()
                                            .mapToDouble(Double::doubleValue)
                                            .toArray()))
                                    .toArray()));
        });
        return new TimedResult(record.schema(), record.kind(), "ms", same, record.protocol(), times);
    }

    /** Cells and variants that only one side has are no reason to refuse; other points or epochs are. */
    static TimedResult of(PinnRecord record) {
        Map<String, String> same = machine(record.device(), record.environment());
        same.put("threads", Integer.toString(record.threads()));
        same.put("epochs", Integer.toString(record.epochs()));
        Map<String, Timed> times = new LinkedHashMap<>();
        record.cells()
                .forEach(cell -> cell.results().stream()
                        .filter(PinnResult::measured)
                        .forEach(result -> {
                            String name = cell.equation() + " seed " + cell.seed() + ", " + cell.points() + " points, "
                                    + result.variant();
                            times.put(
                                    name,
                                    new Timed(
                                            name,
                                            result.runs().stream()
                                                    .mapToDouble(PinnResult.Run::seconds)
                                                    .toArray()));
                        }));
        return new TimedResult(record.schema(), record.kind(), "s", same, record.protocol(), times);
    }

    /** Rows are the same when they do the same work on the same branch; those of one side alone are no reason to refuse. */
    static TimedResult of(Im2imRecord record) {
        Map<String, String> same = machine(record.device(), record.environment());
        same.put("threads", Integer.toString(record.threads()));
        same.put("mode", record.mode());
        Map<String, Timed> times = new LinkedHashMap<>();
        record.rows().stream()
                .filter(Im2imRow::measured)
                .forEach(row -> times.put(
                        row.label() + " "
                                + Integer.toHexString(row.settings().values().hashCode()),
                        new Timed(
                                row.label(),
                                row.runs().stream()
                                        .mapToDouble(Im2imRow.Run::timed)
                                        .toArray())));
        return new TimedResult(record.schema(), "measured", "s", same, record.protocol(), times);
    }

    /** Every method on every case in every direction; cases and methods that only one side has are no reason to refuse. */
    static TimedResult of(OperatorRecord record) {
        Map<String, String> same = machine(record.device(), record.environment());
        OperatorSetting setting = record.setting();
        same.put("threads", Integer.toString(record.threads()));
        same.put("object size", Integer.toString(setting.objectSize()));
        same.put("aperture radius", Double.toString(setting.apertureRadius()));
        same.put("pattern radius", Double.toString(setting.patternRadius()));
        same.put("samples", Integer.toString(setting.samples()));
        Map<String, Timed> times = new LinkedHashMap<>();
        record.rows().stream().filter(OperatorRow::measured).forEach(row -> {
            String name = row.of() + ", " + row.direction().word() + ", " + row.device() + " " + row.method();
            times.put(name, new Timed(name, numbers(row.roundMediansMs())));
        });
        return new TimedResult(record.schema(), record.kind(), "ms", same, record.protocol(), times);
    }

    /** Seconds of a reconstruction in every batch; sizes and ways that only one side has are no reason to refuse. */
    static TimedResult of(BatchRecord record) {
        Map<String, String> same = workload(record.device(), record.environment(), record.workload());
        same.put("variant", record.variant().name());
        Map<String, Timed> times = new LinkedHashMap<>();
        record.rows().stream().filter(BatchRow::measured).forEach(row -> {
            String name = "batch " + row.batch() + ", " + row.way();
            times.put(name, new Timed(name, numbers(row.secondsEach())));
        });
        return new TimedResult(record.schema(), record.kind(), "s", same, record.protocol(), times);
    }

    private static double[] numbers(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static Map<String, String> machine(String device, JsonNode environment) {
        Map<String, String> same = new LinkedHashMap<>();
        same.put("device", device);
        same.put("processor model", environment.path("processor").path("model").asText());
        same.put(
                "usable processors",
                environment.path("processor").path("usableProcessors").asText());
        return same;
    }

    private static Map<String, String> workload(String device, JsonNode environment, Workload workload) {
        Map<String, String> same = machine(device, environment);
        Json.tree(workload)
                .properties()
                .forEach(field ->
                        same.put("workload " + field.getKey(), field.getValue().asText()));
        return same;
    }

    /** One word where all numbers are of one kind. */
    private static String kind(String whole, Map<String, VariantRecord> variants) {
        TreeSet<String> kinds = new TreeSet<>(List.of(whole));
        variants.values().forEach(variant -> kinds.add(variant.kind()));
        return String.join(" and ", kinds);
    }

    private static void put(Map<String, Timed> times, String name, CacheLine line, ToDoubleFunction<CacheCost> nanos) {
        times.put(
                name, new Timed(name, line.rounds().stream().mapToDouble(nanos).toArray()));
    }

    private static Map<String, Timed> seconds(Map<String, VariantRecord> variants) {
        Map<String, Timed> seconds = new LinkedHashMap<>();
        variants.forEach((key, variant) -> seconds.put(
                key,
                new Timed(
                        variant.name(),
                        variant.rounds().stream()
                                .mapToDouble(VariantRecord.Round::trainingSeconds)
                                .toArray())));
        return seconds;
    }
}
