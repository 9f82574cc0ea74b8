// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.profile;

import fizeau.bench.trace.Range;
import java.util.List;
import java.util.Map;

/**
 * What one profile gave.
 *
 * @param description device, libraries, threads
 * @param processId of the process that recorded
 * @param startedAt when the recording of {@code ranges} began
 * @param ranges of the last profiled training: sample, its begin and end, iterations (value: the loss) and their stages
 * @param profiledSeconds trainings with the profiler on, in pairs with the others
 * @param plainSeconds trainings with the profiler off
 * @param processorSeconds of all threads during the training of {@code ranges}; null where the system does not tell
 * @param plans transform plan by purpose
 * @param flameGraph whether there is a flame graph
 * @param flameGraphProblem why there is none although it was asked for; null otherwise
 */
public record ProfileOutcome(
        String description,
        long processId,
        String startedAt,
        List<Range> ranges,
        double[] profiledSeconds,
        double[] plainSeconds,
        Double processorSeconds,
        Map<String, String> plans,
        boolean flameGraph,
        String flameGraphProblem) {

    /** Names of the ranges that are no stages. */
    public static final String SAMPLE = "sample";

    public static final String BEGIN = "begin sample";
    public static final String ITERATION = "iteration";
    public static final String END = "end sample";
}
