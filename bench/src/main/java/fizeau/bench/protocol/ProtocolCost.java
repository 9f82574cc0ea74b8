// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

import fizeau.bench.stats.Summary;

/**
 * What the protocol itself takes, measured in the process that is timed, before anything is timed. Inside a window that is
 * the two readings of the clock around every iteration; outside, but on the same processor, the meter's readings before and
 * after the window. {@code wholeShare} charges both to the iterations, as if the second were inside.
 *
 * @param kind {@code measured}; the shares are derived from it and from the median time of an iteration
 * @param clockNanos two readings of the clock and the store of their difference, nanoseconds
 * @param meterNanos opening and closing the interference meter once, nanoseconds
 * @param iterationsPerWindow iterations that share one window
 * @param insideShare {@code clockNanos} over the median time of an iteration: what is inside the timed windows
 * @param wholeShare the same with the meter's part of one iteration added
 */
public record ProtocolCost(
        String kind,
        double clockNanos,
        double meterNanos,
        int iterationsPerWindow,
        double insideShare,
        double wholeShare) {

    /** Largest share that counts as no burden. */
    public static final double LIMIT = 0.03;

    private static final String MEASURED = "measured";
    private static final int BATCHES = 9;
    private static final int READINGS = 4000;
    private static final int WINDOWS = 15;

    /** Costs per reading and per window; what share that is, iterations will tell. */
    public record Readings(double clockNanos, double meterNanos) {

        /**
         * As shares of an iteration.
         *
         * @param medianIterationNanos of the training that followed
         * @param iterationsPerWindow at least 1
         */
        public ProtocolCost over(double medianIterationNanos, int iterationsPerWindow) {
            if (!(medianIterationNanos > 0) || iterationsPerWindow < 1) {
                throw new IllegalArgumentException("an iteration of " + medianIterationNanos + " ns, "
                        + iterationsPerWindow + " in a window, has no share: both must be positive");
            }
            double inside = clockNanos / medianIterationNanos;
            return new ProtocolCost(
                    MEASURED,
                    clockNanos,
                    meterNanos,
                    iterationsPerWindow,
                    inside,
                    inside + meterNanos / iterationsPerWindow / medianIterationNanos);
        }
    }

    /**
     * Measures with a meter of its own, so that the windows of the run are not touched; takes some ten milliseconds. Medians,
     * because an interruption is not the protocol's.
     */
    public static Readings measure() {
        double[] clock = new double[BATCHES];
        long[] stored = new long[READINGS];
        for (int batch = 0; batch < BATCHES; batch++) {
            long began = System.nanoTime();
            for (int i = 0; i < READINGS; i++) {
                long before = System.nanoTime();
                stored[i] = System.nanoTime() - before;
            }
            clock[batch] = (double) (System.nanoTime() - began) / READINGS;
        }
        InterferenceMeter meter = new InterferenceMeter(1);
        double[] windows = new double[WINDOWS];
        for (int window = 0; window < WINDOWS; window++) {
            long began = System.nanoTime();
            meter.open();
            meter.close();
            windows[window] = System.nanoTime() - began;
        }
        return new Readings(Summary.median(clock), Summary.median(windows));
    }
}
