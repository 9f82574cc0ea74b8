// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

/**
 * When a warm-up may end: the median times of two passes that follow each other agree, after at least {@code minSeconds};
 * or the bound is reached, which the record then says.
 *
 * @param minSeconds shortest warm-up; the compiler threads of the JVM need some time to notice what is hot
 * @param maxSeconds bound
 * @param tolerance largest relative difference of two passes that counts as agreement
 */
public record WarmUpRule(double minSeconds, double maxSeconds, double tolerance) {

    public WarmUpRule {
        if (!(minSeconds >= 0) || !(maxSeconds >= minSeconds) || !(tolerance > 0)) {
            throw new IllegalArgumentException("a warm-up of " + minSeconds + " to " + maxSeconds + " s with tolerance "
                    + tolerance + " is not possible");
        }
    }

    /** Two passes of half-compiled code can agree by chance: with 0.8 s, first samples still ran at half speed. */
    public static WarmUpRule usual() {
        return new WarmUpRule(3, 6, 0.05);
    }

    public static WarmUpRule quick() {
        return new WarmUpRule(0.3, 0.8, 0.1);
    }

    public boolean agree(double previousMedian, double median) {
        return Math.abs(median - previousMedian) <= tolerance * previousMedian;
    }
}
