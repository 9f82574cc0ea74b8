// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import java.util.List;

/**
 * What came of a job.
 *
 * @param candidates of a search, in the order in which they were tried; empty after a timing
 * @param agreement of the timed output; null after a search
 * @param millis time of one call, sample by sample; empty when the output was wrong
 * @param callsPerSample calls that are too short for the clock are timed together
 * @param reference the output was compared with, for other processes
 */
public record OpsOutcome(
        List<Candidate> candidates, Agreement agreement, List<Double> millis, int callsPerSample, Reference reference) {

    public OpsOutcome {
        candidates = List.copyOf(candidates);
        millis = List.copyOf(millis);
    }
}
