// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ablation;

import fizeau.bench.caches.CacheCost;
import fizeau.bench.caches.CacheCostJob;
import fizeau.bench.caches.CacheCosts;
import fizeau.bench.files.Json;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.training.StageProfile;
import fizeau.bench.training.TrainingJob;
import fizeau.bench.training.TrainingOutcome;
import fizeau.bench.training.Trial;
import fizeau.bench.training.VariantSpec;
import fizeau.cache.CacheStatistics;
import fizeau.image.NpyFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;

/** Reports of processes that never ran: every variant takes the seconds it is told to, plus a little in later rounds. */
final class FakeRuns {
    private final Map<String, Double> seconds;
    private final String wrong;

    /**
     * @param seconds of a training by variant; 1 where none is given
     * @param wrong variant whose losses are wrong; empty for none
     */
    FakeRuns(Map<String, Double> seconds, String wrong) {
        this.seconds = seconds;
        this.wrong = wrong;
    }

    JobReport run(Job job, DoubleConsumer progress) {
        Object outcome;
        switch (job.family()) {
            case Trial.FAMILY -> outcome = trial(Json.value(job.settings(), Trial.Settings.class));
            case TrainingJob.FAMILY -> outcome = training(Json.value(job.settings(), TrainingJob.class), job.round());
            case StageProfile.FAMILY -> outcome = stages(Json.value(job.settings(), TrainingJob.class));
            case CacheCostJob.FAMILY ->
                outcome = new CacheCosts(
                        List.of("matrix"), List.of(cost("measurement"), cost("fft"), cost("mask")), List.of());
            default -> throw new IllegalArgumentException(job.family());
        }
        return new JobReport(
                job.variant(),
                job.round(),
                new JobReport.Phases(0, 0, 0, 0, true, 1),
                new MemoryUse(null, 0, 0),
                Interference.NONE,
                Json.tree(outcome));
    }

    private Trial.Outcomes trial(Trial.Settings settings) {
        float[] losses = {2, 1};
        List<Trial.Outcome> outcomes = settings.variants().stream()
                .map(variant -> {
                    float[] own = variant.name().equals(wrong) ? new float[] {3, 1} : losses;
                    return new Trial.Outcome(variant.name(), own, own, variant, List.of(), 1, null);
                })
                .toList();
        return new Trial.Outcomes(outcomes, losses, losses);
    }

    private TrainingOutcome training(TrainingJob job, int round) {
        VariantSpec variant = job.variant();
        double total = seconds.getOrDefault(variant.name(), 1.0) * (1 + 0.001 * round);
        int iterations = job.workload().iterations();
        long[] nanos = new long[iterations];
        Arrays.fill(nanos, (long) (total * 1e9 / iterations));
        float[] losses = new float[iterations];
        Arrays.fill(losses, 1);
        if (job.estimateFile() != null) {
            int edge = job.workload().objectSize();
            NpyFile.write(Path.of(job.estimateFile()), new NpyFile.Array(List.of(edge, edge), new float[edge * edge]));
        }
        return new TrainingOutcome(
                job.seed(),
                "digest",
                "made up",
                total,
                0,
                nanos,
                losses,
                List.of(
                        new TrainingOutcome.Sample(total / 2, 0, null, 0, false, 20.0, 0.5),
                        new TrainingOutcome.Sample(total / 2, 0, null, 0, false, 20.0, 0.5)),
                new TrainingOutcome.Quality(20.0, 0.5, 0.1, 0.01, 0.9),
                Map.of(
                        "measurement", new CacheStatistics(8, 2, 0, 0, 2, 64),
                        "fft", new CacheStatistics(8, 2, 0, 0, 2, 64),
                        "grid", new CacheStatistics(8, 2, 0, 0, 2, 64)),
                Map.of());
    }

    private static StageProfile stages(TrainingJob job) {
        return new StageProfile(
                job.variant().name(),
                Map.of("forward", 10.0, "telescope", 20.0, "backward", 30.0, "optimiser", 30.0),
                100,
                0.001,
                10);
    }

    private static CacheCost cost(String name) {
        return new CacheCost(name, 2, 64, 2000, 200, 1000, 100, 50, 0);
    }
}
