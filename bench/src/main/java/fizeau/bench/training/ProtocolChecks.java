// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.bench.protocol.ProtocolCost;
import fizeau.bench.stats.Judgement;
import fizeau.bench.stats.Modes;
import fizeau.bench.stats.Summary;
import fizeau.bench.training.Check.Status;
import fizeau.bench.workload.Workload;
import fizeau.bench.workload.WorkloadPreset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a measurement shows of itself: whether its rounds agree, how noisy it was, whether its times have one mode, what it
 * took, and whether the clock saw all the work.
 */
final class ProtocolChecks {
    /**
     * Relative standard error of the mean: as sure as five rounds are that stray by a tenth. Fewer rounds must repeat better,
     * and on a noisy machine more rounds make up for their noise.
     */
    static final double MOST_ERROR = 0.1 / Math.sqrt(5);

    /** Work that outlives its timed window, as a share of the training: more is time that the clock did not see. */
    static final double MOST_UNSEEN = 0.02;

    /** Estimates may come late by as much, all together, on a busy machine; seconds. */
    private static final double LATE_ESTIMATE = 0.05;

    /** A training that computes keeps a core busy; one that sleeps or waits does not. */
    static final double LEAST_PROCESSOR_SHARE = 0.5;

    private final Workload workload;
    private final Map<String, VariantRecord> variants;

    ProtocolChecks(Workload workload, Map<String, VariantRecord> variants) {
        this.workload = workload;
        this.variants = variants;
    }

    List<Check> all() {
        return List.of(consistency(), noiseFloor(), oneMode(), protocolCost(), unseenWork(), idleness());
    }

    /**
     * Rounds are consistent when their times repeat, or, on a machine that drifts, what they say of two variants: rounds are
     * interleaved so that a drift meets all variants alike and leaves the ratio of their times alone. Noise that each process
     * has for itself shows in both.
     */
    private Check consistency() {
        Spread times = worst(times());
        Spread ratios = worst(ratios());
        if (times == null) {
            return notApplicable("repeatsConsistent", MOST_ERROR, "one round has nothing to agree with");
        }
        Spread better = ratios == null || times.share() <= ratios.share() ? times : ratios;
        return new Check(
                "repeatsConsistent",
                judged(better.share() <= MOST_ERROR),
                better.share(),
                MOST_ERROR,
                false,
                "standard error of the rounds' mean over the mean, of " + better.of()
                        + (better == ratios ? other(times, "times") : ratios == null ? "" : other(ratios, "ratios"))
                        + "; nothing was discarded");
    }

    private static String other(Spread spread, String kind) {
        return String.format(Locale.ROOT, " (worst of the %s: %.3g, %s)", kind, spread.share(), spread.of());
    }

    private Map<String, double[]> times() {
        Map<String, double[]> times = new LinkedHashMap<>();
        variants.values().forEach(variant -> times.put("the times of " + variant.name(), variant.roundSeconds()));
        return times;
    }

    /** Of the engine where it took part, otherwise of the first variant, against every other. */
    private Map<String, double[]> ratios() {
        if (variants.isEmpty()) {
            return Map.of(); // nothing was timed
        }
        VariantRecord compared = variants.getOrDefault(
                VariantSpec.OPTIMIZED, variants.values().iterator().next());
        Map<String, double[]> ratios = new LinkedHashMap<>();
        for (VariantRecord other : variants.values()) {
            if (other != compared) {
                ratios.put(
                        "the ratio of each round, " + other.name() + " over " + compared.name(),
                        ratiosByRound(other, compared));
            }
        }
        return ratios;
    }

    private static double[] ratiosByRound(VariantRecord one, VariantRecord other) {
        Map<Integer, Double> seconds = new HashMap<>();
        other.rounds().forEach(round -> seconds.put(round.round(), round.trainingSeconds()));
        return one.rounds().stream()
                .filter(round -> seconds.containsKey(round.round()))
                .mapToDouble(round -> round.trainingSeconds() / seconds.get(round.round()))
                .toArray();
    }

    /** Standard error over mean, and of what. */
    private record Spread(double share, String of) {}

    /** The largest spread; null when there is none, or one of them has a single round. */
    private static Spread worst(Map<String, double[]> values) {
        if (values.isEmpty() || values.values().stream().anyMatch(each -> each.length < 2)) {
            return null;
        }
        return values.entrySet().stream()
                .map(entry -> {
                    Summary summary = Summary.of(entry.getValue());
                    double error = summary.std() / Math.sqrt(entry.getValue().length);
                    return new Spread(error / summary.mean(), entry.getKey());
                })
                .max(Comparator.comparingDouble(Spread::share))
                .orElseThrow();
    }

