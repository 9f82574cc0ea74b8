// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.caches;

import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.RoundLoop;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.report.CachesFiles;
import fizeau.bench.training.PublishedFigure;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Micro benchmarks of processes that never ran, with everything that real ones leave behind. */
public final class MadeUpCaches {
    private static final ProtocolSpec FIVE_ROUNDS = new ProtocolSpec(5, 0, 0, 1, 0.95, 1, new WarmUpRule(0, 0.01, 0.5));
    private static final List<Integer> SIZES = List.of(256, 512, 1024, 2048);

    private MadeUpCaches() {}

    /**
     * Writes a run; returns its folder.
     *
     * @param hitFactor how many times longer every hit takes than it should
     */
    public static Path write(Path root, double hitFactor) {
        RunFolder folder = RunFolder.create(root, "caches", Instant.parse("2026-01-02T03:04:05Z"));
        CachesFiles files = new CachesFiles(folder);
        files.announce();
        RoundLoop.Executor executor = (job, progress) -> report(job, hitFactor);
        Progress quiet = new Progress(new PrintStream(OutputStream.nullOutputStream()), false);
        CacheCampaign.Result result = new CacheCampaign(FIVE_ROUNDS, folder, executor, quiet)
                .run(CacheSizes.fitting(SIZES, OptionalLong.empty()).jobs(1, "cpu", 0.001, 1));
        files.write(record(folder, result, SIZES, FIVE_ROUNDS));
        folder.finish();
        return folder.path();
    }

    static CachesRecord record(
            RunFolder folder, CacheCampaign.Result result, List<Integer> sizes, ProtocolSpec protocol) {
        return new CachesRecord(
                CachesRecord.SCHEMA,
                "measured",
                "caches",
                folder.runId(),
                "test",
                "2026-01-02T03:04:05Z",
                1,
                "cpu",
                sizes,
                1,
                0.001,
                result.lines(),
                true,
                protocol,
                protocol.rounds(),
                List.of(),
                PublishedFigure.all(),
                result.failures(),
                result.remarks(),
                Json.tree(Map.of("processor", Map.of("model", "made-up processor", "usableProcessors", 2))));
    }

    private static JobReport report(Job job, double hitFactor) {
        CacheCostJob settings = Json.value(job.settings(), CacheCostJob.class);
        double area = 1e-4 * settings.imageSize() * settings.imageSize();
        double noise = 1 + 0.002 * job.round();
        List<CacheCost> costs = List.of(
                cost("measurement", 60e3 * area * noise, 45 * hitFactor * noise, 0),
                cost("fft", 900 * area * noise, 60 * hitFactor * noise, 30e3 * area),
                cost("grid", 4e3 * area * noise, 40 * hitFactor * noise, 0),
                cost("mask", 250 * area * noise, 50 * hitFactor * noise, 0));
        return new JobReport(
                job.variant(),
                job.round(),
                new JobReport.Phases(0, 0, 0, 0, true, 1),
                new MemoryUse(null, 0, 0),
                Interference.NONE,
                Json.tree(new CacheCosts(List.of("matrix"), costs, List.of())));
    }

    private static CacheCost cost(String name, double recompute, double hit, double use) {
        return new CacheCost(name, 4, 4096, 3 * recompute, 100 * hit, recompute, hit, 2 * hit, use);
    }
}
