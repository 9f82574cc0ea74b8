// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

/**
 * An array that needs no memory: element {@code i} is a function of seed and index (the finaliser of SplitMix64, Steele et
 * al. 2014), uniform between {@code centre - reach} and {@code centre + reach}, and exact in single precision's grid of
 * 2^-24 steps before scaling. Every method, process and reference sees the same values.
 */
public record SeededValues(long seed, double centre, double reach) {
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    /** The seed under which element {@code i} is {@code i}. */
    public static final SeededValues COUNTING = new SeededValues(Long.MIN_VALUE, 0, 0);

    /** Element {@code index} as single precision, which is what all methods compute with. */
    public float at(long index) {
        if (seed == Long.MIN_VALUE) {
            return index;
        }
        long mixed = seed + (index + 1) * GOLDEN_RATIO;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        mixed ^= mixed >>> 31;
        double unit = ((mixed >>> 40) * 0x1.0p-23) - 1; // -1 to 1
        return (float) (centre + reach * unit);
    }

    /** Writes elements {@code from} to {@code from + count - 1} to the front of {@code target}. */
    public void fill(float[] target, long from, int count) {
        for (int i = 0; i < count; i++) {
            target[i] = at(from + i);
        }
    }
}
