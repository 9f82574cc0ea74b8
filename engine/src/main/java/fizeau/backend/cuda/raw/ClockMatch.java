// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import java.util.function.LongSupplier;

/**
 * One moment on two clocks, known to half of {@code widthNanos}.
 *
 * @param host {@link System#nanoTime} at that moment
 * @param other the other clock, nanoseconds
 * @param widthNanos between the two readings of the host's clock around the other's
 */
record ClockMatch(long host, long other, long widthNanos) {

    private static final int READINGS = 9;

    /** Reads both clocks several times and keeps the closest pair. */
    static ClockMatch of(LongSupplier otherClock) {
        ClockMatch best = null;
        for (int i = 0; i < READINGS; i++) {
            long before = System.nanoTime();
            long other = otherClock.getAsLong();
            long after = System.nanoTime();
            if (best == null || after - before < best.widthNanos) {
                best = new ClockMatch(before + (after - before) / 2, other, after - before);
            }
        }
        return best;
    }

    /** A time of the other clock on the host's, on the line through this moment and a later one: clocks drift apart. */
    long toHost(long time, ClockMatch later) {
        long offset = host - other;
        long span = later.other - other;
        double drift = span <= 0 ? 0 : (double) (later.host - later.other - offset) / span;
        return time + offset + Math.round(drift * (time - other));
    }
}
