// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ablation;

/**
 * What a cache counts and costs; nulls where it was not measured.
 *
 * @param hits of the optimised variant's training
 * @param missNanos making the value and what a look-up that misses adds
 * @param recomputeNanos making the value
 * @param breakEvenHitRate hit rate from which on it saves time; null also when a hit costs no less than the work
 * @param pays whether the hit rate lies above that
 */
public record CacheEffect(
        String name,
        Long hits,
        Long misses,
        Double hitNanos,
        Double missNanos,
        Double recomputeNanos,
        Double breakEvenHitRate,
        Boolean pays) {}
