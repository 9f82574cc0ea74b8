// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.caches;

/**
 * What the calls to one cache took in one process, nanoseconds per call.
 *
 * @param name {@code measurement}, {@code fft}, {@code grid} or {@code mask}
 * @param keys different values in the cache
 * @param bytes of all of them
 * @param coldRecomputeNanos the first call in the process, after each value was made once
 * @param coldHitNanos the first look-up
 * @param recomputeNanos making the value
 * @param hitNanos a look-up that finds it
 * @param missOverheadNanos what a look-up that does not find it adds to making it
 * @param useNanos what is done with a value after every look-up; 0 where the value is the result
 */
public record CacheCost(
        String name,
        int keys,
        long bytes,
        double coldRecomputeNanos,
        double coldHitNanos,
        double recomputeNanos,
        double hitNanos,
        double missOverheadNanos,
        double useNanos) {

    /** A miss: the look-up, making the value and keeping it. */
    public double missNanos() {
        return recomputeNanos + missOverheadNanos;
    }

    /**
     * The hit rate at which look-ups cost as much as always making the value; above it the cache saves time. Null when a
     * hit costs no less than the work.
     */
    public Double breakEvenHitRate() {
        return breakEvenHitRate(recomputeNanos, hitNanos, missOverheadNanos);
    }

    static Double breakEvenHitRate(double recompute, double hit, double missOverhead) {
        // rate * hit + (1 - rate) * (recompute + overhead) = recompute
        return hit >= recompute ? null : (Double) (missOverhead / (recompute + missOverhead - hit));
    }
}
