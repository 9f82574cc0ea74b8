// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import fizeau.bench.ops.Agreement;

/** Compares scores with those of the network in double precision. */
public final class Answers {
    private static final String REFERENCE = "libtorch in double precision";

    private Answers() {}

    /**
     * @param scores {@code [batch][classes]}
     * @param expected scores of the first pictures; a batch that is larger repeats them
     */
    public static Agreement compare(float[] scores, float[] expected, NumberFormat format) {
        double worst = 0;
        double largest = 0;
        for (int i = 0; i < scores.length; i++) {
            double right = expected[i % expected.length];
            double difference = Math.abs(scores[i] - right);
            // a NaN is the worst of all, and stays it
            worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(worst, difference);
            largest = Math.max(largest, Math.abs(right));
        }
        return new Agreement(REFERENCE, scores.length, scores.length, worst, largest, format.tolerance());
    }
}
