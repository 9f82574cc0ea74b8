// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pipeline;

import fizeau.bench.training.TrainingOutcome.Quality;
import fizeau.cache.CacheStatistics;
import java.util.List;
import java.util.Map;

/**
 * What one reconstruction gave.
 *
 * @param seed of the initial weights
 * @param description device, libraries, threads
 * @param trainingSeconds all positions together, in a JVM that was not warmed up
 * @param samples one per aperture position
 * @param losses old + new before each optimiser step
 * @param quality of the reconstruction against the object
 * @param dataMisfit mean over all positions of {@code sum |estimated - measured| / sum measured} on the detector; it needs
 *     no knowledge of the object and, unlike the loss, rises when the reconstruction fails
 */
public record ReconstructionOutcome(
        long seed,
        String description,
        double trainingSeconds,
        List<Sample> samples,
        float[] losses,
        Quality quality,
        double dataMisfit,
        Map<String, CacheStatistics> caches,
        Map<String, String> plans) {

    /**
     * One aperture position.
     *
     * @param y row of the centre, pixels from zero frequency
     * @param x column of the centre
     * @param iterations optimiser steps taken
     * @param stoppedEarly whether the loss fell below the threshold
     * @param firstLoss before the first step
     * @param lastLoss before the last step
     * @param seconds spent at it
     * @param psnr of the estimate after it, dB; null when infinite
     * @param ssim of the estimate after it
     */
    public record Sample(
            double y,
            double x,
            int iterations,
            boolean stoppedEarly,
            double firstLoss,
            double lastLoss,
            double seconds,
            Double psnr,
            double ssim) {}

    /** Optimiser steps of the whole training. */
    public int iterations() {
        return losses.length;
    }

    /** Positions that were left early. */
    public long earlyStops() {
        return samples.stream().filter(Sample::stoppedEarly).count();
    }
}
