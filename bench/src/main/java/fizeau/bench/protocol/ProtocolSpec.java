// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

/**
 * The rules of one measurement.
 *
 * @param rounds how often every variant runs, each time in a fresh JVM
 * @param minTimeSeconds rounds are added until every variant was timed for this long; 0 for none
 * @param maxSeconds no round starts that would end after this many seconds; 0 for no limit
 * @param seed of the order of variants within a round and of the bootstrap
 * @param level coverage of intervals
 * @param stealLimit share of processor time taken by the hypervisor above which a timed window counts as disturbed
 * @param warmUp when a warm-up may end
 */
public record ProtocolSpec(
        int rounds,
        double minTimeSeconds,
        double maxSeconds,
        long seed,
        double level,
        double stealLimit,
        WarmUpRule warmUp) {

    /** Two per cent of stolen time move a ratio by as much as what is called no difference. */
    public static final double STEAL_LIMIT = 0.02;

    /** Share of all processors' time that other processes may take: a quiet machine needs about one per cent for itself. */
    public static final double OTHERS_LIMIT = 0.05;

    /** Relative change of the clock frequency within a window that counts; readings of a steady clock differ by less. */
    public static final double FREQUENCY_LIMIT = 0.05;

    public static final double LEVEL = 0.95;

    public static final int MOST_ROUNDS = 1000;

    public ProtocolSpec {
        if (rounds < 1 || rounds > MOST_ROUNDS) {
            throw new IllegalArgumentException("--rounds " + rounds + " is not possible: use 1 to " + MOST_ROUNDS
                    + " (5 are the fewest that prove)");
        }
        if (!(minTimeSeconds >= 0) || Double.isInfinite(minTimeSeconds)) {
            throw new IllegalArgumentException("--min-time " + minTimeSeconds + " s must be 0 or more");
        }
        if (!(maxSeconds >= 0) || Double.isInfinite(maxSeconds)) {
            throw new IllegalArgumentException("--max-seconds " + maxSeconds + " must be 0 (no limit) or more");
        }
    }
}
