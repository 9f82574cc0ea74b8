// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/** Sizes or steps along four dimensions, the slowest first. */
public record FourSteps(long a, long b, long c, long d) {

    /**
     * Of at most four dimensions.
     *
     * @param missing what the dimensions in front that are missing have
     */
    public static FourSteps of(long[] values, long missing) {
        if (values.length > 4) {
            throw new IllegalArgumentException("an array of " + values.length + " dimensions: at most 4 are possible");
        }
        long[] all = {missing, missing, missing, missing};
        System.arraycopy(values, 0, all, 4 - values.length, values.length);
        return new FourSteps(all[0], all[1], all[2], all[3]);
    }

    long product() {
        return Math.multiplyExact(Math.multiplyExact(a, b), Math.multiplyExact(c, d));
    }
}
