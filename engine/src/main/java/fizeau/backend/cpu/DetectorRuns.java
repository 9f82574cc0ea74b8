// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import java.util.Arrays;

/** The uses of a run of the detector: amplitude, L1 loss with its gradient, gradient of any other loss. */
final class DetectorRuns {

    /** Makes the sign of every normal number reach plus or minus one when multiplied and clamped: a vectorisable sign. */
    static final float STEEP = 1e38f;

    /**
     * Below any amplitude that matters; keeps zero over zero at zero. Above the root of the smallest normal number: the
     * square of a fainter field underflows, and a field over a smaller number than this would exceed one.
     */
    private static final float TINY = 1e-18f;

    private DetectorRuns() {}

    /** Writes the amplitude to its positions. */
    static DetectorRun amplitude(float[] amplitudes) {
        return (position, re, im, count) -> {
            amplitudes(re, im, re, count);
            System.arraycopy(re, 0, amplitudes, position, count);
        };
    }

    /** Replaces the field u by {@code g u / |u|}, zero where u is zero. */
    static DetectorRun gradient(float[] amplitudeGradient) {
        return (position, re, im, count) ->
                scale(re, im, Arrays.copyOfRange(amplitudeGradient, position, position + count), count);
    }

    /** The sum of |amplitude - target| and, as the new field, its gradient: {@code sign(|u| - target) u / |u|}. */
    static final class L1 implements DetectorRun {
        private final float[] target;
        private float[] run = {};
        private float[] sums = {};

        /** @param target amplitudes in the transform's own order */
        L1(float[] target) {
            this.target = target;
        }

        @Override
        public void accept(int position, float[] re, float[] im, int count) {
            if (count > run.length) {
                run = new float[count];
                sums = Arrays.copyOf(sums, count);
            }
            System.arraycopy(target, position, run, 0, count);
            compare(re, im, run, sums, count);
        }

        /** The sum over everything seen. */
        double sum() {
            return Sums.sum(sums, 0, sums.length);
        }
    }

    // Loops over arrays with one common index: with an offset in one of them the JVM does not vectorise (5 times
    // slower).

    private static void amplitudes(float[] re, float[] im, float[] amplitude, int count) {
        for (int i = 0; i < count; i++) {
            amplitude[i] = (float) Math.sqrt(re[i] * re[i] + im[i] * im[i]);
        }
    }

    private static void scale(float[] re, float[] im, float[] gradient, int count) {
        for (int i = 0; i < count; i++) {
            float a = (float) Math.sqrt(re[i] * re[i] + im[i] * im[i]);
            float factor = gradient[i] / Math.max(a, TINY);
            re[i] *= factor;
            im[i] *= factor;
        }
    }

    private static void compare(float[] re, float[] im, float[] target, float[] sums, int count) {
        for (int i = 0; i < count; i++) {
            float a = (float) Math.sqrt(re[i] * re[i] + im[i] * im[i]);
            float difference = a - target[i];
            sums[i] += Math.abs(difference);
            float factor = Math.max(-1f, Math.min(1f, difference * STEEP)) / Math.max(a, TINY);
            re[i] *= factor;
            im[i] *= factor;
        }
    }
}
