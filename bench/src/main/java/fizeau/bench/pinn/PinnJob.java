// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import fizeau.bench.protocol.WarmUpRule;
import java.util.List;

/**
 * One training in one process.
 *
 * @param epochs optimiser steps that are timed, each over all points
 * @param checkpoints after which of them the error is taken, outside the clock
 * @param stealLimit share of stolen time above which a window counts as disturbed
 */
public record PinnJob(
        PinnWorkload workload,
        String variant,
        int epochs,
        List<Integer> checkpoints,
        PinnPlace place,
        WarmUpRule warmUp,
        double stealLimit) {

    /** The family's word in jobs. */
    public static final String FAMILY = "pinn";

    /** The word of the correctness gate's jobs. */
    public static final String GATE = "pinn-gate";

    /** The word of the jobs that take peaks of memory. */
    public static final String MEMORY = "pinn-memory";

    public PinnJob {
        checkpoints = List.copyOf(checkpoints);
    }
}
