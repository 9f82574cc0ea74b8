// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

import java.util.function.DoubleConsumer;

/** Runs the jobs of one benchmark family inside the fresh JVM. */
public interface JobRunner {

    /** The word in {@link Job#family()}. */
    String family();

    /**
     * Runs one job.
     *
     * @param startSeconds what the start of this process took, to be passed on in the report
     * @param progress receives the share that is done, 0 to 1; never called inside a timed window
     * @throws IllegalArgumentException in one sentence when the settings are not possible
     */
    JobReport run(Job job, double startSeconds, DoubleConsumer progress);
}
