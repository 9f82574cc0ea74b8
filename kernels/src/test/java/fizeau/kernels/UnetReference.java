// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/** What stands between the 3D convolutions of a residual U-Net, in double precision; maps are {@code [samples][channels][voxels]}. */
final class UnetReference {

    private static final double EPSILON = 1e-5;
    private static final double SMOOTH = 1e-5;

    private UnetReference() {}

    /** {@code leaky(gamma (x - mean) / deviation + beta + past)}; {@code past} may be null. */
    static double[] instanceNorm(
            double[] values, double[] gamma, double[] beta, double[] past, int voxels, double slope) {
        double[] result = new double[values.length];
        for (int start = 0; start < values.length; start += voxels) {
            int channel = start / voxels % gamma.length;
            double mean = mean(values, start, voxels);
            double inverse = inverseDeviation(values, start, voxels);
            for (int i = start; i < start + voxels; i++) {
                double normal = gamma[channel] * (values[i] - mean) * inverse + beta[channel];
                double sum = past == null ? normal : normal + past[i];
                result[i] = sum > 0 ? sum : slope * sum;
            }
        }
        return result;
    }

    static double mean(double[] values, int start, int voxels) {
        double sum = 0;
        for (int i = start; i < start + voxels; i++) {
            sum += values[i];
        }
        return sum / voxels;
    }

    static double inverseDeviation(double[] values, int start, int voxels) {
        double mean = mean(values, start, voxels);
        double squares = 0;
        for (int i = start; i < start + voxels; i++) {
            squares += (values[i] - mean) * (values[i] - mean);
        }
        return 1 / Math.sqrt(squares / voxels + EPSILON);
    }

    /** Gradients of the values, of what was added, of the scale and of the shift. */
    record NormGradient(double[] values, double[] past, double[] gamma, double[] beta) {}

    /** By the derivative of mean and deviation, each taken apart, at results whose signs are those of the forward pass. */
    static NormGradient instanceNormGradient(
            double[] values, double[] gamma, double[] result, double[] gradient, int voxels, double slope) {
        int channels = gamma.length;
        NormGradient all = new NormGradient(
                new double[values.length], new double[values.length], new double[channels], new double[channels]);
        for (int start = 0; start < values.length; start += voxels) {
            int channel = start / voxels % channels;
            double mean = mean(values, start, voxels);
            double inverse = inverseDeviation(values, start, voxels);
            double byInverse = 0;
            double byMean = 0;
            for (int i = start; i < start + voxels; i++) {
                all.past()[i] = result[i] > 0 ? gradient[i] : slope * gradient[i];
                all.beta()[channel] += all.past()[i];
                all.gamma()[channel] += all.past()[i] * (values[i] - mean) * inverse;
                byInverse += all.past()[i] * gamma[channel] * (values[i] - mean);
                byMean -= all.past()[i] * gamma[channel] * inverse;
            }
            for (int i = start; i < start + voxels; i++) {
                // inverse = (variance + epsilon)^(-1/2), whose mean part is zero at the mean
                double inverseByValue = -Math.pow(inverse, 3) * (values[i] - mean) / voxels;
                all.values()[i] =
                        all.past()[i] * gamma[channel] * inverse + byMean / voxels + byInverse * inverseByValue;
            }
        }
        return all;
    }

    /** Sums over {@code [channels][count]} pairs; number {@code which} of each. */
    static double[] channelTotals(double[] parts, int channels, int which) {
        double[] totals = new double[channels];
        int count = parts.length / 2 / channels;
        for (int i = 0; i < channels * count; i++) {
            totals[i / count] += parts[2 * i + which];
        }
        return totals;
    }

    static double[] joinMaps(double[] first, double[] second, int samples) {
        int firstCount = first.length / samples;
        int secondCount = second.length / samples;
        double[] joined = new double[first.length + second.length];
        for (int sample = 0; sample < samples; sample++) {
            int at = sample * (firstCount + secondCount);
            System.arraycopy(first, sample * firstCount, joined, at, firstCount);
            System.arraycopy(second, sample * secondCount, joined, at + firstCount, secondCount);
        }
        return joined;
    }

    /** First part or second. */
    static double[] splitMaps(double[] joined, int samples, int firstCount, boolean first) {
        int count = joined.length / samples;
        int own = first ? firstCount : count - firstCount;
        double[] part = new double[samples * own];
        for (int sample = 0; sample < samples; sample++) {
            System.arraycopy(joined, sample * count + (first ? 0 : firstCount), part, sample * own, own);
        }
        return part;
    }

    static double[] addMaps(double[] total, double[] first, double[] second) {
        double[] sum = new double[total.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = total[i] + first[i] + second[i];
        }
        return sum;
    }

    /** What each sample contributes. */
    static double[] patchLoss(double[] output, double[] target, int samples, boolean overlap) {
        int voxels = output.length / samples;
        double[] loss = new double[samples];
        for (int sample = 0; sample < samples; sample++) {
            double common = 0;
            double both = 0;
            double error = 0;
            for (int i = sample * voxels; i < (sample + 1) * voxels; i++) {
                double p = 1 / (1 + Math.exp(-output[i]));
                common += p * target[i];
                both += p + target[i];
                error += overlap
                        ? -target[i] * Math.log(p) - (1 - target[i]) * Math.log(1 - p)
                        : (output[i] - target[i]) * (output[i] - target[i]);
            }
            double dice = overlap ? 1 - (2 * common + SMOOTH) / (both + SMOOTH) : 0;
            loss[sample] = (dice + error / voxels) / samples;
        }
        return loss;
    }

    /** By central differences of the loss: independent of any formula. */
    static double patchLossGradient(double[] output, double[] target, int samples, boolean overlap, int at) {
        double h = 1e-5;
        double[] moved = output.clone();
        moved[at] = output[at] + h;
        double above = sum(patchLoss(moved, target, samples, overlap));
        moved[at] = output[at] - h;
        return (above - sum(patchLoss(moved, target, samples, overlap))) / (2 * h);
    }

    static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }
}
