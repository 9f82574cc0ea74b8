// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ablation;

import fizeau.bench.caches.CacheLine;
import fizeau.bench.stats.Ratio;
import fizeau.bench.stats.Verdict;
import fizeau.bench.training.CacheRecord;
import fizeau.bench.training.Comparison;
import fizeau.bench.training.Speedup;
import fizeau.bench.training.StageProfile;
import fizeau.bench.training.VariantRecord;
import fizeau.bench.training.VariantSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What an ablation's runs say. */
public final class AblationSummary {

    /** A cache as its switch, its session and its probe know it. */
    private record Names(AblatedSwitch switched, String session, String probe) {}

    private static final List<Names> CACHES = List.of(
            new Names(AblatedSwitch.MEASUREMENT_CACHE, CacheJudgement.MEASUREMENT, CacheJudgement.MEASUREMENT),
            new Names(AblatedSwitch.FFT_CACHE, "fft", "fft"),
            new Names(AblatedSwitch.GRID_CACHE, "grid", "mask"));

    private final Ablation.Plan plan;
    private final Ablation.Result result;
    private final Comparison comparison;
    private final Map<String, VariantRecord> variants;

    public AblationSummary(Ablation.Plan plan, Ablation.Result result) {
        this.plan = plan;
        this.result = result;
        this.comparison = new Comparison(plan.workload(), plan.protocol(), result.trainings());
        this.variants = comparison.variants();
    }

    /** Everything that was trained, by the key it has in result files. */
    public Map<String, VariantRecord> variants() {
        return variants;
    }

    public List<SwitchDetail> switchDetails() {
        return plan.switches().switches().stream()
                .map(one -> new SwitchDetail(
                        one.word(),
                        one.label(),
                        one.meaning(),
                        plan.switches().caveat(one, plan.threads()),
                        alone(one).orElse(null),
                        leftOut(one).orElse(null)))
                .toList();
    }

    public List<SwitchEffect> switches() {
        return switchDetails().stream()
                .map(detail -> new SwitchEffect(
                        detail.name(),
                        ratio(detail.alone()),
                        ratio(detail.leftOut()),
                        detail.leftOut() == null
                                ? Verdict.UNCLEAR
                                : detail.leftOut().verdict()))
                .toList();
    }

    /**
     * How the references relate: optimised over all off, all off over the eager baseline, both together, and what all caches
     * are worth together.
     */
    public List<Speedup> references() {
        return Stream.of(
                        comparison.speedup(VariantSpec.OPTIMIZED, SwitchSet.ALL_OFF),
                        comparison.speedup(SwitchSet.ALL_OFF, VariantSpec.BASELINE),
                        comparison.speedup(VariantSpec.OPTIMIZED, VariantSpec.BASELINE),
                        comparison.speedup(VariantSpec.OPTIMIZED, SwitchSet.WITHOUT_CACHES))
                .flatMap(Optional::stream)
                .toList();
    }

    /** From the eager baseline to the optimised variant. */
    public List<AblationStep> steps() {
        List<AblationStep> steps = new ArrayList<>();
        comparison
                .speedup(SwitchSet.ALL_OFF, VariantSpec.BASELINE)
                .ifPresent(speedup -> steps.add(new AblationStep("the engine, all off", "", speedup)));
        String before = SwitchSet.ALL_OFF;
        SwitchSet set = plan.switches();
        for (AblatedSwitch one : set.switches()) {
            String step = set.stepName(one);
            comparison
                    .speedup(step, before)
                    .ifPresent(speedup ->
                            steps.add(new AblationStep(one.label(), set.stepCaveat(one, plan.threads()), speedup)));
            before = step;
        }
        return steps;
    }

    public List<CacheEffect> caches() {
        return judgements().stream().map(CacheJudgement::effect).toList();
    }

    public List<CacheDetail> cacheDetails() {
        return judgements().stream().map(CacheJudgement::detail).toList();
    }

    /** Of the variants that were taken apart. */
    public List<StageShares> stages() {
        return Stream.of(SwitchSet.ALL_OFF, VariantSpec.OPTIMIZED)
                .map(this::profilesOf)
                .filter(profiles -> !profiles.isEmpty())
                .map(StageShares::of)
                .toList();
    }

    private List<StageProfile> profilesOf(String variant) {
        return result.stages().stream()
                .filter(profile -> profile.variant().equals(variant))
                .toList();
    }

    private List<CacheJudgement> judgements() {
        VariantRecord optimized = variants.get(VariantSpec.OPTIMIZED);
        List<CacheJudgement> judgements = new ArrayList<>();
        CACHES.forEach(names -> {
            CacheRecord counted = optimized == null ? null : optimized.caches().get(names.session());
            CacheLine line = result.caches().stream()
                    .filter(candidate -> candidate.name().equals(names.probe()))
                    .findFirst()
                    .orElse(null);
            judgements.add(CacheJudgement.of(
                    names.session(),
                    plan.workload(),
                    counted,
                    line,
                    optimized == null ? null : optimized.trainingSeconds(),
                    leftOut(names.switched()).orElse(null)));
        });
        return judgements;
    }

    private Optional<Speedup> alone(AblatedSwitch one) {
        return comparison.speedup(one.aloneName(), SwitchSet.ALL_OFF);
    }

    private Optional<Speedup> leftOut(AblatedSwitch one) {
        return comparison.speedup(VariantSpec.OPTIMIZED, one.leftOutName());
    }

    private static Ratio ratio(Speedup speedup) {
        return speedup == null ? null : new Ratio(speedup.ratio(), speedup.low(), speedup.high());
    }
}
