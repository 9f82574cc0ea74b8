// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.caches.CacheLine;
import fizeau.bench.caches.CachesRecord;
import fizeau.bench.stats.Ratio;
import fizeau.bench.workload.Workload;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What the cache micro benchmarks come to, in words: which caches pay, and what of ours stands beside published figures. */
final class CacheSentences {

    private CacheSentences() {}

    /** One sentence for each cache, at the usual size. */
    static List<String> of(CachesRecord record) {
        return atUsualSize(record).stream().map(CacheSentences::sentence).toList();
    }

    /** Of each cache the line whose size is nearest to that of the usual workloads. */
    static List<CacheLine> atUsualSize(CachesRecord record) {
        return record.caches().stream()
                .map(CacheLine::name)
                .distinct()
                .map(name -> nearest(record, name))
                .toList();
    }

    /** {@code FFT} is no word to write small. */
    static String label(String cache) {
        return cache.equals("fft") ? "FFT" : cache;
    }

    static String breakEven(Double share) {
        return share == null ? "never" : String.format(Locale.ROOT, "%.4f %%", 100 * share);
    }

    /** The number of ours that comes closest to a published figure. */
    static String ours(CachesRecord record, String what) {
        if (what.startsWith("measurement cache")) {
            return ours(record, "measurement", CacheLine::isolated, "recompute over hit, in isolation too");
        }
        if (what.startsWith("FFT cache")) {
            return ours(record, "fft", CacheLine::inUse, "plan made and used over plan kept and used");
        }
        return "unavailable here, ablate measures it";
    }

    private static String ours(CachesRecord record, String cache, Function<CacheLine, Ratio> side, String meaning) {
        CacheLine line = nearest(record, cache);
        return line == null
                ? "unavailable"
                : Numbers.short3(side.apply(line).ratio()) + " x at " + line.imageSize() + " pixels, measured: "
                        + meaning;
    }

    private static CacheLine nearest(CachesRecord record, String cache) {
        return record.caches().stream()
                .filter(line -> line.name().equals(cache))
                .min(Comparator.comparingInt(line -> Math.abs(line.imageSize() - Workload.IMAGE_SIZE)))
                .orElse(null);
    }

    private static String sentence(CacheLine line) {
        String loop = String.format(
                Locale.ROOT,
                "the %s cache %s at %d pixels where each value is asked for %d times (%.1f %% hits)",
                label(line.name()),
                line.pays() ? "pays" : "does not pay",
                line.imageSize(),
                CacheLine.LOOK_UPS_PER_KEY,
                100 * line.hitRate());
        String grounds = line.breakEvenHitRate() == null
                ? "a hit costs no less than the work it saves"
                : breakEven(line.breakEvenHitRate()) + " would break even";
        String there = line.realLoopHitRate() == line.hitRate()
                ? "the real training loop asks in every iteration too"
                : String.format(
                        Locale.ROOT,
                        "in the real training loop, which measures once per position, %.1f %% would hit and it %s",
                        100 * line.realLoopHitRate(),
                        line.paysInRealLoop() ? "would pay too" : "would not pay");
        return loop + ": " + grounds + "; " + there;
    }
}
