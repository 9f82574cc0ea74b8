// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import fizeau.bench.stats.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The list that the original's {@code --output} holds, with more keys. The metrics of a row are those of one process, the
 * one whose time is the median, so that they belong together; {@code rounds} has the times of all.
 */
public final class Im2imDocument {

    private Im2imDocument() {}

    /** One element for each row. */
    public static List<Map<String, Object>> of(Im2imRecord record) {
        return record.rows().stream().map(row -> element(record, row)).toList();
    }

    private static Map<String, Object> element(Im2imRecord record, Im2imRow row) {
        Map<String, Object> element = new LinkedHashMap<>();
        element.put("branch", row.branch());
        element.put("experiment", row.experiment());
        element.put("task_config", config(row));
        element.put("timestamp", row.startedAt() == null ? record.startedAt() : row.startedAt());
        element.put("success", row.error() == null);
        element.put("error", row.error());
        element.put("git_info", row.git());
        element.put("metrics", row.measured() ? metrics(record.parsedMode(), row) : Map.of());
        element.put("label", row.label());
        element.put("line", row.line());
        element.put("kind", row.kind());
        element.put("run", record.runId());
        return element;
    }

    private static Map<String, Object> config(Im2imRow row) {
        Map<String, Object> config = new LinkedHashMap<>();
        Im2imTask task = row.task();
        if (task != null) {
            config.put("branch", task.branch());
            config.put("experiment", task.experiment());
            config.put("trainer", trainer(row));
            config.put("max_epochs", task.maxEpochs());
            config.put("batch_size", task.batchSize());
            if (task.checkpointPath() != null) {
                config.put("checkpoint_path", task.checkpointPath());
            }
            config.put("data_path", task.dataPath().isEmpty() ? "synthetic" : task.dataPath());
            config.put("overrides", task.overrides());
        }
        config.put("settings", row.settings());
        return config;
    }

    private static Map<String, Object> metrics(Im2imMode mode, Im2imRow row) {
        Im2imRow.Run run = row.medianRun();
        Im2imOutcome outcome = run.outcome();
        Map<String, Object> metrics = new LinkedHashMap<>();
        outcome.timings().forEach((path, timing) -> put(metrics, path, timing));
        metrics.put("first_step_seconds", outcome.firstStepSeconds());
        metrics.put("compile_s", compileSeconds(outcome));
        metrics.put("parts_seconds", outcome.parts());
        metrics.put("floor", row.floor());
        if (mode == Im2imMode.TRAIN) {
            metrics.put("final_metrics", outcome.results());
            metrics.put("dataset_info", outcome.counts());
        } else {
            Map<String, Object> info = new LinkedHashMap<>(outcome.counts());
            info.putAll(outcome.results());
            metrics.put("inference_info", info);
        }
        metrics.put("data", outcome.data());
        metrics.put("weights", outcome.weights());
        metrics.put("threads", outcome.threads());
        Map<String, Object> compared = new LinkedHashMap<>();
        List<Double> seconds = new ArrayList<>();
        row.runs().forEach(one -> seconds.add(one.timed()));
        compared.put("timer", Im2imOutcome.headline(mode));
        compared.put("seconds", seconds);
        compared.put("median", row.seconds().value());
        compared.put("low", row.seconds().low());
        compared.put("high", row.seconds().high());
        compared.put("reference", row.reference());
        compared.put("speedup", row.speedup());
        compared.put("verdict", row.judgement() == null ? null : row.judgement().verdict());
        metrics.put("rounds", compared);
        return metrics;
    }

    /** What it ran on, or, where it did not, what was written. */
    private static String trainer(Im2imRow row) {
        return row.settings() == null
                ? row.task().trainer()
                : row.settings().accelerator().word();
    }

    /** Derived: what the first step of the process took beyond a usual one, which is loading and generating code. */
    private static double compileSeconds(Im2imOutcome outcome) {
        double usual = Summary.median(
                outcome.stepMillis().stream().mapToDouble(Double::doubleValue).toArray());
        return Math.max(0, outcome.firstStepSeconds() - usual * 1e-3);
    }

    /** Timers under a point lie in an object of their own. */
    @SuppressWarnings("unchecked") // what lies under a first half is always such a map
    private static void put(Map<String, Object> metrics, String path, Timing timing) {
        int point = path.indexOf('.');
        if (point < 0) {
            metrics.put(path, timing);
        } else {
            Map<String, Object> inner = (Map<String, Object>)
                    metrics.computeIfAbsent(path.substring(0, point), name -> new LinkedHashMap<String, Object>());
            inner.put(path.substring(point + 1), timing);
        }
    }
}