    private Check noiseFloor() {
        VariantRecord noisiest = variants.values().stream()
                .filter(variant -> variant.noiseFloor() != null)
                .max(Comparator.comparingDouble(variant -> variant.noiseFloor().share()))
                .orElse(null);
        if (noisiest == null) {
            return notApplicable("noiseFloor", Judgement.INDIFFERENCE, "one round does not tell how far rounds stray");
        }
        return new Check(
                "noiseFloor",
                Status.INFO,
                noisiest.noiseFloor().share(),
                Judgement.INDIFFERENCE,
                false,
                "derived: by how much " + noisiest.name()
                        + " differs from itself by chance; no smaller difference is claimed, and above the limit small"
                        + " ones stay unclear");
    }

    private Check oneMode() {
        List<String> found = new ArrayList<>();
        double most = 1;
        boolean known = false;
        for (VariantRecord variant : variants.values()) {
            known |= variant.roundModes() != null || variant.iterationModes() != null;
            if (variant.roundModes() != null && variant.roundModes().found()) {
                found.add(groups("rounds", variant, variant.roundModes(), "s"));
                most = Math.max(most, ratio(variant.roundModes()));
            }
            if (variant.iterationModes() != null && variant.iterationModes().found()) {
                found.add(groups("iterations", variant, variant.iterationModes(), "ms"));
                most = Math.max(most, ratio(variant.iterationModes()));
            }
        }
        if (!known) {
            return notApplicable("oneMode", Modes.LEAST_RATIO, "fewer than five rounds and iterations show no groups");
        }
        return new Check(
                "oneMode",
                judged(found.isEmpty()),
                most,
                Modes.LEAST_RATIO,
                false,
                found.isEmpty()
                        ? "times of rounds and iterations come in one group each"
                        : String.join("; ", found) + ": a median stands for neither group");
    }

    private static double ratio(Modes modes) {
        return modes.slow() / modes.fast();
    }

    private static String groups(String what, VariantRecord variant, Modes modes, String unit) {
        return String.format(
                Locale.ROOT,
                "%s of %s come in two groups, around %.3g and %.3g %s, %.0f %% in the slower",
                what,
                variant.name(),
                modes.fast(),
                modes.slow(),
                unit,
                100 * modes.slowShare());
    }

    private Check protocolCost() {
        VariantRecord most = variants.values().stream()
                .filter(variant -> variant.protocolCost() != null)
                .max(Comparator.comparingDouble(
                        variant -> variant.protocolCost().insideShare()))
                .orElse(null);
        if (most == null) {
            return notApplicable("protocolCost", ProtocolCost.LIMIT, "it was not measured in this run");
        }
        ProtocolCost cost = most.protocolCost();
        return new Check(
                "protocolCost",
                judged(cost.insideShare() < ProtocolCost.LIMIT),
                cost.insideShare(),
                ProtocolCost.LIMIT,
                false,
                String.format(
                        Locale.ROOT,
                        "share of a timed iteration of %s that reads the clock, %.0f ns; with the meter's work outside the"
                                + " windows it is %.2g (%.0f us for %d iterations)",
                        most.name(),
                        cost.clockNanos(),
                        cost.wholeShare(),
                        cost.meterNanos() * 1e-3,
                        cost.iterationsPerWindow()));
    }

    private Check unseenWork() {
        double worst = 0;
        String of = "all variants";
        for (VariantRecord variant : variants.values()) {
            for (VariantRecord.Round round : variant.rounds()) {
                double share = Math.max(0, round.settleSeconds() - LATE_ESTIMATE) / round.trainingSeconds();
                if (share > worst) {
                    worst = share;
                    of = variant.name();
                }
            }
        }
        return new Check(
                "workInsideClock",
                Status.of(worst <= MOST_UNSEEN),
                worst,
                MOST_UNSEEN,
                true,
                "work left over when timed windows closed, as a share of the training: " + of);
    }

    private Check idleness() {
        Double least = null;
        String of = "";
        for (VariantRecord variant : variants.values()) {
            for (VariantRecord.Round round : variant.rounds()) {
                Double share = round.interference().processorShare();
                if (share != null && (least == null || share < least)) {
                    least = share;
                    of = variant.name();
                }
            }
        }
        if (least == null) {
            return notApplicable(
                    "processorBusy", LEAST_PROCESSOR_SHARE, "this system does not tell a process's processor time");
        }
        return new Check(
                "processorBusy",
                Status.of(least >= LEAST_PROCESSOR_SHARE),
                least,
                LEAST_PROCESSOR_SHARE,
                false,
                "least processor time over wall time inside timed windows, of " + of + ": below, it slept or starved");
    }

    /** The quick workload says nothing about speed, so nothing that hangs on it is judged there. */
    private Status judged(boolean passed) {
        return workload.name().equals(WorkloadPreset.QUICK.word()) ? Status.INFO : Status.of(passed);
    }

    private static Check notApplicable(String name, double limit, String note) {
        return new Check(name, Status.NOT_APPLICABLE, null, limit, false, note);
    }
}
