// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.cache.CacheStatistics;

/** Counters of one cache over one training, with the hit rate; null when nothing was looked up. */
public record CacheRecord(long hits, long misses, Double hitRate, long evictions, int entries, long bytes) {

    static CacheRecord of(CacheStatistics statistics) {
        return new CacheRecord(
                statistics.hits(),
                statistics.misses(),
                statistics.lookups() == 0 ? null : (Double) statistics.hitRate(),
                statistics.evictions(),
                statistics.entries(),
                statistics.bytes());
    }
}
