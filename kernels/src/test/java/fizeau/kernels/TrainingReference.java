// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/** The scalars of a training iteration in double precision. */
final class TrainingReference {

    private TrainingReference() {}

    /** Losses of the rows, the last row first, and behind them the gradient with respect to the amplitudes. */
    static double[][] amplitudeL1(double[] amplitudes, double[] target, double weight, int ny, int nx) {
        double[] loss = new double[ny];
        double[] gradient = new double[ny * nx];
        for (int i = 0; i < gradient.length; i++) {
            double difference = amplitudes[i] - target[i];
            loss[ny - 1 - i / nx] += weight * Math.abs(difference);
            gradient[i] = weight * Math.signum(difference);
        }
        return new double[][] {loss, gradient};
    }

    /** What a sum of absolute differences is multiplied with to give the normalised L1 loss. */
    static double targetWeight(double[] target, double times, double floor) {
        double sum = 0;
        for (double value : target) {
            sum += value;
        }
        return times / (target.length * (sum / target.length + floor));
    }
}
