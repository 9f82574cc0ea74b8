// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.bench.eager.PeerJob;
import fizeau.bench.stats.Summary;
import fizeau.bench.stats.Verdict;
import fizeau.bench.training.Check.Status;
import fizeau.bench.workload.Workload;
import fizeau.bench.workload.WorkloadPreset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The acceptance list of the original's documentation, evaluated: speedup at least 3, hit rate at least 80 %, PSNR
 * difference under 1 dB, peak memory under 2 GB, repeats consistent; and what a measurement of ours must show beside it.
 */
public final class Acceptance {
    static final double LEAST_SPEEDUP = 3;

    /** Measuring once per sample is what the real training loop does; it leaves less to gain. */
    static final double LEAST_SPEEDUP_OVER_ONCE = 2.6;

    static final double LEAST_HIT_RATE = 0.8;
    static final double MOST_PSNR_DIFFERENCE = 1;
    static final double MOST_MEMORY_BYTES = 2e9;

    /** The opponent's iteration over a plain Python one at the same thread count: above, the opponent is a weak one. */
    static final double MOST_OVER_PEER = 1.1;

    private static final int SEEDS_FOR_QUALITY = 5;
    private static final String MEASUREMENT = "measurement";

    private final Workload workload;
    private final Map<String, VariantRecord> variants;
    private final List<PeerRecord> peers;

    public Acceptance(Workload workload, Map<String, VariantRecord> variants, List<PeerRecord> peers) {
        this.workload = workload;
        this.variants = variants;
        this.peers = peers;
    }

    /**
     * All checks that apply to the variants that ran.
     *
     * @param speedup over the baseline, or null
     * @param overOnce over the baseline that measures once per sample, or null
     */
    public List<Check> of(
            Speedup speedup, Speedup overOnce, List<SeedQuality> qualities, Collection<CorrectnessGate.Result> gate) {
        List<Check> checks = new ArrayList<>();
        checks.add(correctness(gate));
        if (speedup != null && !twins()) {
            checks.add(speedup("speedup", speedup, LEAST_SPEEDUP));
        }
        if (overOnce != null) {
            checks.add(speedup("speedupOverMeasureOnce", overOnce, LEAST_SPEEDUP_OVER_ONCE));
        }
        if (variants.containsKey(VariantSpec.OPTIMIZED)) {
            checks.add(hitRate());
            checks.add(realLoopHitRate());
        }
        if (twins()) {
            checks.add(noDifference(speedup));
        }
        if (variants.size() > 1 && !twins()) {
            checks.add(quality(qualities));
            checks.add(sameStart(qualities, gate));
        }
        peers.stream()
                .filter(peer -> peer.name().equals(PythonPeers.nameOf(PeerJob.Mode.EAGER)))
                .findFirst()
                .ifPresent(peer -> checks.add(fairness(peer)));
        checks.add(peakMemory());
        checks.addAll(new ProtocolChecks(workload, variants).all());
        return checks;
    }

    private static Check correctness(Collection<CorrectnessGate.Result> gate) {
        boolean passed = gate.stream().allMatch(CorrectnessGate.Result::passed);
        CorrectnessGate.Result worst = gate.stream()
                .filter(result -> result.difference() != null)
                .max(Comparator.comparingDouble(CorrectnessGate.Result::difference))
                .orElse(null);
        String reasons = gate.stream()
                .filter(result -> !result.passed())
                .map(CorrectnessGate.Result::reason)
                .reduce((a, b) -> a + "; " + b)
                .orElse(worst == null ? "nothing was compared" : worst.reason());
        return new Check(
                "correctBeforeTiming",
                Status.of(passed),
                worst == null ? null : worst.difference(),
                worst == null ? CorrectnessGate.TOLERANCE : worst.tolerance(),
                true,
                reasons);
    }

