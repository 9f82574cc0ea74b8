// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import fizeau.backend.cuda.CacheSwitches;
import java.util.List;

/**
 * What one process does: one method through all cases.
 *
 * @param method id of the method
 * @param threads on the CPU
 * @param device number of the CUDA device
 * @param batchBytes memory that the images of a batch may take; larger batches go in equal parts
 * @param warmUpSeconds how long ours computes before its first row: the JVM compiles what is hot only after a while
 * @param secondsPerRow how long a row is timed
 * @param longestCallSeconds a row whose call would take longer is left out
 * @param caches of ours on a GPU
 * @param checks what the results must be
 * @param stealLimit share of stolen time above which a window counts as disturbed
 */
public record OperatorJob(
        String method,
        OperatorSetting setting,
        int threads,
        int device,
        long batchBytes,
        double warmUpSeconds,
        double secondsPerRow,
        double longestCallSeconds,
        CacheSwitches caches,
        List<Check> checks,
        double stealLimit) {

    /** The family's word in jobs. */
    public static final String FAMILY = "operator";

    /** PyTorch keeps about six complex fields of a frame for each image at a time. */
    private static final long BYTES_PER_SAMPLE = 48;

    public OperatorJob {
        checks = List.copyOf(checks);
    }

    /**
     * Some samples of what a case must give for one of the objects.
     *
     * @param positions in a frame, for amplitudes
     * @param objectPositions in an object, for gradients
     * @param largestAmplitude of the whole image
     * @param largestGradient of the whole object
     */
    public record Check(
            int imageSize,
            String mask,
            int object,
            List<Integer> positions,
            List<Double> amplitudes,
            List<Integer> objectPositions,
            List<Double> gradients,
            double largestAmplitude,
            double largestGradient) {}

    /** Images that go together: the largest divisor of the batch that fits. */
    int part(OperatorSetting.Case one) {
        long most = Math.max(1, batchBytes / (BYTES_PER_SAMPLE * one.imageSize() * one.imageSize()));
        int part = (int) Math.min(one.batch(), most);
        while (one.batch() % part != 0) {
            part--;
        }
        return part;
    }

    /** The checks of a case: of all its different objects. */
    List<Check> checks(OperatorSetting.Case one) {
        return checks.stream()
                .filter(check -> check.imageSize() == one.imageSize()
                        && check.mask().equals(one.mask())
                        && check.object() < part(one))
                .toList();
    }
}
