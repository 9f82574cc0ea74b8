// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.profile;

import fizeau.bench.training.VariantSpec;
import fizeau.bench.workload.Workload;

/**
 * One profile in one process.
 *
 * @param workload what to train
 * @param variant switches and threads of the engine
 * @param seed of the initial weights
 * @param objectFile NPY file of the object's amplitudes
 * @param warmUpSeconds the least to train before anything counts
 * @param pairs how often the training runs with and without the profiler, to see what profiling costs
 * @param flameGraphFile where the flame graph goes; null for none
 */
public record ProfileSettings(
        Workload workload,
        VariantSpec variant,
        long seed,
        String objectFile,
        double warmUpSeconds,
        int pairs,
        String flameGraphFile) {

    /** The family's word in jobs. */
    public static final String FAMILY = "profile";
}
