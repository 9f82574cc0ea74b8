// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.onednn;

import fizeau.bench.im2im.Experiment;

/** The loss of one sample; that of a batch is the mean over its samples. */
final class SampleLoss {
    private SampleLoss() {}

    /**
     * The loss, and its gradient over {@code samples}.
     *
     * @param output before the sigmoid where there is one; takes the gradient
     * @param targets of a batch
     * @param from where the sample's begin
     */
    static double andGradient(Experiment experiment, float[] output, float[] targets, int from, int samples) {
        return switch (experiment) {
            case LABELFREE -> squares(output, targets, from, samples);
            case SEGMENTATION -> diceAndCrossEntropy(output, targets, from, samples);
        };
    }

    private static double squares(float[] output, float[] targets, int from, int samples) {
        double sum = 0;
        float factor = (float) (2.0 / output.length / samples);
        for (int i = 0; i < output.length; i++) {
            float difference = output[i] - targets[from + i];
            sum += (double) difference * difference;
            output[i] = factor * difference;
        }
        return sum / output.length;
    }

    /** {@code 1 - (2 sum pt + s) / (sum p + sum t + s)} plus the mean binary cross entropy, with p the sigmoid of the output. */
    private static double diceAndCrossEntropy(float[] output, float[] targets, int from, int samples) {
        double common = 0;
        double all = 0;
        double entropy = 0;
        for (int i = 0; i < output.length; i++) {
            double x = output[i];
            double target = targets[from + i];
            double small = Math.exp(-Math.abs(x)); // of the two forms the one that cannot overflow
            double probability = x >= 0 ? 1 / (1 + small) : small / (1 + small);
            entropy += Math.max(x, 0) - x * target + Math.log(1 + small);
            common += probability * target;
            all += probability + target;
            output[i] = (float) probability;
        }
        double above = 2 * common + Experiment.SMOOTH;
        double below = all + Experiment.SMOOTH;
        for (int i = 0; i < output.length; i++) {
            double probability = output[i];
            double target = targets[from + i];
            double dice = (above - 2 * target * below) / (below * below);
            double slope = dice * probability * (1 - probability) + (probability - target) / output.length;
            output[i] = (float) (slope / samples);
        }
        return 1 - above / below + entropy / output.length;
    }
}