    private Check speedup(String name, Speedup speedup, double least) {
        boolean quick = workload.name().equals(WorkloadPreset.QUICK.word());
        boolean rounds = variants.get(VariantSpec.OPTIMIZED).spec().rounds();
        String precision = variants.get(VariantSpec.OPTIMIZED).spec().precision();
        boolean judged = !quick && !workload.fixedLatent() && !rounds;
        Status status = judged ? Status.of(speedup.ratio() >= least) : Status.INFO;
        String note = quick
                ? "the quick workload is too short to judge speed by"
                : (judged
                                ? ""
                                : "for information, "
                                        + (rounds
                                                ? "products are rounded to " + precision + ": "
                                                : "the latent vector is fixed: "))
                        + "ratio of whole-training wall times over " + speedup.over() + ", " + speedup.verdict() + ": "
                        + speedup.reason();
        return new Check(name, status, speedup.ratio(), least, false, note);
    }

    private Check hitRate() {
        VariantRecord optimized = variants.get(VariantSpec.OPTIMIZED);
        CacheRecord cache = optimized.caches().get(MEASUREMENT);
        if (!optimized.spec().measurementCache()) {
            return notApplicable("hitRate", LEAST_HIT_RATE, "the measurement cache is switched off");
        }
        if (Boolean.TRUE.equals(optimized.spec().cudaGraphs())) {
            return notApplicable("hitRate", LEAST_HIT_RATE, "replayed iterations ask no cache: what they use stays");
        }
        if (workload.epochs() == 1) {
            return notApplicable(
                    "hitRate", LEAST_HIT_RATE, "one iteration per position: no measurement is asked for twice");
        }
        if (cache == null || cache.hitRate() == null || cache.hits() + cache.misses() <= workload.samples()) {
            return notApplicable(
                    "hitRate",
                    LEAST_HIT_RATE,
                    "the training asks for the truth's measurement once per position, so look-ups cannot repeat");
        }
        return new Check(
                "hitRate",
                Status.of(cache.hitRate() >= LEAST_HIT_RATE),
                cache.hitRate(),
                LEAST_HIT_RATE,
                false,
                "of the measurement cache, asked in every iteration as the published benchmark does: " + cache.hits()
                        + " hits, " + cache.misses() + " misses");
    }

    /** What the same cache would see in the real training loop, which asks once per position. */
    private Check realLoopHitRate() {
        int distinct = new HashSet<>(workload.centres()).size();
        int hits = workload.samples() - distinct;
        return new Check(
                "realLoopHitRate",
                Status.INFO,
                (double) hits / workload.samples(),
                LEAST_HIT_RATE,
                false,
                String.format(
                        Locale.ROOT,
                        "derived: the real loop asks once per position, %d positions of which %d are distinct",
                        workload.samples(),
                        distinct));
    }

    private static Check quality(List<SeedQuality> qualities) {
        double[] differences = qualities.stream()
                .filter(quality -> quality.variant().equals(VariantSpec.OPTIMIZED))
                .map(SeedQuality::psnrDifference)
                .filter(Objects::nonNull)
                .mapToDouble(Math::abs)
                .toArray();
        List<Long> seeds =
                qualities.stream().map(SeedQuality::seed).distinct().sorted().toList();
        if (differences.length == 0) {
            return new Check(
                    "psnrDifference", Status.FAIL, null, MOST_PSNR_DIFFERENCE, true, "no round has both variants");
        }
        double median = Summary.median(differences);
        boolean enough = seeds.size() >= SEEDS_FOR_QUALITY;
        String note = "median over seeds " + seeds + " of the PSNR difference from "
                + qualities.get(0).reference() + " in dB, same initial weights for both"
                + (enough ? "" : "; " + SEEDS_FOR_QUALITY + " seeds are needed to judge, one alone moves by 0.7 dB");
        return new Check(
                "psnrDifference",
                enough ? Status.of(median < MOST_PSNR_DIFFERENCE) : Status.INFO,
                median,
                MOST_PSNR_DIFFERENCE,
                true,
                note);
    }

