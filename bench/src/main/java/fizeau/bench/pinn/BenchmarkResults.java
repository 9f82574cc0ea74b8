// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The result file with the keys that users of the original know: for each equation means over seeds and the standard deviation
 * of those means (divisor n), {@code per_seed} beneath; once for the headline variant, where the original has them, and once
 * for every variant under {@code variants}. Keys beside the equations: {@code schema}, {@code headline}, {@code device},
 * {@code reference}, {@code targets}, {@code environment}.
 */
public final class BenchmarkResults {
    static final String SCHEMA = "fizeau.pinn-benchmark/1";

    private BenchmarkResults() {}

    /**
     * One number with its spread.
     *
     * @param std over seeds, divisor n
     */
    public record Cell(double mean, double std) {}

    /** The two cells of a table's row. */
    public record Speed(Cell iterationsPerSecond, Cell wallSeconds1000) {}

    /** As a JSON document. */
    public static Map<String, Object> of(PinnRecord record) {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("schema", SCHEMA);
        file.put("headline", record.headline());
        file.put("device", record.device());
        file.put("reference", record.reference());
        file.put("epochs", record.epochs());
        for (String equation :
                record.cells().stream().map(PinnCell::equation).distinct().toList()) {
            List<PinnCell> cells = record.cells().stream()
                    .filter(cell -> cell.equation().equals(equation))
                    .toList();
            Map<String, Object> entry = new LinkedHashMap<>(aggregate(cells, record.headline()));
            Map<String, Object> variants = new LinkedHashMap<>();
            record.variants().forEach(variant -> variants.put(variant, aggregate(cells, variant)));
            entry.put("variants", variants);
            file.put(equation, entry);
        }
        file.put("targets", record.targets());
        file.put("missing", record.missing());
        file.put("wrong", record.wrong());
        file.put("remarks", record.remarks());
        file.put("environment", record.environment());
        return file;
    }

    private static Map<String, Object> aggregate(List<PinnCell> cells, String variant) {
        Map<String, Object> entry = new LinkedHashMap<>();
        List<PinnResult> measured =
                cells.stream().flatMap(cell -> cell.result(variant).stream()).toList();
        if (measured.isEmpty()) {
            entry.put("kind", "unavailable");
            entry.put(
                    "reason",
                    cells.stream()
                            .flatMap(cell -> cell.results().stream())
                            .filter(result -> result.variant().equals(variant))
                            .map(PinnResult::reason)
                            .findFirst()
                            .orElse("it was not asked for"));
            return entry;
        }
        entry.put("kind", "measured");
        put(
                entry,
                "it_per_sec",
                measured.stream()
                        .mapToDouble(result -> result.iterationsPerSecond().mean())
                        .toArray());
        put(
                entry,
                "wall_time_1000",
                measured.stream()
                        .mapToDouble(result -> result.wallSeconds1000().mean())
                        .toArray());
        entry.put("wall_time_1000_kind", measured.get(0).wall1000Kind());
        Map<String, Object> seeds = new LinkedHashMap<>();
        for (PinnCell cell : cells) {
            cell.result(variant).ifPresent(result -> seeds.put("seed_" + cell.seed(), seed(result)));
        }
        entry.put("per_seed", seeds);
        return entry;
    }

    private static Map<String, Object> seed(PinnResult result) {
        Map<String, Object> entry = new LinkedHashMap<>();
        put(entry, "wall_time", result.wallSeconds());
        put(entry, "it_per_sec", result.iterationsPerSecond());
        put(entry, "wall_time_1000_epochs", result.wallSeconds1000());
        entry.put("runs", result.runs().size());
        entry.put("setup_s", result.setupSeconds());
        entry.put("compile_s", result.firstStepSeconds());
        entry.put("warm_up_s", result.warmUpSeconds());
        entry.put("steady_step_ms", result.stepMillis());
        entry.put("steady_it_per_sec", 1e3 / result.stepMillis());
        entry.put("error_difference", result.errorDifference());
        entry.put("speedup_over_eager", result.speedup()); // on a GPU over Python's, as "reference" says
        return entry;
    }

    private static void put(Map<String, Object> entry, String name, Figure figure) {
        entry.put(name + "_mean", figure.mean());
        entry.put(name + "_std", figure.std());
        entry.put(name + "_median", figure.median());
        entry.put(name + "_low", figure.low());
        entry.put(name + "_high", figure.high());
    }

    private static void put(Map<String, Object> entry, String name, double[] means) {
        double mean = Arrays.stream(means).average().orElseThrow();
        double variance = Arrays.stream(means)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow();
        entry.put(name + "_mean", mean);
        entry.put(name + "_std", Math.sqrt(variance));
    }

    /**
     * Reads the figures of one variant from such a file, or from the original's.
     *
     * @param variant null for those that stand at the equation itself
     * @return by equation word; equations without figures are left out
     */
    public static Map<String, Speed> read(Path file, String variant) {
        JsonNode tree = Json.readTree(file);
        Map<String, Speed> speeds = new LinkedHashMap<>();
        for (Equation equation : Equation.values()) {
            JsonNode entry = tree.path(equation.word());
            entry = variant == null ? entry : entry.path("variants").path(variant);
            if (entry.path("it_per_sec_mean").isNumber()
                    && entry.path("wall_time_1000_mean").isNumber()) {
                speeds.put(
                        equation.word(),
                        new Speed(
                                cell(file, equation, entry, "it_per_sec"),
                                cell(file, equation, entry, "wall_time_1000")));
            }
        }
        if (speeds.isEmpty()) {
            throw new IllegalArgumentException(file + " holds no it_per_sec_mean and wall_time_1000_mean"
                    + (variant == null ? "" : " of variant " + variant)
                    + " for any equation: use a file that \"pinn --output\" wrote");
        }
        return speeds;
    }

    private static Cell cell(Path file, Equation equation, JsonNode entry, String name) {
        double mean = entry.path(name + "_mean").asDouble();
        double std = entry.path(name + "_std").asDouble(0);
        if (!(mean > 0) || !(std >= 0)) {
            throw new IllegalArgumentException(
                    file + ": " + equation.word() + " has " + name + " of " + mean + " with a" + " deviation of " + std
                            + ", and a speed is positive: use a file that \"pinn --output\" wrote");
        }
        return new Cell(mean, std);
    }
}
