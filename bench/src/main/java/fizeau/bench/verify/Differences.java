// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

/** How far two arrays are apart. */
final class Differences {

    private Differences() {}

    /**
     * Largest magnitude of a difference; not a number as soon as one of the differences is none.
     *
     * @param components numbers per element: 2 for interleaved complex values
     */
    static double largest(double[] actual, double[] expected, int components) {
        double largest = 0;
        for (int i = 0; i < actual.length; i += components) {
            double difference = Math.abs(actual[i] - expected[i]);
            if (components == 2) {
                difference = Math.hypot(difference, actual[i + 1] - expected[i + 1]);
            }
            if (Double.isNaN(difference)) {
                return Double.NaN;
            }
            largest = Math.max(largest, difference);
        }
        return largest;
    }
}
