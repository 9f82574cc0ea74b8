// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

/**
 * From a raw volume to numbers for the network: reduced by the zoom, inputs and pictures to learn normalised to mean 0 and
 * deviation 1, masks to learn set to 1 where the target exceeds a share of its range.
 *
 * @param factor how much smaller along each axis
 */
public record Preparation(Experiment experiment, int factor, double threshold) {

    /** What the network sees. */
    public Volume input(RawVolume raw) {
        Volume small = raw.reduced(factor);
        normalise(small.values());
        return small;
    }

    /** What it is to learn. */
    public Volume target(RawVolume raw) {
        Volume small = raw.reduced(factor);
        if (experiment == Experiment.LABELFREE) {
            normalise(small.values());
        } else {
            mask(small.values());
        }
        return small;
    }

    private static void normalise(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        double mean = sum / values.length;
        double squares = 0;
        for (float value : values) {
            squares += (value - mean) * (value - mean);
        }
        double deviation = Math.sqrt(squares / values.length);
        double scale = deviation > 0 ? 1 / deviation : 0; // a volume without contrast becomes zero
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((values[i] - mean) * scale);
        }
    }

    private void mask(float[] values) {
        float low = Float.POSITIVE_INFINITY;
        float high = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        double limit = low + threshold * (high - low);
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] > limit ? 1 : 0;
        }
    }
}
