// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.ProtocolSpec;
import java.util.List;

/**
 * The result of a PINN benchmark, everything in its report included.
 *
 * @param kind of the numbers: {@code measured}
 * @param epochs that were timed
 * @param headline variant whose figures stand for the run where one number is wanted
 * @param reference variant that speedups are over: {@code eager}, on a GPU that of Python
 * @param targets what is to be reached on a GPU
 * @param memory null where it was not asked for
 * @param missing processes that gave no result
 * @param wrong what was found wrong, one sentence each
 * @param again arguments that run it again without touching a file of the first run
 */
public record PinnRecord(
        String schema,
        String kind,
        String command,
        String runId,
        String folder,
        String startedAt,
        double wallSeconds,
        String device,
        int threads,
        int epochs,
        List<String> variants,
        String headline,
        String reference,
        List<PinnCell> cells,
        List<PinnTarget> targets,
        MemoryFootprint memory,
        ProtocolSpec protocol,
        List<String> childFlags,
        List<JobFailure> missing,
        List<String> wrong,
        List<String> remarks,
        List<String> again,
        JsonNode environment) {
    public static final String SCHEMA = "fizeau.pinn/1";

    public PinnRecord {
        // results from before a GPU was possible do not say either
        reference = reference == null ? PinnVariant.EAGER.word() : reference;
        targets = targets == null ? List.of() : List.copyOf(targets);
    }

    /** Whether something was wrong or is missing, or nothing was measured. */
    public boolean failed() {
        return !wrong.isEmpty()
                || !missing.isEmpty()
                || cells.stream().flatMap(cell -> cell.results().stream()).noneMatch(PinnResult::measured);
    }
}
