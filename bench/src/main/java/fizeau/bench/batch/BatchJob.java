// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.batch;

import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.training.VariantSpec;
import fizeau.bench.workload.Workload;
import java.util.List;

/**
 * One batch in one process.
 *
 * @param seeds of the members' initial weights, one each
 * @param objectFile NPY file of the object's amplitudes, which all members reconstruct
 * @param warmUp when the warm-up may end
 * @param stealLimit share of stolen time above which a window counts as disturbed
 */
public record BatchJob(
        Workload workload,
        VariantSpec variant,
        BatchWay way,
        List<Long> seeds,
        String objectFile,
        WarmUpRule warmUp,
        double stealLimit) {

    /** The family's word in jobs. */
    public static final String FAMILY = "training-batch";

    public BatchJob {
        seeds = List.copyOf(seeds);
    }

    /** What it is called in rounds and files. */
    String name() {
        return nameOf(seeds.size(), way);
    }

    static String nameOf(int batch, BatchWay way) {
        return "batch-" + batch + "-" + way.word();
    }
}
