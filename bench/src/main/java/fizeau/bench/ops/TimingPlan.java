// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * How a case is timed within {@code --max-seconds}.
 *
 * @param seconds of the timed calls of each process
 * @param rounds that there is time for
 * @param firstCall whether the first call of a process is its only sample, because there is no time for a second one
 */
record TimingPlan(double seconds, int rounds, boolean firstCall) {
    /** The fewest rounds that have an interval worth the name; one call in each may well exceed the bound. */
    private static final int FEWEST_ROUNDS = 3;

    /** @param callSeconds what a call of each method takes, as far as the search has seen it */
    static TimingPlan of(OpsSettings settings, int methods, Collection<Double> callSeconds) {
        int wanted = settings.protocol().rounds();
        double share = settings.maxSeconds() / (wanted * Math.max(1, methods));
        List<Double> known = callSeconds.stream().filter(Objects::nonNull).toList();
        double slowest = known.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        if (slowest <= share) {
            return new TimingPlan(share, wanted, false);
        }
        double round = known.stream().mapToDouble(Double::doubleValue).sum();
        int rounds = (int) Math.max(Math.min(wanted, FEWEST_ROUNDS), Math.min(wanted, settings.maxSeconds() / round));
        return new TimingPlan(share, rounds, true);
    }
}
