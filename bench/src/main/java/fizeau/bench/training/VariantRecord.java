// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.protocol.ProtocolCost;
import fizeau.bench.stats.Modes;
import fizeau.bench.stats.NoiseFloor;
import fizeau.bench.stats.Summary;
import fizeau.bench.training.TrainingOutcome.Quality;
import java.util.List;
import java.util.Map;

/**
 * One variant over all rounds.
 *
 * @param name as on the command line
 * @param kind of its numbers: {@code measured}
 * @param spec its switches
 * @param description device, libraries, threads
 * @param trainingSeconds median over rounds of the whole training's wall time
 * @param trainingLow lower end of its interval; null with one round
 * @param trainingHigh upper end
 * @param training summary of the rounds, seconds
 * @param noiseFloor how far the variant strays from itself; null with one round
 * @param roundModes whether the rounds come in two groups; null with fewer than five
 * @param iterationModes whether the iterations do, milliseconds: the round in the middle, ordered by how well two groups
 *     explain it, so that it takes more than half of the rounds to find two; null with fewer than five iterations
 * @param protocolCost of the round with the largest share; null where it was not measured
 * @param medianIterationMs median over rounds of the rounds' medians
 * @param iteration summary of all iterations of all rounds, milliseconds
 * @param millisPerSample {@code trainingSeconds} over the samples
 * @param samplesPerSecond the inverse
 * @param psnr median over rounds, dB; null when one is infinite
 * @param peakMemoryBytes largest high-water mark of a round's process; null where the system does not tell
 * @param caches of the last round
 * @param plans of the last round
 * @param rounds every round
 */
public record VariantRecord(
        String name,
        String kind,
        VariantSpec spec,
        String description,
        double trainingSeconds,
        Double trainingLow,
        Double trainingHigh,
        Summary training,
        NoiseFloor noiseFloor,
        Modes roundModes,
        Modes iterationModes,
        ProtocolCost protocolCost,
        double medianIterationMs,
        Summary iteration,
        double millisPerSample,
        double samplesPerSecond,
        Double psnr,
        double ssim,
        double rmse,
        double mse,
        Double correlation,
        Long peakMemoryBytes,
        long nativeBytes,
        long peakHeapBytes,
        Map<String, CacheRecord> caches,
        Map<String, String> plans,
        List<Round> rounds) {

    /**
     * One round of it.
     *
     * @param seed of the initial weights
     * @param medianIterationMs median of its iterations
     * @param settleSeconds work that outlived the timed windows: the median one's times their number
     */
    public record Round(
            int round,
            long seed,
            double trainingSeconds,
            double medianIterationMs,
            Quality quality,
            JobReport.Phases phases,
            MemoryUse memory,
            Interference interference,
            double settleSeconds) {}

    double[] roundSeconds() {
        return rounds.stream().mapToDouble(Round::trainingSeconds).toArray();
    }
}
