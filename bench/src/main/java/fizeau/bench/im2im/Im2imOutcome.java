// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import java.util.List;
import java.util.Map;

/**
 * What one task gave.
 *
 * @param threads in words
 * @param weights where they came from
 * @param data where the volumes came from
 * @param timings by path, in the order in which they began
 * @param parts seconds of all steps or batches together by part: {@code loading}, {@code to_device}, {@code forward} and so on
 * @param stepMillis wall time of each step or batch, loading included
 * @param results {@code train_loss}, {@code val_loss}, {@code regions} and so on
 * @param counts {@code num_train_batches}, {@code batch_size}, {@code num_outputs} and so on
 * @param losses of each training step, or the mean square of each prediction
 * @param firstStepSeconds the first step of the process: loading, code generation and one step
 * @param sample some output values, for comparisons
 */
public record Im2imOutcome(
        String threads,
        String weights,
        String data,
        Map<String, Timing> timings,
        Map<String, Double> parts,
        List<Double> stepMillis,
        Map<String, Double> results,
        Map<String, Integer> counts,
        List<Double> losses,
        double firstStepSeconds,
        List<Double> sample) {

    /** The same with timings, which are whole only when all timers are closed. */
    public Im2imOutcome withTimings(Map<String, Timing> all) {
        return new Im2imOutcome(
                threads, weights, data, all, parts, stepMillis, results, counts, losses, firstStepSeconds, sample);
    }

    /** The timer that is compared: all optimiser steps with validation, or all predictions. */
    public static String headline(Im2imMode mode) {
        return mode == Im2imMode.TRAIN ? "full_training" : "full_prediction";
    }
}
