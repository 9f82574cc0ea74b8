// SPDX-License-Identifier: Apache-2.0
package fizeau.cache;

/**
 * Counters of one cache.
 *
 * @param hits look-ups answered from the cache
 * @param misses look-ups that had to load
 * @param loadFailures loads that threw; nothing is kept then
 * @param evictions entries dropped because a bound was reached
 * @param entries entries now
 * @param bytes bytes now, as weighed by the owner
 */
public record CacheStatistics(long hits, long misses, long loadFailures, long evictions, int entries, long bytes) {

    public static final CacheStatistics NONE = new CacheStatistics(0, 0, 0, 0, 0, 0);

    /** Of two caches that users know as one. */
    public CacheStatistics plus(CacheStatistics other) {
        return new CacheStatistics(
                hits + other.hits,
                misses + other.misses,
                loadFailures + other.loadFailures,
                evictions + other.evictions,
                entries + other.entries,
                bytes + other.bytes);
    }

    public long lookups() {
        return hits + misses;
    }

    /** Hits over look-ups; 0 when there was none. */
    public double hitRate() {
        return lookups() == 0 ? 0 : (double) hits / lookups();
    }
}
