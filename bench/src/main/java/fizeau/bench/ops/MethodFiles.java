// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The outputs of the methods in a run's folder, one file each: benchmark by name; and how they were executed. */
public final class MethodFiles {
    /** Holds the executions, oldest first. */
    static final String EXECUTIONS = "executions.json";

    private final Path folder;

    public MethodFiles(Path folder) {
        this.folder = folder;
    }

    /** The rows of a method; empty when its file is absent. */
    public Map<String, MethodRow> read(Method method) {
        Path file = folder.resolve(method.file());
        Map<String, MethodRow> rows = new LinkedHashMap<>();
        if (!Files.isRegularFile(file)) {
            return rows;
        }
        JsonNode all = Json.readTree(file);
        if (!all.isObject()) {
            throw new IllegalArgumentException(file + " is no list of benchmarks by name: execute the method again");
        }
        all.properties().forEach(entry -> {
            try {
                rows.put(entry.getKey(), Json.value(entry.getValue(), MethodRow.class));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        file + " holds a row " + entry.getKey() + " that cannot be read: execute the method again", e);
            }
        });
        return rows;
    }

    /** Puts rows beside those that are there. Processes that each compute a share of the cases may do so at the same time. */
    public void add(RunFolder run, Method method, Map<String, MethodRow> rows) {
        locked(() -> {
            Map<String, MethodRow> all = read(method);
            all.putAll(rows);
            run.writeJson(method.file(), all);
        });
    }

    /** The executions whose rows lie here, oldest first. */
    public List<OpsExecution> executions() {
        Path file = folder.resolve(EXECUTIONS);
        return Files.isRegularFile(file) ? List.of(Json.read(file, OpsExecution[].class)) : List.of();
    }

    /** Puts an execution behind those that are there, or in place of the one that began at the same time on the same cases. */
    public void add(RunFolder run, OpsExecution execution) {
        locked(() -> {
            List<OpsExecution> all = new ArrayList<>(executions());
            all.removeIf(one ->
                    one.startedAt().equals(execution.startedAt()) && one.cases().equals(execution.cases()));
            all.add(execution);
            run.writeJson(EXECUTIONS, all);
        });
    }

    private void locked(Runnable change) {
        Path lock = folder.resolve(".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            change.run();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + lock + ": " + e.getMessage(), e);
        }
    }
}
