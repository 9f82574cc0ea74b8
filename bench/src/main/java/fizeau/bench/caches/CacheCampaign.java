// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.caches;

import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.RoundLoop;
import fizeau.bench.stats.Bootstrap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Rounds of cache timings at several sizes, a fresh process each. Every report is written down as soon as it is there. */
public final class CacheCampaign {

    /**
     * What came of it.
     *
     * @param wrong what was found wrong, one sentence each
     */
    public record Result(
            List<CacheLine> lines, List<String> wrong, List<JobFailure> failures, int rounds, List<String> remarks) {}

    private final ProtocolSpec protocol;
    private final RunFolder folder;
    private final RoundLoop.Executor executor;
    private final Progress progress;

    public CacheCampaign(ProtocolSpec protocol, RunFolder folder, RoundLoop.Executor executor, Progress progress) {
        this.protocol = protocol;
        this.folder = folder;
        this.executor = executor;
        this.progress = progress;
    }

    /** @param jobs at least one, all of different image sizes */
    public Result run(List<CacheCostJob> jobs) {
        Map<String, CacheCostJob> bySize = new LinkedHashMap<>();
        jobs.forEach(job -> bySize.put("caches-" + job.imageSize(), job));
        List<JobReport> reports = new ArrayList<>();
        RoundLoop.Rounds rounds = new RoundLoop(protocol, executor, progress)
                .run(
                        List.copyOf(bySize.keySet()),
                        (name, round) -> new Job(CacheCostJob.FAMILY, name, round, Json.tree(bySize.get(name))),
                        report -> {
                            folder.writeJson(
                                    String.format(Locale.ROOT, "rounds/%03d-%s.json", report.round(), report.variant()),
                                    report);
                            reports.add(report);
                        });
        Bootstrap bootstrap = new Bootstrap(protocol.level(), protocol.seed());
        List<CacheLine> lines = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        bySize.forEach((name, job) -> {
            List<JobReport> own = reports.stream()
                    .filter(report -> report.variant().equals(name))
                    .toList();
            lines.addAll(CacheLine.of(job.imageSize(), own, bootstrap));
            own.stream()
                    .flatMap(report -> Json.value(report.outcome(), CacheCosts.class).wrong().stream())
                    .distinct()
                    .map(cache -> "the " + cache + " cache at " + job.imageSize()
                            + " pixels kept what recomputing does not give, so nothing was timed")
                    .forEach(wrong::add);
        });
        return new Result(lines, wrong, rounds.failures(), rounds.rounds(), rounds.remarks());
    }
}
