// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pipeline;

import fizeau.bench.training.VariantSpec;
import fizeau.bench.workload.Workload;

/**
 * One reconstruction in one process.
 *
 * @param workload sizes, scan and the most iterations at each position
 * @param variant switches and threads of the engine
 * @param seed of the initial weights
 * @param objectFile NPY file of the object's amplitudes
 * @param estimateFile NPY file to write the reconstruction to
 * @param lossThreshold a position is left as soon as the loss (old + new) is below it; null: never
 */
public record ReconstructionSettings(
        Workload workload,
        VariantSpec variant,
        long seed,
        String objectFile,
        String estimateFile,
        Double lossThreshold) {

    /** The family's word in jobs. */
    public static final String FAMILY = "reconstruction";
}
