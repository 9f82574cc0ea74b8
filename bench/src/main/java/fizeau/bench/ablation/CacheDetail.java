// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ablation;

/**
 * What follows from a {@link CacheEffect}; all derived from measured numbers.
 *
 * @param bytes the cache held at the end of the training
 * @param realLoopHitRate what it would be in the real training loop, which measures the truth once per position; that of
 *     the other caches is the counted one, for masks and transforms are needed in every iteration there too
 * @param paysInRealLoop whether that rate lies above break-even
 * @param savedMillisPerIteration hits times what each saves, over the iterations
 * @param workShare share that the work behind all look-ups would have of the optimised training without this cache
 * @param ceiling Amdahl: how many times faster that training would be if this work cost nothing; null when the work,
 *     measured alone, takes longer than the training that holds it
 * @param sentence whether it pays for this workload
 */
public record CacheDetail(
        String name,
        long bytes,
        Double hitRate,
        Double realLoopHitRate,
        Boolean paysInRealLoop,
        Double savedMillisPerIteration,
        Double workShare,
        Double ceiling,
        String sentence) {}
