// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import fizeau.bench.stats.Ratio;
import fizeau.bench.stats.Verdict;
import java.util.List;
import java.util.Locale;

/**
 * What {@code fused} shall reach on a GPU over the usual training there, operation by operation in Python, and whether it does.
 *
 * @param cell equation and seed
 * @param what one sentence
 * @param wanted least ratio
 * @param verdict {@code met}, {@code missed}, {@code unclear} or {@code unavailable}
 * @param ratio measured; null where it is unavailable
 * @param reason why, one sentence
 */
public record PinnTarget(String cell, String what, double wanted, String verdict, Ratio ratio, String reason) {
    public static final double WANTED_ON_CUDA = 10;

    private static final String WHAT = "fused on a GPU: 10 times as fast as Python's eager on the same card";

    /** One for each cell. */
    static List<PinnTarget> of(PinnPlace place, List<PinnCell> cells) {
        return place.onCuda() ? cells.stream().map(cell -> of(place, cell)).toList() : List.of();
    }

    private static PinnTarget of(PinnPlace place, PinnCell cell) {
        String name = cell.equation() + "-seed" + cell.seed();
        int published = PinnWorkload.SAMPLES * PinnWorkload.GRID * PinnWorkload.GRID;
        if (cell.points() != published) {
            return unavailable(name, "it is stated for " + published + " points, and these are " + cell.points());
        }
        PinnResult fused = cell.result(PinnVariant.FUSED.word()).orElse(null);
        if (fused == null || fused.speedup() == null || fused.judgement() == null) {
            return unavailable(
                    name,
                    "there is no ratio of " + PinnVariant.FUSED.word() + " to "
                            + place.reference().word() + " in this run");
        }
        Ratio ratio = fused.speedup();
        boolean judged = ratio.low() != null && fused.judgement().verdict() != Verdict.UNCLEAR;
        String verdict = !judged
                ? "unclear"
                : ratio.low() >= WANTED_ON_CUDA ? "met" : ratio.high() < WANTED_ON_CUDA ? "missed" : "unclear";
        String reason = judged
                ? String.format(Locale.ROOT, "the interval of the ratio is %.2f to %.2f", ratio.low(), ratio.high())
                : fused.judgement().reason();
        return new PinnTarget(name, WHAT, WANTED_ON_CUDA, verdict, ratio, reason);
    }

    private static PinnTarget unavailable(String cell, String reason) {
        return new PinnTarget(cell, WHAT, WANTED_ON_CUDA, "unavailable", null, reason);
    }
}
