// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.InterruptedRun;
import fizeau.bench.files.Json;
import fizeau.bench.training.TrainingRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads results back; whatever is wrong with a file is told in one sentence. */
public final class ResultFile {

    private static final List<String> NEEDED = List.of(
            "/kind",
            "/command",
            "/runId",
            "/device",
            "/workload/name",
            "/workload/object",
            "/workload/pattern",
            "/checks",
            "/qualities",
            "/gate",
            "/threadTrials",
            "/protocol/warmUp",
            "/seeds",
            "/published",
            "/missing",
            "/remarks",
            "/environment");
    private static final List<String> NEEDED_OF_VARIANT =
            List.of("/name", "/kind", "/spec", "/training", "/iteration", "/caches", "/plans");

    private ResultFile() {}

    /**
     * A result with at least one round.
     *
     * @param place {@code result.json}, or the folder of the run
     */
    public static TrainingRecord read(Path place) {
        Path file = Files.isDirectory(place) ? place.resolve(TrainingFiles.RESULT) : place;
        InterruptedRun.in(place).ifPresent(run -> {
            throw new IllegalArgumentException(run.sentence() + "; use a finished run");
        });
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "result " + file + " does not exist: name a " + TrainingFiles.RESULT + " or the folder of a run");
        }
        JsonNode tree = Json.readTree(file);
        String schema = tree.path("schema").asText("");
        if (!schema.equals(TrainingRecord.SCHEMA)) {
            throw new IllegalArgumentException(
                    file + (schema.isEmpty() ? " names no schema" : " has the schema " + schema) + " where "
                            + TrainingRecord.SCHEMA + " is needed: use a result of this version");
        }
        TrainingRecord record;
        try {
            record = Json.value(tree, TrainingRecord.class);
        } catch (IllegalArgumentException damaged) {
            throw new IllegalArgumentException(
                    file + " is damaged (" + damaged.getMessage() + "): use a file that this version wrote", damaged);
        }
        requireSamples(file, record);
        requireWhole(file, tree);
        return record;
    }

    private static void requireSamples(Path file, TrainingRecord record) {
        boolean some = record.variants() != null
                && !record.variants().isEmpty()
                && record.variants().values().stream()
                        .allMatch(variant -> variant != null
                                && variant.rounds() != null
                                && !variant.rounds().isEmpty());
        if (!some) {
            throw new IllegalArgumentException(file
                    + " holds no samples, so there is nothing to report or compare: use a result of a finished run");
        }
        record.variants()
                .values()
                .forEach(variant -> variant.rounds().forEach(round -> {
                    if (!(round.trainingSeconds() > 0 && Double.isFinite(round.trainingSeconds()))) {
                        throw new IllegalArgumentException(file + " is damaged (" + variant.name() + " took "
                                + round.trainingSeconds() + " s in round " + round.round()
                                + "): use a file that this version wrote");
                    }
                }));
    }

    /** Fields that are never null in a record; a damaged file may well lack one. */
    private static void requireWhole(Path file, JsonNode tree) {
        List<String> needed = new ArrayList<>(NEEDED);
        tree.path("variants").fieldNames().forEachRemaining(key -> {
            for (String field : NEEDED_OF_VARIANT) {
                needed.add("/variants/" + key + field);
            }
        });
        for (String pointer : needed) {
            if (tree.at(pointer).isMissingNode() || tree.at(pointer).isNull()) {
                throw new IllegalArgumentException(
                        file + " is damaged (it has no " + pointer + "): use a file that this version wrote");
            }
        }
    }
}
