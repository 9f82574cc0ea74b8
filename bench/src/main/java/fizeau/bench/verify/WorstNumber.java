// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

/** Of several comparisons with tolerances of their own, the one nearest to its tolerance, or furthest beyond it. */
final class WorstNumber {

    private double error;
    private double tolerance;
    private double share = -1;

    void add(double difference, double allowed) {
        double ofAllowed = difference == 0 ? 0 : difference / allowed;
        // an error that is not a number is worse than any other and stays the worst
        if (!Double.isNaN(share) && !(ofAllowed <= share)) {
            error = difference;
            tolerance = allowed;
            share = ofAllowed;
        }
    }

    double error() {
        return error;
    }

    double tolerance() {
        return tolerance;
    }
}
