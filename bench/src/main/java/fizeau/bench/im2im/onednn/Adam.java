// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.onednn;

/** Adam with weight decay added to the gradient, as {@code torch.optim.Adam} has it, over all parameters at once. */
final class Adam {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final float EPSILON = 1e-8f;

    private final float[] first;
    private final float[] second;
    private final float decay;
    private long steps;

    Adam(int count, double decay) {
        this.first = new float[count];
        this.second = new float[count];
        this.decay = (float) decay;
    }

    /** One step against the gradient. */
    void step(float[] parameters, float[] gradient, double rate) {
        steps++;
        float size = (float) (rate / (1 - Math.pow(BETA1, steps)));
        float unbiased = (float) (1 / Math.sqrt(1 - Math.pow(BETA2, steps)));
        float keep = (float) BETA2;
        float take1 = (float) (1 - BETA1);
        float take2 = (float) (1 - BETA2);
        for (int i = 0; i < parameters.length; i++) {
            float slope = gradient[i] + decay * parameters[i];
            first[i] += take1 * (slope - first[i]);
            second[i] = keep * second[i] + take2 * slope * slope;
            parameters[i] -= size * first[i] / ((float) Math.sqrt(second[i]) * unbiased + EPSILON);
        }
    }
}
