// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.stats.Bootstrap;
import fizeau.bench.stats.Interval;
import fizeau.bench.stats.Judgement;
import fizeau.bench.stats.Summary;
import fizeau.bench.workload.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the trainings of a campaign say about each other. */
public final class Comparison {
    private final Workload workload;
    private final ProtocolSpec protocol;
    private final Campaign.Result result;
    private final Bootstrap bootstrap;

    public Comparison(Workload workload, ProtocolSpec protocol, Campaign.Result result) {
        this.workload = workload;
        this.protocol = protocol;
        this.result = result;
        this.bootstrap = new Bootstrap(protocol.level(), protocol.seed());
    }

    /** Records of the variants that ran, by the key they have in result files. */
    public Map<String, VariantRecord> variants() {
        VariantSummary summary = new VariantSummary(workload, bootstrap);
        Map<String, VariantRecord> variants = new LinkedHashMap<>();
        for (VariantSpec spec : result.specs()) {
            List<TrainingRun> runs = result.runsOf(spec.name());
            if (!runs.isEmpty()) {
                variants.put(key(spec.name()), summary.of(spec, runs));
            }
        }
        return variants;
    }

    /** {@code baseline-once} becomes {@code baselineOnce}. */
    public static String key(String variant) {
        StringBuilder key = new StringBuilder();
        for (String word : variant.split("-")) {
            key.append(key.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
        }
        return key.toString();
    }

    /** Speedup over the rounds in which both ran; empty when there is none. */
    public Optional<Speedup> speedup(String variant, String over) {
        List<TrainingRun> references = new ArrayList<>();
        List<TrainingRun> variants = new ArrayList<>();
        for (TrainingRun reference : result.runsOf(over)) {
            result.runsOf(variant).stream()
                    .filter(run -> run.round() == reference.round())
                    .findFirst()
                    .ifPresent(run -> {
                        references.add(reference);
                        variants.add(run);
                    });
        }
        if (references.isEmpty()) {
            return Optional.empty();
        }
        double[] above = seconds(references);
        double[] below = seconds(variants);
        Interval interval = bootstrap.ratioOfMedians(above, below);
        Judgement judgement = Judgement.of(interval, above, below, disturbance(references, variants));
        return Optional.of(Speedup.of(
                variant,
                over,
                interval,
                above.length,
                judgement,
                medianIteration(references) / medianIteration(variants)));
    }

    /**
     * What a GPU's trainings are held against.
     *
     * @param ceilings what the device can do at best; null where that is not known
     */
    public DeviceFindings onDevice(CeilingRunner.Ceilings ceilings, List<DeviceFindings.MissingLevel> unavailable) {
        return new DeviceFindings(
                speedup(VariantSpec.OPTIMIZED, VariantSpec.LIBRARY_LEVEL).orElse(null),
                unavailable,
                ceilings == null
                        ? null
                        : TrainingFloor.of(workload, ceilings.rates(), ceilings.latencies(), variants(), peers()));
    }

    /** What the Python peers gave beside the variants. */
    public List<PeerRecord> peers() {
        return new PeerSummary(workload, bootstrap, result).records();
    }

    /** Whom qualities are held against: the baseline, or on a GPU, where none runs, the library level. */
    public String qualityReference() {
        boolean baseline = result.specs().stream().anyMatch(spec -> spec.name().equals(VariantSpec.BASELINE));
        return baseline ? VariantSpec.BASELINE : VariantSpec.LIBRARY_LEVEL;
    }

    /** Quality of every variant against the reference, round by round, from the same weights. */
    public List<SeedQuality> qualities(String reference) {
        List<SeedQuality> qualities = new ArrayList<>();
        for (TrainingRun base : result.runsOf(reference)) {
            for (TrainingRun run : result.runs()) {
                if (run.round() == base.round() && !run.variant().equals(reference)) {
                    qualities.add(quality(reference, base.outcome(), run));
                }
            }
        }
        return qualities;
    }

    private SeedQuality quality(String reference, TrainingOutcome base, TrainingRun run) {
        TrainingOutcome outcome = run.outcome();
        Double before = base.quality().psnr();
        Double after = outcome.quality().psnr();
        double losses = CorrectnessGate.difference(
                base.losses(), outcome.losses(), Math.min(CorrectnessGate.LOSSES, workload.epochs()));
        return new SeedQuality(
                run.variant(),
                reference,
                run.round(),
                outcome.seed(),
                before,
                after,
                before == null || after == null ? null : after - before,
                base.seed() == outcome.seed() && base.initialDigest().equals(outcome.initialDigest()),
                Double.isFinite(losses) ? losses : null);
    }

    private String disturbance(List<TrainingRun> references, List<TrainingRun> variants) {
        List<TrainingRun> all = new ArrayList<>(references);
        all.addAll(variants);
        for (TrainingRun run : all) {
            Double steal = run.report().interference().stealShare();
            if (steal != null && steal > protocol.stealLimit()) {
                return String.format(
                        Locale.ROOT,
                        "%.1f %% of the processor time was stolen in round %d of %s, above the limit of %.1f %%",
                        100 * steal,
                        run.round(),
                        run.variant(),
                        100 * protocol.stealLimit());
            }
            Double others = run.report().interference().othersShare();
            if (others != null && others > ProtocolSpec.OTHERS_LIMIT) {
                return String.format(
                        Locale.ROOT,
                        "other processes took %.0f %% of the processor time in round %d of %s, above the limit of %.0f %%",
                        100 * others,
                        run.round(),
                        run.variant(),
                        100 * ProtocolSpec.OTHERS_LIMIT);
            }
        }
        return null;
    }

    private static double[] seconds(List<TrainingRun> runs) {
        return runs.stream().mapToDouble(run -> run.outcome().trainingSeconds()).toArray();
    }

    private static double medianIteration(List<TrainingRun> runs) {
        return Summary.median(runs.stream()
                .mapToDouble(run -> Summary.median(run.iterationMillis()))
                .toArray());
    }
}
