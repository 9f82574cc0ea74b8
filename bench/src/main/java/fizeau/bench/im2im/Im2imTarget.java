// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import fizeau.bench.stats.Judgement;
import fizeau.bench.stats.Ratio;
import fizeau.bench.stats.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What all exact switches together shall reach in training, and whether they do.
 *
 * @param row label of the row that is judged
 * @param reference label of its baseline
 * @param wanted least ratio
 * @param verdict {@code met}, {@code missed} or {@code unclear}
 * @param ratio the baseline's time over the row's, with its interval; null where results differ too much
 * @param reason why, one sentence
 * @param profile derived: shares of the row's time by part, largest first; what no part has is no convolution either
 * @param floor of the row; null without one
 * @param possible derived: the ratio of a loop that did nothing but convolutions, each in its fastest form; null without floor
 */
public record Im2imTarget(
        String row,
        String reference,
        double wanted,
        String verdict,
        Ratio ratio,
        String reason,
        Map<String, Double> profile,
        Im2imFloor floor,
        Double possible) {

    /** Over the straightforward training loop, end to end. */
    public static final double WANTED = 1.8;

    private static final String BASELINE = "baseline";

    /** One for each row of training with all switches of {@code fused} that has a baseline of the same work. */
    static List<Im2imTarget> of(Im2imMode mode, List<Im2imRow> rows) {
        List<Im2imTarget> targets = new ArrayList<>();
        if (mode == Im2imMode.INFER) {
            return targets;
        }
        Set<Im2imSwitch> all = Set.copyOf(Im2imSwitch.ofFused(mode, Accelerator.CPU));
        for (Im2imRow row : rows) {
            boolean judged = row.measured()
                    && row.settings().accelerator() == Accelerator.CPU // the target is one for two cores
                    && row.settings().switches().equals(all)
                    && row.reference() != null;
            rows.stream()
                    .filter(other -> judged && other.label().equals(row.reference()))
                    .filter(other -> other.branch().equals(BASELINE)
                            && other.settings().switches().isEmpty())
                    .findFirst()
                    .ifPresent(baseline -> targets.add(of(row, baseline)));
        }
        return targets;
    }

    private static Im2imTarget of(Im2imRow row, Im2imRow baseline) {
        Im2imFloor floor = row.floor();
        return new Im2imTarget(
                row.label(),
                baseline.label(),
                WANTED,
                verdict(row.speedup(), row.judgement()),
                row.speedup(),
                row.speedup() == null
                        ? "results differ from those of the baseline"
                        : row.judgement().verdict() == Verdict.UNCLEAR
                                ? row.judgement().reason()
                                : String.format(
                                        Locale.ROOT,
                                        "the interval of the ratio is %.3f to %.3f",
                                        row.speedup().low(),
                                        row.speedup().high()),
                profile(row),
                floor,
                floor == null ? null : (Double) (baseline.seconds().value() / floor.seconds()));
    }

    /** What may be said of a ratio against {@link #WANTED}. */
    static String verdict(Ratio ratio, Judgement judgement) {
        if (ratio == null || ratio.low() == null || judgement.verdict() == Verdict.UNCLEAR) {
            return "unclear";
        }
        return ratio.low() >= WANTED ? "met" : ratio.high() < WANTED ? "missed" : "unclear";
    }

    private static Map<String, Double> profile(Im2imRow row) {
        Im2imRow.Run run = row.medianRun();
        Map<String, Double> shares = new LinkedHashMap<>();
        run.outcome().parts().entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .forEach(part -> shares.put(part.getKey(), part.getValue() / run.timed()));
        return shares;
    }
}
