// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.batch.BatchRow;
import java.nio.file.Path;
import java.util.List;

/** Fields that are never null in a record; a damaged file may well lack one. */
record WholeRecord(Path file, JsonNode tree) {
    private static final List<String> OF_EVERY_RUN = List.of("/kind", "/command", "/runId", "/device", "/environment");
    private static final List<String> OF_A_WORKLOAD =
            List.of("/workload/name", "/workload/object", "/workload/pattern");
    private static final List<String> OF_ROUNDS =
            List.of("/protocol/warmUp", "/published", "/missing", "/remarks", "/childFlags");
    private static final List<String> OF_TRAINING =
            List.of("/checks", "/qualities", "/gate", "/threadTrials", "/seeds");
    private static final List<String> OF_VARIANT =
            List.of("/name", "/kind", "/spec", "/training", "/iteration", "/caches", "/plans");
    private static final List<String> OF_SPEEDUP = List.of("/variant", "/over", "/verdict", "/reason");

    void requireTraining() {
        require("", OF_EVERY_RUN, OF_A_WORKLOAD, OF_ROUNDS, OF_TRAINING);
        requireVariants();
    }

    void requireAblation() {
        require("", OF_EVERY_RUN, OF_A_WORKLOAD, OF_ROUNDS, List.of("/gate", "/seeds"));
        requireVariants();
        each("/switches", "/name", "/verdict");
        each("/switchDetails", "/name", "/label", "/meaning", "/caveat");
        each("/caches", "/name");
        each("/cacheDetails", "/name", "/sentence");
        each("/steps", "/label", "/caveat");
        for (int i = 0; i < tree.path("steps").size(); i++) {
            require("/steps/" + i + "/speedup", OF_SPEEDUP);
        }
        each("/stages", "/variant", "/millis", "/shares");
        each("/references", OF_SPEEDUP.toArray(String[]::new));
        sameSize("switches", "switchDetails");
        sameSize("caches", "cacheDetails");
    }

    void requireCaches() {
        require("", OF_EVERY_RUN, OF_ROUNDS, List.of("/sizes"));
        each("/caches", "/name", "/isolated/ratio", "/inUse/ratio");
    }

    void requireOps() {
        require("", OF_EVERY_RUN, List.of("/folder", "/shapes", "/protocol/warmUp", "/executions", "/childFlags"));
        require("", List.of("/again", "/remarks", "/comparison/speedups", "/comparison/tunedTarget/slower"));
        each("/comparison/benchmarks", "/benchmark", "/rows", "/speedups");
        for (int i = 0; i < tree.at("/comparison/benchmarks").size(); i++) {
            String rows = "/comparison/benchmarks/" + i + "/rows/";
            tree.at(rows.substring(0, rows.length() - 1))
                    .fieldNames()
                    .forEachRemaining(
                            key -> require(rows + key, List.of("/method", "/benchmark", "/kind", "/workload")));
        }
    }

    void requireInfer() {
        require("", OF_EVERY_RUN, List.of("/protocol/warmUp", "/missing", "/remarks", "/childFlags"));
        require("", List.of("/workload/models", "/workload/batchSizes", "/workload/inputShape", "/workload/dtype"));
        each("/rows", "/model", "/framework", "/kind", "/profile", "/runs");
        for (int i = 0; i < tree.path("rows").size(); i++) {
            if (tree.at("/rows/" + i + "/kind").asText().equals("measured")) {
                require("/rows/" + i, List.of("/timings", "/memory", "/agreement", "/compilationMillis"));
                each("/rows/" + i + "/runs", "/millis/0", "/interference");
            }
        }
    }

    void requirePinn() {
        require(
                "",
                OF_EVERY_RUN,
                List.of("/protocol/warmUp", "/variants", "/headline", "/missing", "/remarks", "/wrong"));
        require("", List.of("/childFlags", "/startedAt", "/folder"));
        each("/cells", "/equation", "/weights", "/accuracy", "/gate", "/results");
        for (int i = 0; i < tree.path("cells").size(); i++) {
            each("/cells/" + i + "/gate", "/variant");
            each("/cells/" + i + "/results", "/variant", "/kind", "/runs", "/checkpoints", "/losses");
            for (int j = 0; j < tree.at("/cells/" + i + "/results").size(); j++) {
                requirePinnResult("/cells/" + i + "/results/" + j);
            }
        }
    }

