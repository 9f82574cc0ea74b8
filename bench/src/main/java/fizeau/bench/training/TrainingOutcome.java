// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.bench.files.Json;
import fizeau.cache.CacheStatistics;
import fizeau.metric.ImageQuality;
import java.util.List;
import java.util.Map;

/**
 * What one training gave.
 *
 * @param seed of the initial weights
 * @param initialDigest SHA-256 of the initial weights
 * @param description device, libraries, threads
 * @param trainingSeconds the timed windows of all samples together
 * @param settleSeconds work that was still going on when timed windows closed: the median window's times their number; near
 *     0 for a variant that waits for its work
 * @param iterationNanos one per iteration, in order
 * @param losses old + new before each step, one per iteration
 * @param samples one per aperture position
 * @param quality of the final estimate
 * @param caches statistics by cache name
 * @param plans transform plan by purpose
 */
public record TrainingOutcome(
        long seed,
        String initialDigest,
        String description,
        double trainingSeconds,
        double settleSeconds,
        long[] iterationNanos,
        float[] losses,
        List<Sample> samples,
        Quality quality,
        Map<String, CacheStatistics> caches,
        Map<String, String> plans) {

    /**
     * One aperture position.
     *
     * @param seconds timed window: begin, all iterations, end
     * @param beginSeconds share of it before the first iteration
     * @param stealShare stolen time in the window; null where no clock tick fell into it
     * @param disturbed whether a collection or stolen time fell into it
     * @param psnr of the estimate after it, dB; null when infinite
     */
    public record Sample(
            double seconds,
            double beginSeconds,
            Double stealShare,
            long collections,
            boolean disturbed,
            Double psnr,
            double ssim) {}

    /** Image quality with nulls where a number does not exist. */
    public record Quality(Double psnr, double ssim, double rmse, double mse, Double correlation) {

        public static Quality of(ImageQuality quality) {
            return new Quality(
                    Json.finite(quality.psnr()),
                    quality.ssim(),
                    quality.rmse(),
                    quality.mse(),
                    Json.finite(quality.correlation()));
        }
    }
}
