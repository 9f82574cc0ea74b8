// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Leaves out rows whose single call would take too long, judged by the largest batch that was timed before. */
final class RowLimit {
    private final double longestSeconds;
    private final Map<String, Seen> seen = new HashMap<>();

    private record Seen(int batch, double seconds) {}

    RowLimit(double longestSeconds) {
        this.longestSeconds = longestSeconds;
    }

    void saw(OperatorSetting.Case one, Direction direction, List<Double> millis) {
        millis.stream()
                .mapToDouble(Double::doubleValue)
                .min()
                .ifPresent(fastest -> seen.put(key(one, direction), new Seen(one.batch(), 1e-3 * fastest)));
    }

    /** A sentence, or null where it may run. */
    String whyNot(OperatorSetting.Case one, Direction direction) {
        Seen smaller = seen.get(key(one, direction));
        if (smaller == null) {
            return null;
        }
        double expected = smaller.seconds() * one.batch() / smaller.batch();
        return expected <= longestSeconds
                ? null
                : String.format(
                        Locale.ROOT,
                        "left out: batch %d took %.3g s, so this one would take more than --longest-call %.3g s",
                        smaller.batch(),
                        smaller.seconds(),
                        longestSeconds);
    }

    private static String key(OperatorSetting.Case one, Direction direction) {
        return one.imageSize() + one.mask() + direction;
    }
}
