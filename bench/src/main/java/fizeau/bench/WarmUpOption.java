// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.bench.protocol.WarmUpRule;
import picocli.CommandLine.Option;

/** How long processes warm up, for those who do not look at times, or have code that takes longer to settle. */
final class WarmUpOption {

    @Option(
            names = "--warmup-seconds",
            paramLabel = "SECONDS",
            description =
                    "Bound of a process's warm-up; it ends earlier, but not before half of this, when two passes agree."
                            + " Default: by the kind of work, 0.5 to 30")
    private Double seconds;

    /** @param usual what holds where nothing is asked for */
    WarmUpRule or(WarmUpRule usual) {
        if (seconds == null) {
            return usual;
        }
        if (!(seconds >= 0) || Double.isInfinite(seconds)) {
            throw new IllegalArgumentException("--warmup-seconds " + seconds + " must be 0 (one pass) or more");
        }
        return new WarmUpRule(seconds / 2, seconds, usual.tolerance());
    }
}
