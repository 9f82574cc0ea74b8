// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import java.util.List;

/**
 * What one training gave.
 *
 * @param threads in words, on a GPU with its name
 * @param setupSeconds true solutions and weights
 * @param firstStepSeconds the first step of the process: loading, compiling and one step
 * @param stepMillis of each timed step; of steps that are read together, the share of each
 * @param losses total before each timed step
 * @param lastParts data, residual and boundary part of the last of them
 * @param checkpoints errors along the way, the first before any step
 */
public record PinnOutcome(
        String threads,
        double setupSeconds,
        double firstStepSeconds,
        List<Double> stepMillis,
        List<Double> losses,
        List<Double> lastParts,
        List<Checkpoint> checkpoints) {

    public PinnOutcome {
        stepMillis = List.copyOf(stepMillis);
        losses = List.copyOf(losses);
        lastParts = List.copyOf(lastParts);
        checkpoints = List.copyOf(checkpoints);
    }

    /**
     * Relative L2 error over the samples after some epochs.
     *
     * @param constant that of the best constant, mean over samples
     * @param evaluationMillis what taking it cost
     */
    public record Checkpoint(
            int epoch,
            double mean,
            double std,
            double constant,
            boolean noBetterThanConstant,
            double evaluationMillis) {}

    double trainingSeconds() {
        return stepMillis.stream().mapToDouble(Double::doubleValue).sum() * 1e-3;
    }

    double iterationsPerSecond() {
        return stepMillis.size() / trainingSeconds();
    }
}
