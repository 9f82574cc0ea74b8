// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import fizeau.bench.ops.Agreement;
import java.util.List;

/**
 * What came of a job.
 *
 * @param library library and version
 * @param threads in words
 * @param agreement of the first output with double precision
 * @param prepareMillis from loaded weights to a network that can be called
 * @param firstCallMillis the first call, which compiles what is compiled late
 * @param millis time of each call; empty when the output was wrong
 * @param endToEndMillis the same from files on disk to scores; empty without files
 * @param workingBytes most memory during the calls beyond what was held before the first; null where unknown
 * @param deviceBytes most memory of a graphics card that the framework held during calls, weights included; null without one
 * @param residentBytes most memory of the process; null where unknown
 * @param profile parts of one call, largest first; empty unless asked for
 * @param trouble what stood in the way; null when the network ran
 */
public record InferOutcome(
        String library,
        String threads,
        Agreement agreement,
        double prepareMillis,
        double firstCallMillis,
        List<Double> millis,
        List<Double> endToEndMillis,
        Long workingBytes,
        Long deviceBytes,
        Long residentBytes,
        List<Session.Part> profile,
        Trouble trouble) {

    /**
     * Why there are no times.
     *
     * @param kind what is to be said of the row, and of larger batches
     * @param sentence what happened
     */
    public record Trouble(Kind kind, String sentence) {
        /** Kinds of trouble. */
        public enum Kind {
            /** The framework cannot do what was asked for on this machine. */
            IMPOSSIBLE,
            /** The batch does not fit into memory. */
            MEMORY,
            /** Anything else that broke. */
            FAILED
        }
    }

    public InferOutcome {
        millis = List.copyOf(millis);
        endToEndMillis = List.copyOf(endToEndMillis);
        profile = List.copyOf(profile);
    }

    /** Whether the network ran and its answer was right. */
    public boolean right() {
        return trouble == null && agreement.passed();
    }

    /** The outcome of a process that could not run the network. */
    public static InferOutcome without(Trouble trouble) {
        return new InferOutcome("", "", null, 0, 0, List.of(), List.of(), null, null, null, List.of(), trouble);
    }
}
