// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.page.Report.Headline;
import fizeau.bench.stats.Verdict;
import fizeau.bench.training.Speedup;
import java.util.Locale;

/** A speedup in large print. */
final class SpeedupHeadline {

    private SpeedupHeadline() {}

    /** @param pointer where the speedup lies in the record of {@code cells} */
    static Headline of(RecordCells cells, Speedup speedup, String pointer) {
        boolean judged = speedup.verdict() != Verdict.UNCLEAR && speedup.low() != null && speedup.pValue() != null;
        String interval = speedup.low() == null
                ? "no interval"
                : String.format(
                        Locale.ROOT,
                        "%.0f %% interval %.2f to %.2f",
                        100 * speedup.level(),
                        speedup.low(),
                        speedup.high());
        String grounds = judged
                ? String.format(Locale.ROOT, "%d rounds; rank test p = %.4f", speedup.rounds(), speedup.pValue())
                : speedup.reason();
        return new Headline(
                cells.number(pointer + "/ratio", value -> String.format(Locale.ROOT, "%.2f", value)),
                "\u00d7",
                speedup.variant() + " over " + speedup.over(),
                interval + "; " + grounds,
                speedup.verdict().name());
    }
}
