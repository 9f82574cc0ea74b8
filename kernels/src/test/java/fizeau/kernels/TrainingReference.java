// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/** The scalars of a training iteration in double precision. */
final class TrainingReference {

    private TrainingReference() {}

    /** What a sum of absolute differences is multiplied with to give the normalised L1 loss. */
    static double targetWeight(double[] target, double times, double floor) {
        double sum = 0;
        for (double value : target) {
            sum += value;
        }
        return times / (target.length * (sum / target.length + floor));
    }
}
