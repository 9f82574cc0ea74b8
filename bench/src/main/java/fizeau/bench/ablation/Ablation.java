// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ablation;

import fizeau.bench.caches.CacheCampaign;
import fizeau.bench.caches.CacheCostJob;
import fizeau.bench.caches.CacheLine;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.RoundLoop;
import fizeau.bench.training.Campaign;
import fizeau.bench.training.PythonPeers;
import fizeau.bench.training.StageProfile;
import fizeau.bench.training.TrainingJob;
import fizeau.bench.training.VariantSpec;
import fizeau.bench.workload.Workload;
import fizeau.image.AmplitudeImage;
import fizeau.optics.PixelPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Runs an ablation: all variants in interleaved rounds, then rounds that take an iteration apart into its stages, then
 * rounds that time the caches call by call with the workload's own keys.
 */
public final class Ablation {

    /** A session keeps four transforms; more keys would measure a cache that it does not have. */
    private static final int MOST_KEYS = 4;

    private static final double SECONDS_PER_CALL = 0.1;

    /**
     * What to run.
     *
     * @param seeds of the initial weights; round r takes number {@code (r - 1) mod seeds}
     * @param threads most threads of a variant
     * @param switches of the device that trains
     */
    public record Plan(Workload workload, List<Long> seeds, ProtocolSpec protocol, int threads, SwitchSet switches) {}

    /**
     * What came of it.
     *
     * @param wrong caches that kept a wrong value, one sentence each
     */
    public record Result(
            Campaign.Result trainings,
            List<StageProfile> stages,
            List<CacheLine> caches,
            List<String> wrong,
            List<JobFailure> failures,
            List<String> remarks) {}

    private final Plan plan;
    private final RunFolder folder;
    private final RoundLoop.Executor executor;
    private final Progress progress;

    public Ablation(Plan plan, RunFolder folder, RoundLoop.Executor executor, Progress progress) {
        this.plan = plan;
        this.folder = folder;
        this.executor = executor;
        this.progress = progress;
    }

    public Result run(AmplitudeImage object) {
        List<VariantSpec> variants = plan.switches().variants(plan.threads());
        Campaign.Plan campaign = new Campaign.Plan(
                plan.workload(),
                variants,
                plan.switches().reference(plan.threads()),
                plan.seeds(),
                plan.protocol(),
                plan.threads(),
                false,
                PythonPeers.none());
        Campaign.Result trainings = new Campaign(campaign, folder, executor, progress).run(object);
        List<JobFailure> failures = new ArrayList<>(trainings.failures());
        List<String> remarks = new ArrayList<>(trainings.remarks());
        List<StageProfile> stages = stages(trainings, failures, remarks);
        CacheCampaign.Result caches =
                new CacheCampaign(plan.protocol(), folder, executor, progress).run(List.of(cacheJob()));
        failures.addAll(caches.failures());
        remarks.addAll(caches.remarks());
        return new Result(trainings, stages, caches.lines(), caches.wrong(), failures, remarks);
    }

    /** Only of variants that passed the gate. */
    private List<StageProfile> stages(Campaign.Result trainings, List<JobFailure> failures, List<String> remarks) {
        List<VariantSpec> apart = trainings.specs().stream()
                .filter(spec ->
                        spec.name().equals(SwitchSet.ALL_OFF) || spec.name().equals(VariantSpec.OPTIMIZED))
                .toList();
        if (apart.isEmpty()) {
            return List.of();
        }
        List<StageProfile> profiles = new ArrayList<>();
        RoundLoop.Rounds rounds = new RoundLoop(plan.protocol(), executor, progress)
                .run(
                        apart.stream().map(spec -> stageName(spec.name())).toList(),
                        (name, round) -> stageJob(
                                apart.stream()
                                        .filter(spec -> stageName(spec.name()).equals(name))
                                        .findFirst()
                                        .orElseThrow(),
                                round),
                        report -> profiles.add(keep(report)));
        failures.addAll(rounds.failures());
        remarks.addAll(rounds.remarks());
        return profiles;
    }

    private static String stageName(String variant) {
        return "stages-of-" + variant;
    }

    private Job stageJob(VariantSpec variant, int round) {
        TrainingJob settings = new TrainingJob(
                plan.workload(),
                // stages are told apart while they are launched, which a replay is not
                variant.onCuda() ? variant.withGraphs(false) : variant,
                plan.seeds().get((round - 1) % plan.seeds().size()),
                folder.resolve(Campaign.OBJECT_FILE).toAbsolutePath().toString(),
                null,
                plan.protocol().warmUp(),
                plan.protocol().stealLimit());
        return new Job(StageProfile.FAMILY, stageName(variant.name()), round, Json.tree(settings));
    }

    private StageProfile keep(JobReport report) {
        folder.writeJson(String.format(Locale.ROOT, "rounds/%03d-%s.json", report.round(), report.variant()), report);
        return Json.value(report.outcome(), StageProfile.class);
    }

    private CacheCostJob cacheJob() {
        Workload workload = plan.workload();
        List<PixelPosition> keys = new ArrayList<>(
                workload.centres().stream().distinct().limit(MOST_KEYS).toList());
        if (keys.size() == 1) {
            // a single position has nothing to miss: a neighbour stands in for what came before it
            keys.add(new PixelPosition(
                    keys.get(0).y(),
                    keys.get(0).x() > 0 ? keys.get(0).x() - 1 : keys.get(0).x() + 1));
        }
        return new CacheCostJob(
                workload.objectSize(),
                workload.imageSize(),
                workload.apertureRadius(),
                keys,
                plan.threads(),
                plan.switches().device().toString(),
                SECONDS_PER_CALL,
                plan.protocol().stealLimit());
    }
}
