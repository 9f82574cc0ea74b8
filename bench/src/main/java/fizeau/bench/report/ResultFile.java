// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.training.TrainingRecord;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads results back; whatever is wrong with a file is told in one sentence. */
public final class ResultFile {

    private ResultFile() {}

    /**
     * A result with at least one round.
     *
     * @param place {@code result.json}, or the folder of the run
     */
    public static TrainingRecord read(Path place) {
        Path file = Files.isDirectory(place) ? place.resolve(TrainingFiles.RESULT) : place;
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
        if (record.variants() == null || record.variants().isEmpty()) {
            throw new IllegalArgumentException(file
                    + " holds no samples, so there is nothing to report or compare: use a result of a finished run");
        }
        return record;
    }
}
