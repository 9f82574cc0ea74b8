// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/** torch.optim.Adam without decay, in double precision: the algorithm as PyTorch's documentation states it. */
final class OptimizeReference {

    /** Bias corrections of step {@code step}, counted from 1: step size and root correction. */
    static double[] adamAdvance(int step, double learningRate, double beta1, double beta2) {
        return new double[] {
            learningRate / (1 - Math.pow(beta1, step)), Math.sqrt(1 - Math.pow(beta2, step)),
        };
    }

    private OptimizeReference() {}

    /** One step in place. */
    static void adamStep(
            double[] weights,
            double[] gradients,
            double[] firstMoments,
            double[] secondMoments,
            double[] corrections,
            double beta1,
            double beta2,
            double epsilon) {
        for (int i = 0; i < weights.length; i++) {
            double g = gradients[i];
            firstMoments[i] = beta1 * firstMoments[i] + (1 - beta1) * g;
            secondMoments[i] = beta2 * secondMoments[i] + (1 - beta2) * g * g;
            weights[i] -= corrections[0] * firstMoments[i] / (Math.sqrt(secondMoments[i]) / corrections[1] + epsilon);
        }
    }
}