    private void requirePinnResult(String result) {
        if (tree.at(result + "/kind").asText().equals("unavailable")) {
            require(result, List.of("/reason"));
            return;
        }
        require(result, List.of("/wallSeconds", "/iterationsPerSecond", "/wallSeconds1000", "/wall1000Kind"));
        each(result + "/runs", "/phases", "/memory", "/interference", "/stepMillis");
        each(result + "/checkpoints", "/epoch");
    }

    void requireOperator() {
        require("", OF_EVERY_RUN, List.of("/missing", "/remarks", "/rates", "/devices", "/protocol/warmUp"));
        require("/setting", List.of("/sizes", "/batches"));
        each("/masks", "/mask");
        each("/rows", "/of/mask", "/direction", "/device", "/method", "/kind");
        each("/targets", "/what", "/verdict", "/reason");
    }

    void requireProfile() {
        require("", OF_EVERY_RUN, OF_A_WORKLOAD, List.of("/variant/name", "/profiling/value", "/plans", "/remarks"));
        require("", List.of("/profiledSeconds", "/plainSeconds", "/description", "/folder"));
        each("/ranges", "/name");
    }

    void requireBatch() {
        require("", OF_EVERY_RUN, OF_A_WORKLOAD, List.of("/protocol/warmUp", "/variant/name", "/crossover/reason"));
        require("", List.of("/folder", "/missing", "/remarks", "/childFlags", "/seeds"));
        each("/rows", "/batch", "/way", "/kind", "/secondsEach");
        for (int i = 0; i < tree.path("rows").size(); i++) {
            String row = "/rows/" + i;
            require(
                    row,
                    tree.at(row + "/kind").asText().equals(BatchRow.MEASURED)
                            ? List.of("/perSecond", "/iterationMillis", "/nativeBytes")
                            : List.of("/reason"));
        }
    }

    void requireCeilings() {
        require("", OF_EVERY_RUN, List.of("/folder", "/description"));
        each("/ceilings", "/name", "/kind", "/unit");
    }

    void requireEvidence() {
        require("", OF_EVERY_RUN, List.of("/folder"));
        each("/rows", "/step", "/meaning", "/state", "/reason", "/command", "/files", "/said", "/missing");
    }

    void requireIm2im() {
        require("", OF_EVERY_RUN, List.of("/mode", "/protocol/warmUp", "/remarks", "/wrong", "/childFlags"));
        each("/rows", "/label", "/branch", "/experiment", "/kind", "/switches", "/runs");
    }

    void requireMaster() {
        require("", List.of("/runId", "/folder"));
        each("/parts", "/command", "/arguments", "/state", "/reason", "/folder", "/report");
    }

    private void requireVariants() {
        tree.path("variants")
                .fieldNames()
                .forEachRemaining(key -> require("/variants/" + RecordCells.escape(key), OF_VARIANT));
    }

    private void each(String list, String... fields) {
        require("", List.of(list));
        for (int i = 0; i < tree.at(list).size(); i++) {
            require(list + "/" + i, List.of(fields));
        }
    }

    private void sameSize(String one, String other) {
        if (tree.path(one).size() != tree.path(other).size()) {
            throw damaged("it has " + tree.path(one).size() + " " + one + " and "
                    + tree.path(other).size() + " " + other);
        }
    }

    @SafeVarargs
    private void require(String start, List<String>... fields) {
        for (List<String> some : fields) {
            for (String field : some) {
                JsonNode node = tree.at(start + field);
                if (node.isMissingNode() || node.isNull()) {
                    throw damaged("it has no " + start + field);
                }
            }
        }
    }

    private IllegalArgumentException damaged(String what) {
        return new IllegalArgumentException(file + " is damaged (" + what + "): use a file that this version wrote");
    }
}
