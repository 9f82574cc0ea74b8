// SPDX-License-Identifier: Apache-2.0
package fizeau.pinn;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, arXiv:1711.05101) on one flat array: beta 0.9 and 0.999, epsilon
 * 1e-8 added to the bias-corrected root, as PyTorch's AdamW. Without decay it is Adam.
 */
final class AdamW {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final double learningRate;
    private final double weightDecay;
    private final double[] first;
    private final double[] second;
    private int steps;

    AdamW(int count, double learningRate, double weightDecay) {
        this.learningRate = learningRate;
        this.weightDecay = weightDecay;
        this.first = new double[count];
        this.second = new double[count];
    }

    void step(float[] parameters, float[] gradient) {
        steps++;
        double stepSize = learningRate / (1 - Math.pow(BETA1, steps));
        double root = Math.sqrt(1 - Math.pow(BETA2, steps));
        for (int i = 0; i < parameters.length; i++) {
            double g = gradient[i];
            first[i] += (1 - BETA1) * (g - first[i]);
            second[i] += (1 - BETA2) * (g * g - second[i]);
            double kept = parameters[i] * (1 - learningRate * weightDecay);
            parameters[i] = (float) (kept - stepSize * first[i] / (Math.sqrt(second[i]) / root + EPSILON));
        }
    }
}
