// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.workload.Workload;

/**
 * One training in one process.
 *
 * @param workload what to train
 * @param variant by which implementation
 * @param seed of the initial weights
 * @param objectFile NPY file of the object's amplitudes
 * @param estimateFile NPY file to write the final estimate to, or null
 * @param warmUp when the warm-up may end
 * @param stealLimit share of stolen time above which a window counts as disturbed
 */
public record TrainingJob(
        Workload workload,
        VariantSpec variant,
        long seed,
        String objectFile,
        String estimateFile,
        WarmUpRule warmUp,
        double stealLimit) {

    /** The family's word in jobs. */
    public static final String FAMILY = "training";
}
