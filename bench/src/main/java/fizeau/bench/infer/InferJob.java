// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import java.util.List;

/**
 * What one fresh process does: runs a network on one framework, or computes what the right answer is.
 *
 * @param model see {@link ImageModel}
 * @param framework see {@link Framework}
 * @param batch pictures at once
 * @param dtype see {@link NumberFormat}
 * @param device see {@link InferSettings}
 * @param threads most threads
 * @param openBlasThreads of OpenBLAS's own pool, where libtorch uses it
 * @param weights file of tensors
 * @param input file with the array {@code input}; a batch larger than that repeats it
 * @param expected file with the array {@code output} for those pictures; where the reference writes it
 * @param warmUps calls before the clock starts
 * @param iterations samples, fewer when the time is up
 * @param seconds bound of the timed window
 * @param stealLimit share of stolen time above which a window counts as disturbed
 * @param images files that are decoded within the calls timed end to end; empty for none
 * @param profile whether it also tells where the time goes, once the clock has stopped
 */
public record InferJob(
        String model,
        String framework,
        int batch,
        String dtype,
        String device,
        int threads,
        int openBlasThreads,
        String weights,
        String input,
        String expected,
        int warmUps,
        int iterations,
        double seconds,
        double stealLimit,
        List<String> images,
        boolean profile) {

    /** The family's word in jobs. */
    public static final String FAMILY = "infer";

    /** The word of jobs that compute the right answer in double precision. */
    public static final String REFERENCE = "infer-reference";

    /** The word of jobs that find how many threads libtorch should have. */
    public static final String THREADS = "infer-threads";

    /** Array of the file {@code input}. */
    public static final String INPUT = "input";

    /** Array of the file {@code expected}. */
    public static final String OUTPUT = "output";

    public InferJob {
        images = List.copyOf(images);
    }

    InferJob withThreads(int count) {
        return new InferJob(
                model,
                framework,
                batch,
                dtype,
                device,
                count,
                openBlasThreads,
                weights,
                input,
                expected,
                warmUps,
                iterations,
                seconds,
                stealLimit,
                images,
                profile);
    }

    public Network network() {
        return ImageModel.named(model).network(batch);
    }
}
