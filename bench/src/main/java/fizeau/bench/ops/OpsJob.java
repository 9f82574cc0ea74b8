// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import java.util.List;

/**
 * What one fresh JVM does for this family: searches for schedules, or times one.
 *
 * @param name of the operator or model
 * @param shapes {@code code}, {@code doc}, or {@code models}
 * @param seed of the inputs and weights
 * @param cores that may be used
 * @param device {@code cpu} or {@code cuda[:n]}
 * @param schedule to be timed; null for a search
 * @param waitPolicy of the process
 * @param warmUps calls before the clock starts
 * @param runs samples, fewer when the time is up
 * @param seconds how long the job should take, reference and warm-up not counted
 * @param firstCall whether the first call of the process is its only sample, because calls are that long
 * @param reference of the output; null when this process is to compute it
 * @param stealLimit share of stolen time above which a window counts as disturbed
 */
public record OpsJob(
        String name,
        String shapes,
        long seed,
        int cores,
        String device,
        Schedule schedule,
        String waitPolicy,
        int warmUps,
        int runs,
        double seconds,
        boolean firstCall,
        Reference reference,
        double stealLimit) {

    /** The family's word in jobs. */
    public static final String FAMILY = "ops";

    /** The word of jobs on a device. */
    public static final String DEVICE_FAMILY = "ops-device";

    /** The word for {@code shapes} that means the models. */
    public static final String MODELS = "models";

    /** The operators or models of a word. */
    public static List<OperatorCase> cases(String shapes) {
        return shapes.equals(MODELS) ? OperatorCase.models() : OperatorCase.all(ShapeSet.parse(shapes));
    }

    /** What is to be computed. */
    public OperatorCase operator() {
        return OperatorCase.named(cases(shapes), List.of(name)).get(0);
    }
}
