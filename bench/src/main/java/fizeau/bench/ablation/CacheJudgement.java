// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ablation;

import fizeau.bench.caches.CacheLine;
import fizeau.bench.training.CacheRecord;
import fizeau.bench.training.Speedup;
import fizeau.bench.workload.Workload;
import java.util.HashSet;
import java.util.Locale;

/**
 * Whether a cache pays: what it counted in the optimised training, held against what its calls cost.
 *
 * @param effect the numbers
 * @param detail what follows from them
 */
record CacheJudgement(CacheEffect effect, CacheDetail detail) {

    /** The name a session gives the cache of measurements. */
    static final String MEASUREMENT = "measurement";

    /**
     * Judges one cache.
     *
     * @param counted of the optimised training; null when there was none
     * @param line its costs; null when they were not measured
     * @param trainingSeconds of the optimised variant; null when there was none
     * @param leftOut the optimised variant over the one without this cache; null when one is missing
     */
    static CacheJudgement of(
            String name,
            Workload workload,
            CacheRecord counted,
            CacheLine line,
            Double trainingSeconds,
            Speedup leftOut) {
        Double hitRate = counted == null ? null : counted.hitRate();
        Double real = realLoopHitRate(name, workload, hitRate);
        if (counted == null || line == null || trainingSeconds == null || hitRate == null) {
            String sentence = "whether the " + name + " cache pays for this workload is not known: "
                    + (line == null
                            ? "its calls were not timed"
                            : "it was not asked in a training of the optimised variant");
            return new CacheJudgement(
                    new CacheEffect(
                            name,
                            counted == null ? null : counted.hits(),
                            counted == null ? null : counted.misses(),
                            line == null ? null : line.hitNanos(),
                            line == null ? null : line.missNanos(),
                            line == null ? null : line.recomputeNanos(),
                            line == null ? null : line.breakEvenHitRate(),
                            null),
                    new CacheDetail(
                            name,
                            counted == null ? 0 : counted.bytes(),
                            hitRate,
                            real,
                            null,
                            null,
                            null,
                            null,
                            sentence));
        }
        boolean pays = pays(hitRate, line);
        boolean paysReally = pays(real, line);
        double saved = counted.hits() * (line.recomputeNanos() - line.hitNanos())
                - counted.misses() * (line.missNanos() - line.recomputeNanos());
        double withoutNanos = trainingSeconds * 1e9 + saved;
        double workShare = (counted.hits() + counted.misses()) * line.recomputeNanos() / withoutNanos;
        Double ceiling = workShare < 1 ? (Double) (1 / (1 - workShare)) : null;
        double savedMillis = saved * 1e-6 / workload.iterations();
        return new CacheJudgement(
                new CacheEffect(
                        name,
                        counted.hits(),
                        counted.misses(),
                        line.hitNanos(),
                        line.missNanos(),
                        line.recomputeNanos(),
                        line.breakEvenHitRate(),
                        pays),
                new CacheDetail(
                        name,
                        counted.bytes(),
                        hitRate,
                        real,
                        paysReally,
                        savedMillis,
                        workShare,
                        ceiling,
                        sentence(name, hitRate, real, line.breakEvenHitRate(), pays, paysReally, savedMillis)
                                + endToEnd(leftOut)));
    }

    /** The truth is measured once per position there; masks and transforms are needed in every iteration, as here. */
    private static Double realLoopHitRate(String name, Workload workload, Double counted) {
        if (!name.equals(MEASUREMENT)) {
            return counted;
        }
        int distinct = new HashSet<>(workload.centres()).size();
        return (double) (workload.samples() - distinct) / workload.samples();
    }

    private static boolean pays(double hitRate, CacheLine line) {
        return line.breakEvenHitRate() != null && hitRate > line.breakEvenHitRate();
    }

    private static String sentence(
            String name,
            double hitRate,
            double real,
            Double breakEven,
            boolean pays,
            boolean paysReally,
            double savedMillis) {
        String grounds = breakEven == null
                ? "a hit costs no less than the work it saves"
                : String.format(
                        Locale.ROOT,
                        "%.1f %% of its look-ups hit and %.3f %% would break even, so it saves %.4f ms an iteration",
                        100 * hitRate,
                        100 * breakEven,
                        savedMillis);
        String there = name.equals(MEASUREMENT)
                ? String.format(
                        Locale.ROOT,
                        "; in the real training loop, which measures once per position, %.1f %% would hit and it %s",
                        100 * real,
                        paysReally ? "would pay too" : "would not pay")
                : "";
        return "the " + (name.equals("fft") ? "FFT" : name) + " cache " + (pays ? "pays" : "does not pay")
                + " for this workload: " + grounds + there;
    }

    private static String endToEnd(Speedup leftOut) {
        return leftOut == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; end to end it is worth a factor of %.3f (%s)",
                        leftOut.ratio(),
                        leftOut.verdict());
    }
}
