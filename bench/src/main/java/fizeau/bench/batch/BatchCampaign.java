// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.batch;

import fizeau.backend.selection.DeviceName;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.RoundLoop;
import fizeau.bench.stats.Bootstrap;
import fizeau.bench.training.VariantSpec;
import fizeau.bench.workload.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Rounds of all batch sizes and ways, a fresh process each; a batch whose losses are not those of its members gets no number. */
public final class BatchCampaign {

    /**
     * What to run.
     *
     * @param sizes ascending, each once
     * @param seeds at least as many as the largest batch
     * @param objectFile NPY file of the object
     */
    public record Plan(
            Workload workload,
            VariantSpec variant,
            List<Integer> sizes,
            List<Long> seeds,
            String objectFile,
            ProtocolSpec protocol) {}

    /** What came of it. */
    public record Result(
            List<BatchRow> rows, Crossover crossover, List<JobFailure> failures, int rounds, List<String> remarks) {}

    private final Plan plan;
    private final RunFolder folder;
    private final RoundLoop.Executor executor;
    private final Progress progress;

    public BatchCampaign(Plan plan, RunFolder folder, RoundLoop.Executor executor, Progress progress) {
        this.plan = plan;
        this.folder = folder;
        this.executor = executor;
        this.progress = progress;
    }

    public Result run() {
        Map<String, BatchJob> jobs = new LinkedHashMap<>();
        for (int size : plan.sizes()) {
            for (BatchWay way : ways(size)) {
                BatchJob job = new BatchJob(
                        plan.workload(),
                        plan.variant(),
                        way,
                        plan.seeds().subList(0, size),
                        plan.objectFile(),
                        plan.protocol().warmUp(),
                        plan.protocol().stealLimit());
                jobs.put(job.name(), job);
            }
        }
        Map<String, List<JobReport>> reports = new LinkedHashMap<>();
        RoundLoop.Rounds rounds = new RoundLoop(plan.protocol(), executor, progress)
                .run(
                        List.copyOf(jobs.keySet()),
                        (name, round) -> new Job(BatchJob.FAMILY, name, round, Json.tree(jobs.get(name))),
                        report -> {
                            folder.writeJson(
                                    String.format(Locale.ROOT, "rounds/%03d-%s.json", report.round(), report.variant()),
                                    report);
                            reports.computeIfAbsent(report.variant(), name -> new ArrayList<>())
                                    .add(report);
                        });
        Bootstrap bootstrap =
                new Bootstrap(plan.protocol().level(), plan.protocol().seed());
        List<BatchRow> rows = new ArrayList<>();
        jobs.forEach(
                (name, job) -> rows.add(row(job, reports.getOrDefault(name, List.of()), rounds.failures(), bootstrap)));
        BatchRow one = Crossover.best(rows, 1).orElse(null);
        List<BatchRow> compared =
                rows.stream().map(row -> row.over(one, bootstrap)).toList();
        return new Result(
                compared, Crossover.of(compared, bootstrap), rounds.failures(), rounds.rounds(), rounds.remarks());
    }

    /** One member alone has all threads; beside nobody it would only have fewer. */
    private List<BatchWay> ways(int size) {
        List<BatchWay> all = BatchWay.on(DeviceName.parse(plan.variant().device()));
        boolean several = size > 1 && plan.variant().threads() > 1;
        return several ? all : all.subList(0, 1);
    }

    private static BatchRow row(BatchJob job, List<JobReport> reports, List<JobFailure> failures, Bootstrap bootstrap) {
        int batch = job.seeds().size();
        if (reports.isEmpty()) {
            String reason = failures.stream()
                    .filter(failure -> failure.variant().equals(job.name()))
                    .map(JobFailure::reason)
                    .findFirst()
                    .orElse("no process gave a result");
            return BatchRow.without(batch, job.way(), BatchRow.FAILED, reason);
        }
        for (JobReport report : reports) {
            BatchOutcome outcome = Json.value(report.outcome(), BatchOutcome.class);
            if (outcome.differentLosses() > 0) {
                return BatchRow.without(
                        batch,
                        job.way(),
                        BatchRow.FAILED,
                        outcome.differentLosses() + " of " + outcome.checkedLosses()
                                + " losses differ from those of the same member alone, so nothing is said of its speed");
            }
        }
        return BatchRow.of(batch, job.way(), reports, bootstrap);
    }
}
