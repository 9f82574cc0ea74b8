// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import java.util.Map;

/**
 * Where an iteration of the engine spends its time.
 *
 * @param variant which switches were set
 * @param nanos mean nanoseconds an iteration by stage: {@code forward}, {@code telescope}, {@code backward},
 *     {@code optimiser}
 * @param iterationNanos mean of a whole iteration, seen from outside
 * @param clockCost median iteration with the stage clock over the median without, minus 1; noise may make it negative
 */
public record StageProfile(
        String variant, Map<String, Double> nanos, double iterationNanos, double clockCost, int iterations) {

    /** The family's word in jobs; the settings are those of a training. */
    public static final String FAMILY = "training-stages";

    /** Share of the iteration, 0 to 1. */
    public double share(String stage) {
        return nanos.getOrDefault(stage, 0.0) / iterationNanos;
    }
}
