// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

/**
 * The coefficients of one step of Adam (Kingma and Ba, arXiv:1412.6980), with epsilon added to the bias-corrected root of
 * the second moment as PyTorch does, applied to ranges of flat buffers in one pass.
 *
 * @param keepFirst decay of the first moment; 0 in the first step, so that moments of an earlier optimiser are ignored
 * @param keepSecond decay of the second moment; 0 in the first step
 * @param stepSize learning rate over the first bias correction
 * @param rootScale reciprocal root of the second bias correction
 */
record AdamStep(float keepFirst, float keepSecond, float stepSize, float rootScale) {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    static final float EPSILON = 1e-8f;
    private static final float TAKE_FIRST = (float) (1 - BETA1);
    private static final float TAKE_SECOND = (float) (1 - BETA2);

    /** Step {@code number}, counted from 1. */
    static AdamStep of(int number, double learningRate) {
        return new AdamStep(
                number == 1 ? 0 : (float) BETA1,
                number == 1 ? 0 : (float) BETA2,
                (float) (learningRate / (1 - Math.pow(BETA1, number))),
                (float) (1 / Math.sqrt(1 - Math.pow(BETA2, number))));
    }

    /** Steps one parameter. */
    void apply(float[] parameters, float[] first, float[] second, int at, float gradient) {
        float m = first[at] * keepFirst + TAKE_FIRST * gradient;
        float v = second[at] * keepSecond + TAKE_SECOND * gradient * gradient;
        first[at] = m;
        second[at] = v;
        parameters[at] -= stepSize * m / ((float) Math.sqrt(v) * rootScale + EPSILON);
    }

    /** Steps the parameters {@code from} to {@code to - 1}. */
    void apply(float[] parameters, float[] first, float[] second, float[] gradient, int from, int to) {
        float keepM = keepFirst;
        float keepV = keepSecond;
        float rate = stepSize;
        float root = rootScale;
        for (int i = from; i < to; i++) {
            float g = gradient[i];
            float m = first[i] * keepM + TAKE_FIRST * g;
            float v = second[i] * keepV + TAKE_SECOND * g * g;
            first[i] = m;
            second[i] = v;
            parameters[i] -= rate * m / ((float) Math.sqrt(v) * root + EPSILON);
        }
    }

    /**
     * Advances the moments {@code from} to {@code to - 1} without a parameter of their own.
     *
     * @param root receives the bias-corrected root of the second moment
     */
    void moments(float[] first, float[] second, float[] root, float[] gradient, int from, int to) {
        float keepM = keepFirst;
        float keepV = keepSecond;
        float scale = rootScale;
        for (int i = from; i < to; i++) {
            float g = gradient[i];
            first[i] = first[i] * keepM + TAKE_FIRST * g;
            float v = second[i] * keepV + TAKE_SECOND * g * g;
            second[i] = v;
            root[i] = (float) Math.sqrt(v) * scale;
        }
    }

    /**
     * Steps a row of parameters whose gradient is {@code scale * gradient[j]} and adds the new row, times
     * {@code nextScale}, to {@code sum}.
     */
    void applyOuter(
            float[] row,
            float[] first,
            float[] second,
            float[] gradient,
            float scale,
            float[] sum,
            float nextScale,
            int count) {
        float keepM = keepFirst;
        float keepV = keepSecond;
        float rate = stepSize;
        float root = rootScale;
        for (int j = 0; j < count; j++) {
            float g = scale * gradient[j];
            float m = first[j] * keepM + TAKE_FIRST * g;
            float v = second[j] * keepV + TAKE_SECOND * g * g;
            first[j] = m;
            second[j] = v;
            float w = row[j] - rate * m / ((float) Math.sqrt(v) * root + EPSILON);
            row[j] = w;
            sum[j] += nextScale * w;
        }
    }

    /** The same step, one pass for each operation with intermediate results in memory. */
    void applyInPasses(float[] parameters, float[] first, float[] second, float[] gradient, int offset, int count) {
        float[] root = new float[count];
        float[] change = new float[count];
        for (int i = 0; i < count; i++) {
            first[offset + i] = first[offset + i] * keepFirst + TAKE_FIRST * gradient[offset + i];
        }
        for (int i = 0; i < count; i++) {
            second[offset + i] *= keepSecond;
        }
        for (int i = 0; i < count; i++) {
            second[offset + i] += TAKE_SECOND * gradient[offset + i] * gradient[offset + i];
        }
        for (int i = 0; i < count; i++) {
            root[i] = (float) Math.sqrt(second[offset + i]);
        }
        for (int i = 0; i < count; i++) {
            root[i] = root[i] * rootScale + EPSILON;
        }
        for (int i = 0; i < count; i++) {
            change[i] = first[offset + i] / root[i];
        }
        for (int i = 0; i < count; i++) {
            parameters[offset + i] -= stepSize * change[i];
        }
    }
}
