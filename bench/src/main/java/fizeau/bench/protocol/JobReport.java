// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;

/**
 * What a fresh JVM ran.
 *
 * @param variant as in the job
 * @param round as in the job
 * @param phases where the time of the process went
 * @param memory what it held
 * @param interference what disturbed its timed windows
 * @param protocolCost what reading clocks and meters cost; null where the family does not measure it
 * @param outcome whatever the family has to say
 */
public record JobReport(
        String variant,
        int round,
        Phases phases,
        MemoryUse memory,
        Interference interference,
        ProtocolCost protocolCost,
        JsonNode outcome) {

    /** A report without the protocol's cost. */
    public JobReport(
            String variant, int round, Phases phases, MemoryUse memory, Interference interference, JsonNode outcome) {
        this(variant, round, phases, memory, interference, null, outcome);
    }

    /**
     * Of work that no comparison times as a whole, without load, warm-up and meter.
     *
     * @param startSeconds as {@link Phases#start}
     * @param began when the work began, by {@link System#nanoTime}; it ends now
     */
    public static JobReport ofWork(Job job, double startSeconds, long began, Object outcome) {
        double seconds = (System.nanoTime() - began) * 1e-9;
        return new JobReport(
                job.variant(),
                job.round(),
                new Phases(startSeconds, 0, 0, 0, true, seconds),
                MemoryUse.ofThisProcess(0),
                Interference.NONE,
                Json.tree(outcome));
    }

    /**
     * Wall times of one process in seconds; only {@code timed} enters a comparison.
     *
     * @param start from the launch of the process to its first line of ours; measured by the clock of the system
     * @param load native libraries, input, weights
     * @param warmUp throwaway work
     * @param warmUpIterations how much of it
     * @param stationary whether the warm-up ended because two passes agreed; false when it hit its bound
     * @param timed the timed windows together
     */
    public record Phases(
            double start, double load, double warmUp, int warmUpIterations, boolean stationary, double timed) {}
}
