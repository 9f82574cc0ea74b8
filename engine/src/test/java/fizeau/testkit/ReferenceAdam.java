// SPDX-License-Identifier: Apache-2.0
package fizeau.testkit;

/**
 * Adam (Kingma and Ba, arXiv:1412.6980) in double precision with the usual coefficients: 0.9, 0.999, and 1e-8 added to the
 * bias-corrected root. One instance is one optimiser.
 */
public final class ReferenceAdam {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final double learningRate;
    private final double[] first;
    private final double[] second;
    private int steps;

    public ReferenceAdam(int parameters, double learningRate) {
        this.learningRate = learningRate;
        this.first = new double[parameters];
        this.second = new double[parameters];
    }

    /** Steps the parameters in place. */
    public void step(double[] parameters, double[] gradient) {
        steps++;
        for (int i = 0; i < parameters.length; i++) {
            first[i] = BETA1 * first[i] + (1 - BETA1) * gradient[i];
            second[i] = BETA2 * second[i] + (1 - BETA2) * gradient[i] * gradient[i];
            double mean = first[i] / (1 - Math.pow(BETA1, steps));
            double square = second[i] / (1 - Math.pow(BETA2, steps));
            parameters[i] -= learningRate * mean / (Math.sqrt(square) + EPSILON);
        }
    }
}
