// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Adam (Kingma and Ba, arXiv:1412.6980) with moments in double precision, epsilon added to the bias-corrected root of the
 * second moment. Owns its moments.
 */
final class ReferenceAdam {

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final double learningRate;
    private final double[] first;
    private final double[] second;
    private int steps;

    private ReferenceAdam(double learningRate, int count) {
        this.learningRate = learningRate;
        first = new double[count];
        second = new double[count];
    }

    /** The optimiser that a case describes. */
    static ReferenceAdam of(String owner, JsonNode settings, int count) {
        if (settings.path("beta1").asDouble(BETA1) != BETA1
                || settings.path("beta2").asDouble(BETA2) != BETA2
                || settings.path("eps").asDouble(EPSILON) != EPSILON
                || settings.path("weight_decay").asDouble(0) != 0
                || settings.path("amsgrad").asBoolean(false)) {
            throw new IllegalArgumentException("Adam of case " + owner
                    + " has other settings than beta 0.9 and 0.999, eps 1e-8, no decay: " + settings);
        }
        return new ReferenceAdam(settings.path("lr").asDouble(1e-3), count);
    }

    double learningRate() {
        return learningRate;
    }

    void step(float[] parameters, float[] gradient) {
        steps++;
        double rate = learningRate / (1 - Math.pow(BETA1, steps));
        double root = 1 / Math.sqrt(1 - Math.pow(BETA2, steps));
        for (int i = 0; i < parameters.length; i++) {
            first[i] = BETA1 * first[i] + (1 - BETA1) * gradient[i];
            second[i] = BETA2 * second[i] + (1 - BETA2) * gradient[i] * gradient[i];
            parameters[i] -= (float) (rate * first[i] / (Math.sqrt(second[i]) * root + EPSILON));
        }
    }
}