    private Check sameStart(List<SeedQuality> qualities, Collection<CorrectnessGate.Result> gate) {
        VariantRecord optimized = variants.get(VariantSpec.OPTIMIZED);
        double tolerance = CorrectnessGate.tolerance(optimized == null ? null : optimized.spec());
        boolean same = qualities.stream().allMatch(SeedQuality::sameInitialWeights);
        boolean known = qualities.stream().allMatch(quality -> quality.lossDifference() != null);
        double[] differences = qualities.stream()
                .filter(quality -> !quality.variant().startsWith(VariantSpec.BASELINE))
                .map(SeedQuality::lossDifference)
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .toArray();
        if (differences.length == 0) {
            return new Check("firstLosses", Status.FAIL, null, tolerance, true, "no round has both variants");
        }
        double median = Summary.median(differences);
        double floor =
                gate.stream().mapToDouble(CorrectnessGate.Result::floor).max().orElse(0);
        boolean close = median <= tolerance;
        // one seed alone can lie beyond what rounding does to the baseline itself; the median of five does not
        boolean tooFew = differences.length < SEEDS_FOR_QUALITY;
        Status status = same && known && !close && tooFew ? Status.INFO : Status.of(same && known && close);
        return new Check(
                "firstLosses",
                status,
                median,
                tolerance,
                true,
                same
                        ? String.format(
                                Locale.ROOT,
                                "mean relative difference of the first losses of the timed runs, median over seeds, worst seed"
                                        + " %.1g; the reference itself moves by %.1g when its weights move by a rounding error",
                                Arrays.stream(differences).max().orElse(0),
                                floor)
                        : "the variants started from different weights");
    }

    private Check fairness(PeerRecord peer) {
        if (peer.baselineOverPeer() == null) {
            return notApplicable(
                    "baselineIsFair",
                    MOST_OVER_PEER,
                    peer.measured() ? "no round has both the baseline and the peer" : peer.reason());
        }
        double ratio = peer.baselineOverPeer().ratio();
        return new Check(
                "baselineIsFair",
                workload.name().equals(WorkloadPreset.QUICK.word()) ? Status.INFO : Status.of(ratio <= MOST_OVER_PEER),
                ratio,
                MOST_OVER_PEER,
                false,
                "the baseline's iteration over that of plain Python with torch " + peer.torch() + ", " + peer.threads()
                        + " threads, at the first " + peer.positions() + " positions");
    }

    private Check peakMemory() {
        Long peak = variants.values().stream()
                .map(VariantRecord::peakMemoryBytes)
                .filter(Objects::nonNull)
                .max(Long::compare)
                .orElse(null);
        if (peak == null) {
            return notApplicable("peakMemory", MOST_MEMORY_BYTES, "this system does not tell a process's peak memory");
        }
        return new Check(
                "peakMemory",
                Status.of(peak < MOST_MEMORY_BYTES),
                peak.doubleValue(),
                MOST_MEMORY_BYTES,
                false,
                "largest high-water mark of a process in bytes, libraries and virtual machine included");
    }

    /** Whether the optimised variant ran against itself. */
    private boolean twins() {
        return variants.containsKey(Comparison.key(VariantSpec.OPTIMIZED_AGAIN));
    }

    private static Check noDifference(Speedup speedup) {
        String name = "noDifferenceClaimed";
        if (speedup == null) {
            return new Check(name, Status.FAIL, null, 1, true, "no round has both variants");
        }
        boolean claimed = speedup.verdict() == Verdict.FASTER || speedup.verdict() == Verdict.SLOWER;
        return new Check(
                name,
                Status.of(!claimed),
                speedup.ratio(),
                1,
                true,
                "the same variant under two names, " + speedup.verdict() + ": " + speedup.reason());
    }

    private static Check notApplicable(String name, double limit, String note) {
        return new Check(name, Status.NOT_APPLICABLE, null, limit, false, note);
    }
}
